// JSON in, within a depth that the rest of the code can walk. JSON.parse itself takes a million levels, and what it
// says about bad input quotes that input: both stop here.

import { isUtf8 } from 'node:buffer'
import { DecodeError, decodeRequest } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import { maxRecords } from './protobuf.ts'
import type { AuditRecord } from '@blotter/processors'

/** Levels of brackets in a request: OTLP itself takes 7, and each level of a map takes 4. */
export const maxJsonDepth = 96

/** Brackets in a request: what JSON.parse makes of `{},{},…` is a thousand times what came over the wire. */
export const maxJsonBrackets = 1_000_000

/** Members of one object: OTLP's have a dozen at most, and what an engine makes of a million names takes seconds. */
export const maxJsonMembers = 1000

export function parseJson(body: Buffer): unknown {
  measure(body)
  if (!isUtf8(body)) throw malformed('body', 'valid JSON in UTF-8')
  try {
    return JSON.parse(body.toString())
  } catch {
    throw malformed('body', 'valid JSON in UTF-8')
  }
}

const quote = 0x22, colon = 0x3a, backslash = 0x5c, openBrace = 0x7b, openBracket = 0x5b, closeBrace = 0x7d, closeBracket = 0x5d

/** Counts on bytes, so that a hostile body is refused before anything recurses into it. */
function measure(body: Buffer): void {
  const members = new Uint32Array(maxJsonDepth + 1) // of the object that is open at each depth
  let depth = 0
  let brackets = 0
  for (let i = 0; i < body.length; i += 1) {
    const byte = body[i]!
    if (byte === quote) i = endOfString(body, i)
    else if (byte === colon) {
      if (depth >= 0 && (members[depth]! += 1) > maxJsonMembers) throw new BlotterError('TOO_LARGE')
    } else if (byte === openBrace || byte === openBracket) {
      if ((brackets += 1) > maxJsonBrackets) throw new BlotterError('TOO_LARGE')
      if ((depth += 1) > maxJsonDepth) throw malformed('body', `at most ${maxJsonDepth} levels of brackets`)
      members[Math.max(0, depth)] = 0
    } else if (byte === closeBrace || byte === closeBracket) depth -= 1
  }
}

function endOfString(body: Buffer, start: number): number {
  for (let i = body.indexOf(quote, start + 1); i !== -1; i = body.indexOf(quote, i + 1)) {
    let escapes = 0
    while (body[i - 1 - escapes] === backslash) escapes += 1
    if (escapes % 2 === 0) return i
  }
  return body.length
}

/** `strict`: a body that holds something, but nothing under OTLP's names, is refused instead of storing nothing, and so is a key that is there twice. */
export function decodeJsonRequest(body: Buffer, strict: boolean): AuditRecord[] {
  if (body.length === 0) return []
  const request = parseJson(body)
  try {
    const records = decodeRequest(request, strict)
    if (records.length > maxRecords) throw new BlotterError('TOO_LARGE')
    if (strict && records.length === 0 && !holdsNothing(request, levels)) throw new BlotterError('NO_RECORDS')
    return records
  } catch (error) {
    if (error instanceof DecodeError) throw malformed(error.place, error.expected)
    throw error
  }
}

/** From the request to the records: the member that leads on, and those beside it. */
const levels = [['resourceLogs'], ['scopeLogs', 'resource', 'schemaUrl'], ['logRecords', 'scope', 'schemaUrl']] as const

/** Whether a request without records has none, rather than records under other names (snake_case is the usual one). */
function holdsNothing(message: unknown, [names, ...deeper]: readonly (readonly string[])[]): boolean {
  if (names === undefined) return true
  const members = message as Readonly<Record<string, unknown>>
  return Object.keys(members).every((key) => names.includes(key)) && ((members[names[0]!] ?? []) as unknown[]).every((member) => holdsNothing(member, deeper))
}

function malformed(field: string, description: string): BlotterError {
  return new BlotterError('MALFORMED_BODY', { violations: [{ field, description }] })
}

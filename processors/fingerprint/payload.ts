// What a payload is, before it is fingerprinted: JSON is what it says, whether it comes as an object, as text or as
// bytes; everything else is its bytes.

import { recordLimits } from '../check.ts'
import { valueMap } from '../record.ts'
import type { Value } from '../record.ts'

/** The object or array behind JSON, and everything else as it is. */
export function readPayload(received: Value): Value {
  if (typeof received === 'string') return parseJsonText(received) ?? received
  if (!(received instanceof Uint8Array) || !beginsAsJson(received)) return received
  const text = decode(received)
  return text === undefined ? received : parseJsonText(text) ?? received
}

/** Whether a record's body is one. A message is not. */
export function isPayload(read: Value): boolean {
  return typeof read === 'object' && read !== null
}

/**
 * The object or array behind a JSON text, or undefined: also when it holds more than a record may, because what is
 * left out of a value would be left out of its fingerprint. Integers beyond 2^53 are kept whole.
 */
export function parseJsonText(text: string): Value | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    return convert(/[0-9]{16}/.test(text) ? JSON.parse(text, keepInteger as Reviver) : JSON.parse(text), { values: recordLimits.values, depth: recordLimits.depth })
  } catch {
    return undefined // not JSON after all, or too much of it
  }
}

type Reviver = (key: string, value: unknown) => unknown

function keepInteger(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?[0-9]+$/.test(source) ? BigInt(source) : value
}

interface Left { values: number; depth: number }

class TooMuch extends Error {}

function convert(parsed: unknown, left: Left): Value {
  if ((left.values -= 1) < 0) throw new TooMuch()
  switch (typeof parsed) {
    case 'string': return parsed.toWellFormed()
    case 'number': return Number.isSafeInteger(parsed) ? BigInt(parsed) : parsed
    case 'bigint': return BigInt.asIntN(64, parsed) === parsed ? parsed : parsed.toString() // OTLP has no larger integers
    case 'object': return parsed === null ? null : convertMembers(parsed, left)
    default: return parsed as boolean
  }
}

function convertMembers(parsed: object, left: Left): Value {
  if ((left.depth -= 1) < 0) throw new TooMuch()
  const value = Array.isArray(parsed)
    ? parsed.map((member) => convert(member, left))
    : valueMap(Object.entries(parsed).map(([key, member]) => [key.toWellFormed(), convert(member, left)] as const))
  left.depth += 1
  return value
}

/** Bytes that are not text cannot be JSON: most are told by the first. */
function beginsAsJson(bytes: Uint8Array): boolean {
  let i = 0
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i += 1
  return bytes[i] === 0x7b || bytes[i] === 0x5b
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

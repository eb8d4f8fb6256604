// Reads `key=value key="quoted value" key` pair by pair. What is no pair is skipped or, where the query is strict, the end.

import { unescapeLogfmt } from './logfmt-quoted.ts'

export interface LogfmtProblem {
  /** Where it was noticed. */
  readonly at: number
  readonly message: string
}

/** The pair that was read last; the object is used again for the next one. */
export interface LogfmtPair { key: string; value: string; next: number; problem: LogfmtProblem | undefined }

export function newPair(): LogfmtPair {
  return { key: '', value: '', next: 0, problem: undefined }
}

/** Reads the pair at or behind `from`. False: there is none any more. After a problem `next` is where it was noticed. */
export function readPair(line: string, from: number, pair: LogfmtPair): boolean {
  const start = skipBlank(line, from)
  if (start === line.length) return false
  pair.problem = undefined
  pair.value = ''
  const keyEnd = wordEnd(line, start)
  pair.key = line.slice(start, keyEnd)
  const code = line.charCodeAt(keyEnd)
  if (code === quote || (code === equals && keyEnd === start)) fail(pair, keyEnd, `unexpected '${line.charAt(keyEnd)}'`)
  else if (pair.key.includes('\ufffd')) fail(pair, keyEnd, 'invalid key')
  else if (code === equals) readPairValue(line, keyEnd + 1, pair)
  else pair.next = keyEnd
  return true
}

const quote = 34
const equals = 61
const backslash = 92

function readPairValue(line: string, start: number, pair: LogfmtPair): void {
  if (line.charCodeAt(start) === quote) return readQuoted(line, start, pair)
  const end = wordEnd(line, start)
  const code = line.charCodeAt(end)
  if (code === quote || code === equals) return fail(pair, end, `unexpected '${line.charAt(end)}'`)
  pair.value = line.slice(start, end)
  pair.next = end
}

function readQuoted(line: string, start: number, pair: LogfmtPair): void {
  let escaped = false
  let end = start + 1
  while (end < line.length && line.charCodeAt(end) !== quote) {
    if (line.charCodeAt(end) === backslash) {
      escaped = true
      end++
    }
    end++
  }
  if (end >= line.length) return fail(pair, line.length, 'unterminated quoted value')
  const value = escaped ? unescapeLogfmt(line, start + 1, end) : line.slice(start + 1, end)
  if (value === undefined) return fail(pair, end + 1, 'invalid quoted value')
  pair.value = value
  pair.next = end + 1
}

function fail(pair: LogfmtPair, at: number, message: string): void {
  pair.problem = { at, message }
  pair.next = at
}

/** The place of the next character that is no space or control character, or the end. */
export function skipBlank(line: string, from: number): number {
  let at = from
  while (at < line.length && line.charCodeAt(at) <= 32) at++
  return at
}

export function skipToBlank(line: string, from: number): number {
  let at = from
  while (at < line.length && line.charCodeAt(at) > 32) at++
  return at
}

/** A word ends at a blank, an equals sign or a quote. */
function wordEnd(line: string, from: number): number {
  let at = from
  for (; at < line.length; at++) {
    const code = line.charCodeAt(at)
    if (code <= 32 || code === equals || code === quote) break
  }
  return at
}

// Goes through the members of a JSON object in order, until one of them or the text itself says stop.

import { unescapeJson } from './json-string.ts'
import { brokenArray, brokenObject, newValue, readValue, skipSpace, stringEnd, type JsonProblem, type JsonValue } from './json-text.ts'

/** False ends the walk. `value` is only good until the next member is read. */
export type OnMember = (key: string, value: JsonValue) => boolean

/** Answers what is wrong with the text, as far as it was read. */
export function eachMember(text: string, from: number, onMember: OnMember): JsonProblem | undefined {
  const open = skipSpace(text, from)
  if (open === -1 || text.charAt(open) !== '{') return brokenObject
  let at = skipSpace(text, open + 1)
  if (at === -1) return 'Malformed JSON error'
  const key = newKey()
  const value = newValue()
  while (text.charAt(at) !== '}') {
    const problem = readKey(text, at, key) ?? readValue(text, key.next, value)
    if (problem !== undefined) return problem
    const { next } = value
    if (!onMember(key.text, value)) return undefined
    const after = nextMember(text, next)
    if (typeof after === 'string') return after
    at = after
  }
  return undefined
}

/** A key and the place behind its colon. */
export interface JsonKey { text: string; next: number }

export function newKey(): JsonKey {
  return { text: '', next: 0 }
}

/** Reads the key at `at` into `key`; answers what is wrong with it. */
export function readKey(text: string, at: number, key: JsonKey): JsonProblem | undefined {
  if (text.charAt(at) !== '"') return brokenObject
  const end = stringEnd(text, at + 1)
  if (end === -1) return 'Malformed JSON error'
  const found = unescapeJson(text, at + 1, end)
  if (found === undefined) return 'Encountered an invalid escape sequence in a string'
  const colon = skipSpace(text, end + 1)
  if (colon === -1 || text.charAt(colon) !== ':') return 'Malformed JSON error'
  key.text = found
  key.next = colon + 1
  return undefined
}

/** The place of the next key or of the closing brace. */
function nextMember(text: string, from: number): number | JsonProblem {
  const at = skipSpace(text, from)
  if (at === -1) return brokenArray
  if (text.charAt(at) === '}') return at
  if (text.charAt(at) !== ',') return brokenObject
  const next = skipSpace(text, at + 1)
  return next === -1 ? brokenArray : next
}

// Where a value stands in a JSON line: `a.b[0]["c d"]`.

import { LogQLError } from '../errors.ts'
import { newKey, readKey } from './json-members.ts'
import { readValue, skipSpace, type JsonProblem, type JsonValue } from './json-text.ts'

/** A key of an object, or a place in an array. */
export type JsonStep = string | number

const step = /\s*(?:\.?\s*([a-zA-Z_][a-zA-Z0-9_]*)|\[\s*(?:"((?:[^"\\]|\\.)*)"|([0-9]+))\s*\])\s*/gy

/** The validator has let the path through. */
export function parseJsonPath(path: string): readonly JsonStep[] {
  const steps = [...path.matchAll(step)]
  const read = steps.reduce((length, [whole]) => length + whole.length, 0)
  if (steps.length === 0 || read !== path.length) throw new LogQLError('a path of a JSON expression cannot be read')
  return steps.map(([, field, quoted, place]) => field ?? (quoted === undefined ? Number(place) : unescapeQuoted(quoted)))
}

/** What a backslash stands before in `["…"]` and `"…"`. */
export function unescapeQuoted(text: string): string {
  return text.replace(/\\(.)/g, '$1')
}

/** `missing`: there is nothing at the path, as far as the text can be read. */
export function findJson(text: string, path: readonly JsonStep[], value: JsonValue): 'found' | 'missing' | JsonProblem {
  let at = 0
  for (const step of path) {
    const next = typeof step === 'string' ? memberAt(text, at, step, value) : elementAt(text, at, step, value)
    if (next === -1) return 'missing'
    at = next
  }
  return readValue(text, at, value) ?? 'found'
}

/** Where the value of the first member of that name begins; -1 without one. That value need not be whole. */
function memberAt(text: string, from: number, name: string, value: JsonValue): number {
  const key = newKey()
  let at = firstInside(text, from, '{')
  while (at !== -1 && text.charAt(at) !== '}') {
    if (readKey(text, at, key) !== undefined) return -1
    if (key.text === name) return key.next
    at = readValue(text, key.next, value) === undefined ? keyOrEnd(text, value.next) : -1
  }
  return -1
}

/** Commas are not insisted on. */
function keyOrEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && text.charAt(at) !== '"' && text.charAt(at) !== '}') at++
  return at < text.length ? at : -1
}

/** Where the element begins; -1 without one. */
function elementAt(text: string, from: number, index: number, value: JsonValue): number {
  let at = firstInside(text, from, '[')
  for (let passed = 0; at !== -1 && text.charAt(at) !== ']'; passed++) {
    if (passed === index) return at
    const comma = readValue(text, at, value) === undefined ? skipSpace(text, value.next) : -1
    at = comma !== -1 && text.charAt(comma) === ',' ? skipSpace(text, comma + 1) : -1
  }
  return -1
}

function firstInside(text: string, from: number, open: '{' | '['): number {
  const at = skipSpace(text, from)
  return at !== -1 && text.charAt(at) === open ? skipSpace(text, at + 1) : -1
}

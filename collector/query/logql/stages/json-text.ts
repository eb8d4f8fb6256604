// Reads JSON as far as it can be read: what stands behind the part that was asked for may be broken. (Loki's reader is as
// tolerant, and queries over lines that were cut short depend on it.) Positions in the text only; nothing is copied.

export type JsonProblem =
  | 'Malformed JSON error'
  | 'Unknown value type'
  | 'Value is string, but can\'t find closing \'"\' symbol'
  | 'Value is array, but can\'t find closing \']\' symbol'
  | 'Value looks like object, but can\'t find closing \'}\' symbol'
  | 'Encountered an invalid escape sequence in a string'

export const brokenObject: JsonProblem = 'Value looks like object, but can\'t find closing \'}\' symbol'
export const brokenArray: JsonProblem = 'Value is array, but can\'t find closing \']\' symbol'
const brokenString: JsonProblem = 'Value is string, but can\'t find closing \'"\' symbol'

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'object' | 'array'

/** Objects are read once more for each object around them: deeper ones count as broken rather than take quadratic time. */
export const maxDepth = 128

/** A value: its text from `start` to `end`, of strings without the quotes. Reading goes on at `next`. */
export interface JsonValue { type: JsonType; start: number; end: number; next: number }

export function newValue(): JsonValue {
  return { type: 'null', start: 0, end: 0, next: 0 }
}

/** The place of the next character that is no space; -1 at the end. */
export function skipSpace(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at
  }
  return -1
}

/** The place of the quote that ends a string which begins at `from`; -1 without one. */
export function stringEnd(text: string, from: number): number {
  let at = text.indexOf('"', from)
  while (at !== -1 && isEscaped(text, from, at)) at = text.indexOf('"', at + 1)
  return at
}

function isEscaped(text: string, from: number, at: number): boolean {
  let slashes = 0
  while (at - 1 - slashes >= from && text.charCodeAt(at - 1 - slashes) === 92) slashes++
  return slashes % 2 === 1
}

/** Reads the value at `from` into `value`; answers what is wrong with it. */
export function readValue(text: string, from: number, value: JsonValue): JsonProblem | undefined {
  const start = skipSpace(text, from)
  if (start === -1) return 'Malformed JSON error'
  switch (text.charAt(start)) {
    case '"': return readString(text, start, value)
    case '[': return readBlock(text, start, value, 'array')
    case '{': return readBlock(text, start, value, 'object')
    default: return readScalar(text, start, value)
  }
}

function readString(text: string, start: number, value: JsonValue): JsonProblem | undefined {
  const end = stringEnd(text, start + 1)
  return end === -1 ? brokenString : keep(value, 'string', start + 1, end, end + 1)
}

function readBlock(text: string, start: number, value: JsonValue, type: 'object' | 'array'): JsonProblem | undefined {
  const end = type === 'object' ? blockEnd(text, start, 123, 125, maxDepth) : blockEnd(text, start, 91, 93, text.length)
  if (end === -1) return type === 'object' ? brokenObject : brokenArray
  return keep(value, type, start, end, end)
}

/** Counts only brackets of its own kind. */
function blockEnd(text: string, start: number, open: number, close: number, levels: number): number {
  let level = 0
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 34) {
      at = stringEnd(text, at + 1)
      if (at === -1) return -1
    } else if (code === open && ++level > levels) return -1
    else if (code === close && --level === 0) return at + 1
  }
  return -1
}

function readScalar(text: string, start: number, value: JsonValue): JsonProblem | undefined {
  const end = scalarEnd(text, start)
  const type = scalarType(text, start, end)
  return type === undefined ? 'Unknown value type' : keep(value, type, start, end, end)
}

function scalarEnd(text: string, from: number): number {
  let at = from
  while (at < text.length && !' \n\r\t,}]'.includes(text.charAt(at))) at++
  return at
}

function scalarType(text: string, start: number, end: number): JsonType | undefined {
  const code = text.charCodeAt(start)
  if (code === 45 || (code >= 48 && code <= 57)) return 'number'
  const word = end - start <= 5 ? text.slice(start, end) : ''
  if (word === 'true' || word === 'false') return 'boolean'
  return word === 'null' ? 'null' : undefined
}

function keep(value: JsonValue, type: JsonType, start: number, end: number, next: number): undefined {
  value.type = type
  value.start = start
  value.end = end
  value.next = next
}

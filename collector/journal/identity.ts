// Whose record this is and under which id, read from the bytes of its canonical text. A start looks at a million of
// them: the text is walked to the end of its attributes, nothing is decoded but the three values that are wanted.
//
// It knows where it is: a record may carry the same names deeper inside, where any sender can write them.

import { fields } from '@blotter/processors'

export interface Identity { readonly workspace: string; readonly environment: string; readonly recordId: string }

const start = Buffer.from('{"attributes":{')
const stringValue = Buffer.from('{"stringValue":')
const wanted = [fields.recordId.key, fields.environment.key, fields.workspace.key].map((key) => Buffer.from(`"${key}":`))
const quote = 0x22, backslash = 0x5c, openBrace = 0x7b, closeBrace = 0x7d, openBracket = 0x5b, closeBracket = 0x5d, comma = 0x2c

/** Undefined when the text is none that `canonicalRecord` wrote, or lacks one of the three. */
export function identityOf(text: Buffer): Identity | undefined {
  if (!startsWith(text, 0, start)) return undefined
  const found: (string | undefined)[] = []
  for (let at = start.length; at < text.length && text[at] === quote;) {
    const which = wanted.findIndex((key) => text[at + key.length - 2] === quote && startsWith(text, at, key))
    const valueStart = skipString(text, at) + 1
    const valueEnd = skipValue(text, valueStart)
    if (which !== -1) found[which] = stringIn(text, valueStart, valueEnd)
    if (found[0] !== undefined && found[1] !== undefined && found[2] !== undefined) return { recordId: found[0], environment: found[1], workspace: found[2] }
    if (text[valueEnd] !== comma) return undefined
    at = valueEnd + 1
  }
  return undefined
}

function startsWith(text: Buffer, at: number, expected: Buffer): boolean {
  return text.length >= at + expected.length && text.compare(expected, 0, expected.length, at, at + expected.length) === 0
}

/** `{"stringValue":"…"}` as a string; another value as undefined. */
function stringIn(text: Buffer, from: number, to: number): string | undefined {
  if (!startsWith(text, from, stringValue)) return undefined
  const json = text.toString('utf8', from + stringValue.length, to - 1)
  return json.includes('\\') ? JSON.parse(json) as string : json.slice(1, -1)
}

/** Behind the string that begins at `at`. */
function skipString(text: Buffer, at: number): number {
  for (let end = text.indexOf(quote, at + 1); end !== -1; end = text.indexOf(quote, end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === backslash) escapes += 1
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

/** Behind the object that begins at `at`: every value is one, tagged with its type. */
function skipValue(text: Buffer, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i += 1) {
    const byte = text[i]
    if (byte === quote) i = skipString(text, i) - 1
    else if (byte === openBrace || byte === openBracket) depth += 1
    else if ((byte === closeBrace || byte === closeBracket) && (depth -= 1) === 0) return i + 1
  }
  return text.length
}

// Single attributes of a canonical record, read from its bytes without decoding the rest: for whoever looks at every
// record and wants little of it.
//
// It knows where it is: a record may carry the same names deeper inside, where any sender can write them.

const start = Buffer.from('{"attributes":{')
const quote = 0x22, backslash = 0x5c, openBrace = 0x7b, closeBrace = 0x7d, openBracket = 0x5b, closeBracket = 0x5d, comma = 0x2c

/** A text, a whole number up to 2^53 (larger ones come as text) or a yes or no. What is something else is not told. */
export type Peeked = string | number | boolean | undefined

/** Values of `keys` in their order, undefined where the record has none. `undefined` when the text is none that `canonicalRecord` wrote. */
export function createPeek(keys: readonly string[]): (text: Buffer) => Peeked[] | undefined {
  const wanted = keys.map((key) => Buffer.from(JSON.stringify(key)))
  const lengths = new Set(wanted.map(({ length }) => length)) // most keys are of another length, and need no second look
  return function peek(text) {
    if (!startsWith(text, 0, start)) return undefined
    const found: Peeked[] = keys.map(() => undefined)
    for (let at = start.length, left = wanted.length; left > 0 && text[at] === quote;) {
      const keyEnd = skipString(text, at)
      const valueEnd = skipValue(text, keyEnd + 1)
      if (text[valueEnd] !== comma && text[valueEnd] !== closeBrace) return undefined // before anything is decoded: it may end in the middle
      const which = lengths.has(keyEnd - at) ? wanted.findIndex((key) => key.length === keyEnd - at && startsWith(text, at, key)) : -1
      if (which !== -1) { found[which] = valueIn(text, keyEnd + 1, valueEnd); left -= 1 }
      if (text[valueEnd] === closeBrace) break
      at = valueEnd + 1
    }
    return found
  }
}

function startsWith(text: Buffer, at: number, expected: Buffer): boolean {
  return text.length >= at + expected.length && text.compare(expected, 0, expected.length, at, at + expected.length) === 0
}

interface Tagged { readonly stringValue?: string; readonly intValue?: number | string; readonly boolValue?: boolean }

function valueIn(text: Buffer, from: number, to: number): Peeked {
  try {
    const tagged = JSON.parse(text.toString('utf8', from, to)) as Tagged
    return tagged.stringValue ?? tagged.intValue ?? tagged.boolValue
  } catch {
    return undefined // not of our writing: whoever looks at a million records must not stop at one
  }
}

/** Behind the string that begins at `at`. A loop: the strings are short, and a call into the engine costs more than they do. */
function skipString(text: Buffer, at: number): number {
  let i = at + 1
  while (i < text.length && text[i] !== quote) i += text[i] === backslash ? 2 : 1
  return Math.min(i + 1, text.length)
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

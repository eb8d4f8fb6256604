// The members of a tagged map, found in the bytes of a canonical text without making anything of them: whoever wants a
// few of them, or all of them as bytes, pays neither for a text nor for objects.
//
// It trusts that `canonicalRecord` wrote the text, as far as its form goes; a text that ends in the middle or is of
// another form is told as such and never read beyond its end.

const quote = 0x22, backslash = 0x5c, openBrace = 0x7b, closeBrace = 0x7d, openBracket = 0x5b, closeBracket = 0x5d, comma = 0x2c, colon = 0x3a

/** The type of a value: what its tag says. */
export const tags = { none: 0, string: 1, bool: 2, int: 3, double: 4, bytes: 5, map: 6, list: 7 } as const

/** Bytes of `{"stringValue":` and its like, by the numbers above. */
const openingBytes = ['', 'stringValue', 'boolValue', 'intValue', 'doubleValue', 'bytesValue', 'kvlistValue', 'arrayValue'].map((name) => (name === '' ? 1 : name.length + 4))

export class MapView {
  text: Buffer = Buffer.alloc(0)
  /** Members that were read. */
  count = 0
  /** Of each member: its key between the quotes, and its value inside the tag. A string's value has its quotes. */
  readonly keyFrom: number[] = []
  readonly keyTo: number[] = []
  readonly from: number[] = []
  readonly to: number[] = []
  readonly tag: number[] = []
  /** Whether the key or the value, when it is a string, holds escapes. */
  readonly keyEscaped: boolean[] = []
  readonly escaped: boolean[] = []
  /** The member of each wanted key, in their order; -1 where there is none. */
  readonly found: number[]

  readonly #wanted: readonly { readonly bytes: Buffer; readonly slot: number }[]

  /** `wanted`: ASCII. */
  constructor(wanted: readonly string[]) {
    this.found = wanted.map(() => -1)
    this.#wanted = wanted.map((key, slot) => ({ bytes: Buffer.from(key), slot })).sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  }

  /**
   * Reads the map whose brace stands at `at`. Gives the place behind it, or -1 when the text has another form.
   * `onlyWanted`: ends where no wanted key can follow, as keys stand in order; what it gives then only says that all was well.
   */
  read(text: Buffer, at: number, onlyWanted = false): number {
    this.text = text
    this.count = 0
    this.found.fill(-1)
    if (text[at] !== openBrace) return -1
    if (text[at + 1] === closeBrace) return at + 2
    const wanted = this.#wanted
    let next = 0
    for (let i = at + 1; text[i] === quote;) {
      const n = this.count
      const keyEnd = stringEnd(text, i)
      if (text[keyEnd] !== colon) return -1
      this.keyFrom[n] = i + 1
      this.keyTo[n] = keyEnd - 1
      this.keyEscaped[n] = sawEscape
      const end = this.#readValue(text, keyEnd + 1, n)
      if (end === -1) return -1
      this.count = n + 1
      while (next < wanted.length) {
        const order = this.#compareKey(n, wanted[next]!.bytes)
        if (order < 0) break
        if (order === 0) this.found[wanted[next]!.slot] = n
        next += 1
      }
      if (text[end] === closeBrace) return end + 1
      if (text[end] !== comma) return -1
      if (onlyWanted && next === wanted.length) return end
      i = end + 1
    }
    return -1
  }

  #readValue(text: Buffer, at: number, n: number): number {
    const tag = tagAt(text, at)
    const from = at + openingBytes[tag]!
    this.tag[n] = tag
    this.from[n] = from
    const end = tag === tags.string ? stringEnd(text, from) : tag === tags.none ? from : tokenEnd(text, from)
    this.to[n] = end
    this.escaped[n] = tag === tags.string && sawEscape
    return text[end] === closeBrace ? end + 1 : -1
  }

  /** Keys stand in the order of their UTF-16 units, in which everything ASCII comes before everything else, as in bytes. */
  #compareKey(n: number, wanted: Buffer): number {
    if (this.keyEscaped[n]!) return Buffer.compare(Buffer.from(this.key(n)), wanted)
    const { text } = this
    const from = this.keyFrom[n]!, length = this.keyTo[n]! - from
    const common = Math.min(length, wanted.length)
    for (let i = 0; i < common; i += 1) {
      const difference = text[from + i]! - wanted[i]!
      if (difference !== 0) return difference
    }
    return length - wanted.length
  }

  key(n: number): string {
    const from = this.keyFrom[n]!, to = this.keyTo[n]!
    return this.keyEscaped[n]! ? JSON.parse(this.text.toString('utf8', from - 1, to + 1)) as string : this.text.toString('utf8', from, to)
  }

  /** The value as `text()` of record.ts gives it: ints, doubles and yes or no as their text, a list of strings as its first, nothing else. */
  textOf(n: number): string {
    const tag = this.tag[n]!
    if (tag === tags.list) return firstOf(this.text, this.from[n]!)
    if (tag === tags.string || tag === tags.int || tag === tags.double) return unquoted(this.text, this.from[n]!, this.to[n]!)
    return tag === tags.bool ? this.text.toString('utf8', this.from[n], this.to[n]) : ''
  }
}

function firstOf(text: Buffer, at: number): string {
  return tagAt(text, at + 1) === tags.string ? unquoted(text, at + 1 + openingBytes[tags.string]!, stringEnd(text, at + 1 + openingBytes[tags.string]!)) : ''
}

function unquoted(text: Buffer, from: number, to: number): string {
  return text[from] === quote ? JSON.parse(text.toString('utf8', from, to)) as string : text.toString('utf8', from, to)
}

/** The tag of the value at `at`: by two letters, which tell all of them apart. */
export function tagAt(text: Buffer, at: number): number {
  switch (text[at + 2]) {
    case 0x73: return tags.string
    case 0x62: return text[at + 3] === 0x6f ? tags.bool : tags.bytes
    case 0x69: return tags.int
    case 0x64: return tags.double
    case 0x6b: return tags.map
    case 0x61: return tags.list
    default: return tags.none
  }
}

/** Where the value itself begins. */
export function insideTag(at: number, tag: number): number {
  return at + openingBytes[tag]!
}

let sawEscape = false

/** Behind the string that begins at `at`; whether it holds escapes stands in `sawEscape`. A loop: most strings are short, and a call into the engine costs more. */
export function stringEnd(text: Buffer, at: number): number {
  sawEscape = false
  const { length } = text
  let i = at + 1
  for (; i < length; i += 1) {
    const byte = text[i]
    if (byte === quote) return i + 1
    if (byte === backslash) { sawEscape = true; i += 1 }
  }
  return length
}

export function hadEscape(): boolean {
  return sawEscape
}

/** Behind any JSON value that begins at `at`. */
export function tokenEnd(text: Buffer, at: number): number {
  if (text[at] === quote) return stringEnd(text, at)
  const { length } = text
  let depth = 0
  for (let i = at; i < length; i += 1) {
    const byte = text[i]
    if (byte === quote) i = stringEnd(text, i) - 1
    else if (byte === openBrace || byte === openBracket) depth += 1
    else if (byte === closeBrace || byte === closeBracket) {
      if (depth === 0) return i // a number or a word ends before what holds it
      depth -= 1
      if (depth === 0) return i + 1
    } else if (byte === comma && depth === 0) return i
  }
  return length
}

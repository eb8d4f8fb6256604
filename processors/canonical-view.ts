// A canonical record, found in its bytes part by part without making a record of it. Made once and used for one text
// after the other: what it found is good until the next `read`.

import { MapView, hadEscape, insideTag, stringEnd, tagAt, tags, tokenEnd } from './map-view.ts'

/** The plain members of a record in the order in which they stand; `attributes` comes before all of them, `resource` among them. */
const memberNames = [
  'body', 'droppedAttributesCount', 'eventName', 'flags', 'observedTimeUnixNano', 'resource', 'scopeName', 'scopeVersion', 'severityNumber', 'severityText', 'spanId', 'timeUnixNano', 'traceId',
] as const
export type MemberName = Exclude<(typeof memberNames)[number], 'resource' | 'droppedAttributesCount'>

const opening = Buffer.from('{"attributes":')
const openings = memberNames.map((name) => ({ name, bytes: Buffer.from(`,"${name}":`) }))
const closeBrace = 0x7d, quote = 0x22

export class CanonicalView {
  text: Buffer = Buffer.alloc(0)
  readonly attributes: MapView
  readonly resource: MapView

  readonly #from = new Map<string, number>(memberNames.map((name) => [name, -1]))
  readonly #to = new Map<string, number>()
  readonly #escaped = new Set<string>()

  /** `attributes`, `resource`: keys whose members are looked for. ASCII. */
  constructor(attributes: readonly string[], resource: readonly string[]) {
    this.attributes = new MapView(attributes)
    this.resource = new MapView(resource)
  }

  /** Throws when the text is none that `canonicalRecord` wrote, as far as its form tells. */
  read(text: Buffer): void {
    this.text = text
    this.#escaped.clear()
    let at = startsWith(text, 0, opening) ? this.attributes.read(text, opening.length) : -1
    for (const { name, bytes } of openings) {
      const here = at !== -1 && startsWith(text, at, bytes)
      this.#from.set(name, here ? at + bytes.length : -1)
      if (here) at = this.#readMember(text, at + bytes.length, name)
    }
    if (at === -1 || at !== text.length - 1 || text[at] !== closeBrace || this.#from.get('resource') === -1) throw new Error('BUG: a canonical text of another form')
  }

  #readMember(text: Buffer, at: number, name: string): number {
    if (name === 'resource') return this.resource.read(text, at)
    const end = text[at] === quote ? stringEnd(text, at) : tokenEnd(text, at)
    if (text[at] === quote && hadEscape()) this.#escaped.add(name)
    this.#to.set(name, end)
    return end
  }

  /** Where the member's value stands, a string with its quotes; -1 when the record has none. */
  from(name: MemberName): number { return this.#from.get(name)! }
  to(name: MemberName): number { return this.#to.get(name)! }
  /** Whether the member is a string with escapes in it. */
  escaped(name: MemberName): boolean { return this.#escaped.has(name) }

  /** A string or number of the record as text, without its quotes; empty when there is none. */
  textOf(name: MemberName): string {
    const from = this.from(name)
    if (from === -1) return ''
    return this.escaped(name) ? JSON.parse(this.text.toString('utf8', from, this.to(name))) as string
      : this.text[from] === quote ? this.text.toString('utf8', from + 1, this.to(name) - 1) : this.text.toString('utf8', from, this.to(name))
  }
}

function startsWith(text: Buffer, at: number, expected: Buffer): boolean {
  const { length } = expected
  if (text.length < at + length) return false
  for (let i = 0; i < length; i += 1) if (text[at + i] !== expected[i]) return false
  return true
}

/** Takes the pieces of a text one after the other. */
export interface Pieces {
  /** `text[from, to)` as it stands. */
  piece(text: Buffer, from: number, to: number): void
  /** One ASCII character. */
  byte(code: number): void
}

const openBrace = 0x7b, openBracket = 0x5b, closeBracket = 0x5d, comma = 0x2c
const nothing = Buffer.from('null')

/** The tagged value at `at` as plain JSON, in the form that {@link JsonWriter.value} gives. Returns the place behind it. */
function writePlain(text: Buffer, at: number, out: Pieces): number {
  const tag = tagAt(text, at)
  const from = insideTag(at, tag)
  if (tag === tags.none) { out.piece(nothing, 0, nothing.length); return at + 2 }
  if (tag === tags.map || tag === tags.list) return writeMembers(text, from, tag === tags.map, out) + 1
  const end = tokenEnd(text, from)
  out.piece(text, from, end)
  return end + 1
}

/** The members of the map, or of the list, at `from`. Returns the place behind it. */
export function writeMembers(text: Buffer, from: number, map: boolean, out: Pieces): number {
  const close = map ? closeBrace : closeBracket
  out.byte(map ? openBrace : openBracket)
  let at = from + 1
  while (at < text.length && text[at] !== close) {
    if (map) {
      const keyEnd = stringEnd(text, at) + 1
      out.piece(text, at, keyEnd) // with its colon
      at = keyEnd
    }
    at = writePlain(text, at, out)
    if (text[at] === comma) { out.byte(comma); at += 1 }
  }
  out.byte(close)
  return at + 1
}

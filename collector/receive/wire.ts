// The protobuf wire format, read in place: varints, fixed numbers, length-delimited fields. A library's reader costs a
// call and an object for each field; records have a hundred of them, and this is the first thing every record meets.

/** Attribute keys repeat: their text is made once, and is then the same string, which is what makes maps of them fast. */
const internedSlots = 2048
const longestInterned = 64

interface Interned { readonly bytes: Uint8Array; readonly text: string }

const interned: (Interned | undefined)[] = []

/** Thrown for what is no protobuf. The message stays inside. */
export class WireError extends RangeError {}

export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get at(): number { return this.#at }
  get length(): number { return this.#bytes.length }

  /** An unsigned number of up to 32 bits; higher bits are dropped, as every implementation does. */
  uint32(): number {
    const bytes = this.#bytes
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.#at >= bytes.length) throw new WireError('a number runs over the end of the body')
      const byte = bytes[this.#at++]!
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new WireError('a number of more than 64 bits')
  }

  /** A signed number of 64 bits. */
  int64(): bigint {
    const bytes = this.#bytes
    const start = this.#at
    let small = 0
    for (let shift = 0; shift < 28; shift += 7) { // most fit here, and need no big arithmetic
      if (this.#at >= bytes.length) throw new WireError('a number runs over the end of the body')
      const byte = bytes[this.#at++]!
      small |= (byte & 0x7f) << shift
      if (byte < 0x80) return BigInt(small)
    }
    this.#at = start
    return this.#longInt64()
  }

  #longInt64(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#at >= this.#bytes.length) throw new WireError('a number runs over the end of the body')
      const byte = this.#bytes[this.#at++]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asIntN(64, value)
    }
    throw new WireError('a number of more than 64 bits')
  }

  bool(): boolean {
    return this.int64() !== 0n
  }

  fixed32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4))
  }

  fixed64(): bigint {
    return this.#bytes.readBigUInt64LE(this.#advance(8))
  }

  double(): number {
    return this.#bytes.readDoubleLE(this.#advance(8))
  }

  /** A view of the field's bytes. */
  bytes(): Buffer {
    const length = this.uint32()
    const start = this.#advance(length)
    return this.#bytes.subarray(start, start + length)
  }

  /** proto3 strings are UTF-8: what is not is refused rather than repaired, since two wrongs could look alike. */
  string(): string {
    const length = this.uint32()
    const start = this.#advance(length)
    return textOf(this.#bytes, start, start + length)
  }

  /** The same, for text that comes again and again. */
  key(): string {
    const length = this.uint32()
    const start = this.#advance(length)
    const end = start + length
    if (length === 0 || length > longestInterned) return textOf(this.#bytes, start, end)
    const bytes = this.#bytes
    const slot = (length * 389 + bytes[start]! * 31 + bytes[start + (length >> 1)]! * 7 + bytes[end - 1]! * 127) % internedSlots
    const known = interned[slot]
    if (known !== undefined && same(known.bytes, bytes, start, length)) return known.text
    const text = textOf(bytes, start, end)
    interned[slot] = { bytes: Buffer.from(bytes.subarray(start, end)), text }
    return text
  }

  /** Where the message that begins here ends. */
  end(): number {
    const length = this.uint32()
    const end = this.#at + length
    if (end > this.#bytes.length) throw new WireError('a message runs over the end of the body')
    return end
  }

  /** The whole tag of the next field, `number << 3 | wire type`. */
  tag(): number {
    const tag = this.uint32()
    if (tag >>> 3 === 0) throw new WireError('field number 0')
    return tag
  }

  /** Passes over a field that nobody asked for. Groups are older than proto3, and may be nested: not too deep. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case 0: this.int64(); return
      case 1: this.#advance(8); return
      case 2: this.#advance(this.uint32()); return
      case 3: this.#skipGroup(tag >>> 3, depth); return
      case 5: this.#advance(4); return
      default: throw new WireError('an unknown wire type')
    }
  }

  #skipGroup(number: number, depth: number): void {
    if (depth > 64) throw new WireError('groups nested too deep')
    for (let tag = this.tag(); tag !== (number << 3 | 4); tag = this.tag()) this.skip(tag, depth + 1)
  }

  #advance(length: number): number {
    const start = this.#at
    if (start + length > this.#bytes.length) throw new WireError('a field runs over the end of the body')
    this.#at = start + length
    return start
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What the fast decoder could not read becomes U+FFFD; whether it was one in the first place, the strict one says. */
function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end)
  return text.includes('\ufffd') ? strict.decode(bytes.subarray(start, end)) : text
}

function same(known: Uint8Array, bytes: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false
  for (let i = 0; i < length; i += 1) if (known[i] !== bytes[start + i]) return false
  return true
}

/** Reads the fields of a message up to `end`. `read` takes the field of the tag that it is told, or says that it did not. */
export function readMessage<T>(reader: WireReader, end: number, into: T, read: (tag: number, reader: WireReader, into: T) => boolean): T {
  while (reader.at < end) {
    const tag = reader.tag()
    if (!read(tag, reader, into)) reader.skip(tag)
  }
  if (reader.at !== end) throw new WireError('a field runs over the end of its message')
  return into
}

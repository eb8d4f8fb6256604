// Reads rows in ClickHouse's RowBinary format: no text is made of what is only passed on.

export class RowReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get done(): boolean { return this.#at >= this.#bytes.length }

  uint8(): number { return this.#bytes[this.#at++]! }

  int64(): bigint {
    const value = this.#bytes.readBigInt64LE(this.#at)
    this.#at += 8
    return value
  }

  /** UInt64 that is known to be a safe integer. */
  uint64(): number {
    const value = this.#bytes.readUInt32LE(this.#at) + this.#bytes.readUInt32LE(this.#at + 4) * 2 ** 32
    this.#at += 8
    return value
  }

  /** A part of what was read: not a copy. */
  bytes(): Buffer {
    const length = this.#varint()
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text(): string {
    const length = this.#varint()
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  #varint(): number {
    let value = 0
    for (let shift = 1; ; shift *= 0x80) {
      const byte = this.#bytes[this.#at++]!
      value += (byte & 0x7f) * shift
      if (byte < 0x80) return value
    }
  }
}

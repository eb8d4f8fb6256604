// Writes JSON in RFC 8785 form straight into bytes: what is digested, committed to and journaled is bytes, and making a
// text of it first costs more than everything else.

import { isMap } from './record.ts'
import type { Value, ValueMap } from './record.ts'

const startBytes = 64 * 1024

/** A buffer that grew beyond this for one large record is given back after it. */
const keptBytes = 4 * 1024 * 1024

/** Keys repeat from record to record: each is escaped once. They come from senders, so their number is bounded. */
const rememberedKeys = 4096
const longestRememberedKey = 256
const rememberedOrders = 512
const longestRememberedOrder = 64

/** Up to this length a loop over the characters is faster than a call into the engine. */
const shortText = 96

/** UTF-8 takes at most three bytes for a UTF-16 unit; an escape such as \u001f takes six. */
const bytesPerUnit = 6

export class JsonWriter {
  #buffer = Buffer.allocUnsafe(startBytes)
  #at = 0

  readonly #orders: ({ readonly keys: readonly string[]; readonly sorted: readonly string[] } | undefined)[] = []
  readonly #prefixes: readonly string[]
  readonly #known: readonly Map<string, Buffer>[]

  /** `prefixes`: what may stand between the colon of a member and its value, such as a type tag; told by their index. */
  constructor(prefixes: readonly string[] = []) {
    this.#prefixes = ['', ...prefixes]
    this.#known = this.#prefixes.map(() => new Map<string, Buffer>())
  }

  /** Forgets what was written. */
  begin(): void {
    this.#at = 0
    if (this.#buffer.length > keptBytes) this.#buffer = Buffer.allocUnsafe(startBytes)
  }

  /** What was written since `begin`: a view that the next `begin` overwrites. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  /** ASCII text as it is. */
  raw(text: string): void {
    const { length } = text
    this.#reserve(length)
    const buffer = this.#buffer, start = this.#at
    for (let i = 0; i < length; i += 1) buffer[start + i] = text.charCodeAt(i)
    this.#at = start + length
  }

  string(text: string): void {
    const { length } = text
    this.#reserve(length * bytesPerUnit + 2)
    const start = this.#at
    if (length <= shortText) {
      const buffer = this.#buffer
      let at = start
      buffer[at++] = 0x22
      let i = 0
      for (; i < length; i += 1) {
        const unit = text.charCodeAt(i)
        if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) break
        buffer[at++] = unit
      }
      if (i === length) {
        buffer[at++] = 0x22
        this.#at = at
        return
      }
    }
    this.#at = start + this.#buffer.write(JSON.stringify(text), start) // RFC 8785 escapes as JSON.stringify does
  }

  /** An AnyValue as plain JSON: ints beyond 2^53 and what is not finite as their text, bytes as base64. */
  value(value: Value): void {
    switch (typeof value) {
      case 'string': this.string(value); return
      case 'boolean': this.raw(value ? 'true' : 'false'); return
      case 'bigint': this.#integer(value); return
      case 'number': if (Number.isFinite(value)) this.raw(JSON.stringify(value)); else this.string(String(value)); return
    }
    if (value === null) this.raw('null')
    else if (value instanceof Uint8Array) this.string(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'))
    else if (isMap(value)) this.members(value, this.#writeMember)
    else this.list(value, this.#writeValue)
  }

  readonly #writeValue = (value: Value): void => { this.value(value) }
  readonly #writeMember = (key: string, value: Value): void => { this.key(key); this.value(value) }
  /** An object with its keys in the order of UTF-16 code units; `write` writes each member's value. */
  members(map: ValueMap, write: (key: string, value: Value) => void): void {
    const keys = this.#inOrder(Object.keys(map))
    const start = this.#at
    for (let i = 0; i < keys.length; i += 1) write(keys[i]!, map[keys[i]!]!)
    if (keys.length === 0) this.raw('{')
    else this.#buffer[start] = 0x7b // in place of the first comma
    this.raw('}')
  }

  /** Senders send the same keys in the same order again and again: their sorted form is remembered and only compared. */
  #inOrder(keys: readonly string[]): readonly string[] {
    const { length } = keys
    if (length < 2) return keys
    const slot = (length * 31 + keys[0]!.length * 7 + keys[length - 1]!.length) % rememberedOrders
    const known = this.#orders[slot]
    if (known !== undefined && same(known.keys, keys)) return known.sorted
    const sorted = [...keys].sort()
    if (length <= longestRememberedOrder && keys.every((key) => key.length <= longestRememberedKey)) this.#orders[slot] = { keys, sorted }
    return sorted
  }

  /** `,"name":` and the prefix of that index, 0 for none. For `members`. */
  key(name: string, prefix = 0): void {
    const known = this.#known[prefix]!.get(name) ?? this.#learn(name, prefix)
    this.#reserve(known.length)
    this.#buffer.set(known, this.#at)
    this.#at += known.length
  }

  list(values: readonly Value[], write: (value: Value) => void): void {
    this.raw('[')
    for (let i = 0; i < values.length; i += 1) {
      if (i > 0) this.raw(',')
      write(values[i]!)
    }
    this.raw(']')
  }

  #integer(value: bigint): void {
    const number = Number(value)
    if (Number.isSafeInteger(number)) this.raw(String(number))
    else this.string(value.toString())
  }

  #learn(name: string, prefix: number): Buffer {
    const bytes = Buffer.from(`,${JSON.stringify(name)}:${this.#prefixes[prefix]}`)
    if (name.length > longestRememberedKey) return bytes
    const known = this.#known[prefix]!
    if (known.size >= rememberedKeys) known.clear()
    known.set(name, bytes)
    return bytes
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    this.#buffer.copy(grown, 0, 0, this.#at)
    this.#buffer = grown
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false
  return true
}

// The audit record: an OTLP LogRecord with its resource and scope, as every step of the flow sees it.
// Values are immutable: a step that changes something returns a new record and shares what it left alone.

/**
 * An OTLP AnyValue. The JavaScript type is the OTLP type, so that nothing is lost on the way through:
 * bigint is int64, number is double, Uint8Array is bytes, null is the empty value.
 */
export type Value = null | string | boolean | bigint | number | Uint8Array | readonly Value[] | ValueMap

/** An object that inherits nothing: a key such as `__proto__` is an ordinary key. Build one with {@link valueMap}. */
export interface ValueMap { readonly [key: string]: Value }

export interface AuditRecord {
  /** What kind of event: static, of low cardinality, such as `payment.refund`. */
  readonly eventName: string
  /** When it happened, in nanoseconds since 1970. 0 when the sender did not say. */
  readonly timeUnixNano: bigint
  /** When the emitting process saw it, in nanoseconds since 1970. 0 when the sender did not say. */
  readonly observedTimeUnixNano: bigint
  /** 32 lower-case hex digits, or empty. */
  readonly traceId: string
  /** 16 lower-case hex digits, or empty. */
  readonly spanId: string
  readonly flags: number
  /** 0 when absent, which is how the audit draft wants it. */
  readonly severityNumber: number
  readonly severityText: string
  /** The redacted payload, when the sender chose to send it. Null when absent. */
  readonly body: Value
  /** See fields.ts for the names that mean something to Blotter. */
  readonly attributes: ValueMap
  /** How many attributes the sender's SDK threw away. More than 0 means the record is not whole. */
  readonly droppedAttributesCount: number
  /** Who emitted it: `service.name` and the like. */
  readonly resource: ValueMap
  readonly scopeName: string
  readonly scopeVersion: string
}

/**
 * Objects made by it inherit from an empty object, so from nothing. `Object.create(null)` would say the same, but the
 * engine keeps such objects as hash tables, and copying one of thirty keys takes ten microseconds instead of half of one.
 * The assignments never run: the engine counts them to guess how much room an object needs, and an object with too
 * little room becomes a hash table as well. Were the guess to change, all would work, and be slower (test/bench/steps.ts).
 */
const hinting = false as boolean
const Bare = function Bare(this: { [key: string]: unknown }) {
  if (hinting) {
    this.a0 = this.a1 = this.a2 = this.a3 = this.a4 = this.a5 = this.a6 = this.a7 = this.a8 = this.a9 =
    this.b0 = this.b1 = this.b2 = this.b3 = this.b4 = this.b5 = this.b6 = this.b7 = this.b8 = this.b9 =
    this.c0 = this.c1 = this.c2 = this.c3 = this.c4 = this.c5 = this.c6 = this.c7 = this.c8 = this.c9 =
    this.d0 = this.d1 = this.d2 = this.d3 = this.d4 = this.d5 = this.d6 = this.d7 = this.d8 = this.d9 = 0
  }
} as unknown as new () => { [key: string]: Value }
Bare.prototype = Object.freeze(Object.create(null))
for (let i = 0; i < 16; i += 1) { // the engine settles on a size after the first few: these have as many keys as it shall have room for
  const map = new Bare()
  for (let key = 0; key < 40; key += 1) map[`k${key}`] = null
}

/** What a record without any of it looks like; builders spread over it. */
export const emptyRecord: AuditRecord = Object.freeze({
  eventName: '', timeUnixNano: 0n, observedTimeUnixNano: 0n, traceId: '', spanId: '', flags: 0,
  severityNumber: 0, severityText: '', body: null, attributes: valueMap(), droppedAttributesCount: 0,
  resource: valueMap(), scopeName: '', scopeVersion: '',
})

export function valueMap(entries?: Iterable<readonly [string, Value]>): { [key: string]: Value } {
  const map = new Bare()
  if (entries !== undefined) for (const [key, value] of entries) map[key] = value
  return map
}

/** A copy of `map` with `changes` over it; an undefined change removes the key. */
export function withValues(map: ValueMap, changes: { readonly [key: string]: Value | undefined }): ValueMap {
  const removes = Object.keys(changes).some((key) => changes[key] === undefined && key in map)
  const copy = removes ? without(map, changes) : Object.assign(new Bare(), map)
  for (const key in changes) if (changes[key] !== undefined) copy[key] = changes[key]
  return copy
}

/** Copied key by key: an object from which something was deleted is a hash table from then on. */
function without(map: ValueMap, changes: { readonly [key: string]: Value | undefined }): { [key: string]: Value } {
  const copy = new Bare()
  for (const key in map) if (changes[key] !== undefined || !Object.hasOwn(changes, key)) copy[key] = map[key]!
  return copy
}

export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

/** The attribute as text, or empty. Ints and booleans read as their text; arrays of strings as their first member. */
export function text(map: ValueMap, key: string): string {
  const value = map[key]
  if (typeof value === 'string') return value
  if (typeof value === 'bigint' || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (Array.isArray(value) && typeof value[0] === 'string') return value[0]
  return ''
}

export function integer(map: ValueMap, key: string): number | undefined {
  const value = map[key]
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number' && Number.isInteger(value)) return value
  return undefined
}

export function strings(map: ValueMap, key: string): readonly string[] {
  const value = map[key]
  return Array.isArray(value) ? value.filter((member) => typeof member === 'string') : []
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalRecord, fingerprintKey } from '@blotter/processors'
import { assertEvent, recordOf } from './event.ts'
import type { AuditEvent } from './event.ts'
import { pack, packedAt, unpack } from './pack.ts'
import type { Stamp } from './pack.ts'
import { createProtect, finish } from './payload.ts'
import { isPlain } from './plain.ts'

const key = fingerprintKey('e1', new Uint8Array(32).fill(7))
const stamp: Stamp = { recordId: 'id-1', observedNano: 1_764_000_000_000_000_001n, trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 } }
const options = { integration: 'stripe', maxPayloadBytes: 262_144 }
const whole: AuditEvent = { event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE' }

/** What redaction, fingerprint and the rest make of it, straight and by way of a text. */
function bothWays(event: AuditEvent): [string, string] {
  const protect = createProtect({ includePayload: true, maxPayloadBytes: options.maxPayloadBytes })
  const straight = protect.draft(recordOf(event, { integration: 'stripe', clock: () => stamp.observedNano, newId: () => stamp.recordId, trace: () => stamp.trace }), event.payload)
  const { record, reading } = unpack(pack(event, stamp, options), options)
  return [canonicalRecord(finish(straight, key)), canonicalRecord(finish(protect.draftOf(record, reading), key))]
}

const circular: Record<string, unknown> = {}
circular['self'] = circular
let deep: unknown = 1
for (let level = 0; level < 200; level += 1) deep = { deep }

const strange: [string, unknown][] = [
  ['null', null], ['a text', 'plain text'], ['an empty text', ''], ['JSON text', '{"a":12345678901234567890,"b":[1.5,-0]}'], ['bytes', Buffer.from([0, 255, 1])], ['JSON bytes', Buffer.from('{"password":"x"}')],
  ['negative zero', [-0]], ['NaN', { a: Number.NaN, b: Infinity }], ['a bigint', { a: 2n ** 62n, b: 2n ** 80n }], ['a date', { at: new Date(0) }], ['a lone surrogate', { '\ud800': '\udfff' }],
  ['a class', new (class A { x = 1 })()], ['toJSON', { a: { toJSON: () => 'other' } }], ['a toJSON that is hidden', Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'other', enumerable: false })],
  ['a Map', new Map([['a', 1]])], ['a Set', new Set([1])], ['an error', new TypeError('x')], ['a URL', new URL('https://example.com')], ['a hole', Object.assign([1], { 2: 2 })], ['undefined', { a: undefined, b: [undefined] }],
  ['functions and symbols', { f: () => 1, s: Symbol('s'), l: [() => 1] }], ['a getter', { get a() { return 1 } }], ['a getter that throws', { get a() { throw new Error('x') } }], ['a proxy', new Proxy({ a: 1 }, {})],
  ['circular', circular], ['deep', deep], ['17 levels', JSON.parse(`${'['.repeat(17)}1${']'.repeat(17)}`)], ['__proto__', JSON.parse('{"__proto__":{"a":1},"b":2}')], ['no prototype', Object.assign(Object.create(null), { a: 1 })],
  ['an array with members', Object.assign([1], { more: 2 })], ['large ints', { a: 2 ** 53, b: 2 ** 60, c: 1e21, d: 1e-7, e: 5e-324 }], ['many', Array.from({ length: 12_000 }, (_, i) => i)], ['16 levels', JSON.parse(`${'['.repeat(16)}1${']'.repeat(16)}`)], ['text with surrogates', { a: '\ud83d\ude00', b: '\\ud800' }], ['large', { text: 'x'.repeat(300_000) }],
  ['a boxed text', Object('boxed')], ['a subclass of Array', new (class List extends Array<number> { override *[Symbol.iterator](): ArrayIterator<number> { yield 9 } })(3)],
]

test.each(strange)('a payload of %s becomes the same record by way of a text', (_what, payload) => {
  const [straight, packed] = bothWays({ ...whole, payload })
  expect(packed).toBe(straight)
})

test.each(strange.filter(([, value]) => value !== null))('an attribute of %s becomes the same record by way of a text', (_what, value) => {
  let straight = ''
  try {
    straight = bothWays({ ...whole, attributes: { value } })[0]
  } catch {
    return // over a limit of records: refused either way
  }
  expect(bothWays({ ...whole, attributes: { value } })[1]).toBe(straight)
})

test('whatever JSON or JavaScript a payload is made of, the record and its fingerprint are the same', () => {
  const value = fc.anything({ withBigInt: true, withBoxedValues: true, withDate: true, withMap: true, withNullPrototype: true, withObjectString: true, withSet: true, withSparseArray: true, withTypedArray: true, withUnicodeString: true } as object)
  fc.assert(fc.property(fc.oneof(fc.jsonValue() as fc.Arbitrary<unknown>, value), (payload) => {
    const [straight, packed] = bothWays({ ...whole, payload })
    expect(packed).toBe(straight)
  }), { numRuns: 500 })
})

test('every member of an event arrives', () => {
  const event: AuditEvent = {
    ...whole, target: { id: 't', type: 'x' }, outcome: 'denied', decision: 'deny', reason: 'r', requestId: 'q', sessionId: 's', deliveryId: 'd', attempt: 3, idempotencyKey: 'i', integration: 'hubspot',
    occurredAt: new Date(5), durationMs: 1.6, source: { id: '192.0.2.1', type: 'ipv4' }, attributes: { a: 1, b: [true, 'x'] }, payload: { a: 1 },
  }
  for (const more of [{}, { error: new RangeError('too much') }, { occurredAt: 7n }]) {
    assertEvent({ ...event, ...more })
    const [straight, packed] = bothWays({ ...event, ...more })
    expect(packed).toBe(straight)
  }
})

test('a record of a stream has its place in it', () => {
  for (const payload of [{ a: 1 }, new Map()]) {
    const { record } = unpack(packedAt(pack({ ...whole, payload }, stamp, options), { streamId: 'st', number: 7, end: true }), options)
    expect(record.attributes).toMatchObject({ 'audit.sequence.stream_id': 'st', 'audit.sequence.number': 7n, 'audit.sequence.end': true })
  }
})

test('what is plain is told from what only looks so', () => {
  expect(isPlain({ a: [1, 'x', null, true, { b: undefined }] }, 3)).toBe(true)
  for (const odd of [-0, Number.NaN, 1n, { a: new Date(0) }, { a: { toJSON: 1 } }, [() => 1], new (class A {})(), 'x'.repeat(2_000_000), circular]) expect(isPlain(odd, 16)).toBe(false)
})

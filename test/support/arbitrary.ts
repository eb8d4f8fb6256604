// Random records within the limits, for property tests.

import fc from 'fast-check'
import { emptyRecord, valueMap } from '@blotter/processors'
import type { AuditRecord, Value } from '@blotter/processors'

const key = fc.oneof(fc.string({ maxLength: 20 }).map((text) => text.toWellFormed()), fc.constantFrom('__proto__', 'constructor', '1', '10', '2', 'apiKey', 'audit.action'))

const { value } = fc.letrec<{ value: Value; leaf: Value }>((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.toWellFormed()),
    fc.boolean(), fc.constant(null), fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
  ),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map((entries) => valueMap(entries)),
  ),
}))

export const anyValue: fc.Arbitrary<Value> = value

const id = (digits: number): fc.Arbitrary<string> => fc.oneof(fc.constant(''), fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: digits, maxLength: digits }).map((hex) => (/^0+$/.test(hex) ? '' : hex)))
const time = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n })
const map = fc.array(fc.tuple(key, value), { maxLength: 8 }).map((entries) => valueMap(entries))

export const anyRecord: fc.Arbitrary<AuditRecord> = fc.record({
  eventName: fc.string({ maxLength: 20 }).map((text) => text.toWellFormed()),
  timeUnixNano: time, observedTimeUnixNano: time, traceId: id(32), spanId: id(16),
  flags: fc.nat({ max: 1 }), severityNumber: fc.nat({ max: 24 }), severityText: fc.constantFrom('', 'INFO'),
  body: value, attributes: map, droppedAttributesCount: fc.nat({ max: 3 }), resource: map,
  scopeName: fc.constantFrom('', 'scope'), scopeVersion: fc.constantFrom('', '1.0'),
}).map((record) => ({ ...emptyRecord, ...record }))

/** A record that says who did what, with `changes` over it. */
export function sampleRecord(changes: Partial<AuditRecord> = {}, attributes: Record<string, Value> = {}): AuditRecord {
  return {
    ...emptyRecord,
    eventName: 'payment.refund',
    timeUnixNano: 1_700_000_000_000_000_000n,
    observedTimeUnixNano: 1_700_000_000_000_000_001n,
    ...changes,
    attributes: valueMap(Object.entries({
      'audit.record.id': '3f2b8c1e-0000-4000-8000-000000000001', 'audit.actor.id': 'maria', 'audit.actor.type': 'user',
      'audit.action': 'CREATE', 'audit.outcome': 'success', ...attributes,
    })),
  }
}

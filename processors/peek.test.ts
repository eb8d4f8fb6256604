import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRecord, sampleRecord } from '../test/support/arbitrary.ts'
import { canonicalBytes } from './canonical.ts'
import { createPeek } from './peek.ts'
import { valueMap } from './record.ts'
import type { AuditRecord } from './record.ts'

const keys = ['audit.action', 'audit.sequence.number', 'zz', '1', '__proto__']
const peek = createPeek(keys)
const bytes = (record: AuditRecord): Buffer => Buffer.from(canonicalBytes(record))

test('what is peeked at is what the record has, wherever else the same names stand', () => {
  fc.assert(fc.property(anyRecord, fc.string(), fc.maxSafeInteger(), fc.boolean(), (record, text, number, flag) => {
    const decoy = valueMap([['audit.action', 'decoy'], ['x', [valueMap([['zz', 'decoy'], ['"audit.sequence.number":{"intValue":9}', 1n]])]]])
    const attributes = valueMap([...Object.entries(record.attributes).filter(([key]) => !keys.includes(key)), ['aa', decoy], ['audit.action', text.toWellFormed()], ['audit.sequence.number', BigInt(number)], ['zz', flag]])
    expect(peek(bytes({ ...record, body: decoy, attributes }))).toEqual([text.toWellFormed(), number, flag, undefined, undefined])
  }))
})

test('a record without any of them says so', () => {
  expect(peek(bytes(sampleRecord({ attributes: valueMap() })))![2]).toBeUndefined()
})

test('what is no record, or one that ends in the middle, never throws and tells nothing that is not there', () => {
  for (const text of ['', '{}', 'nothing', '{"attributes":{"a"', '{"attributes":{"audit.action":{"stringValue":"', '{"attributes":{"audit.action":{"stringValue":x}}']) expect(peek(Buffer.from(text))?.filter((value) => value !== undefined) ?? []).toEqual([])
  const whole = bytes(sampleRecord({}, { 'audit.sequence.number': 7n, zz: 'last' }))
  for (let length = 0; length < whole.length; length += 1) {
    for (const value of peek(whole.subarray(0, length)) ?? []) expect([undefined, 'CREATE', 7, 'last']).toContain(value)
  }
})

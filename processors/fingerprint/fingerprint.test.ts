import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { fields } from '../fields.ts'
import { text } from '../record.ts'
import { toValue } from '../value.ts'
import { createFingerprint, fingerprint, fingerprintKey } from './fingerprint.ts'

const key = fingerprintKey('e1', new Uint8Array(32).fill(7))
const print = (payload: unknown): string => fingerprint(toValue(payload), key).value

test('equal payloads match whatever the order of their keys or their spelling', () => {
  expect(print({ a: 1, b: [true, null] })).toBe(print({ b: [true, null], a: 1 }))
  expect(print('{ "b": [true, null], "a": 1 }')).toBe(print({ a: 1, b: [true, null] }))
  expect(print({ a: 1 })).toMatch(/^hmac-sha256:e1:[0-9a-f]{32}$/)
})

test('payloads that differ in value or type do not match', () => {
  const prints = [{ a: 1 }, { a: '1' }, { a: true }, { a: null }, {}, [], 'text', '1', { a: 1.5 }].map(print)
  expect(new Set(prints).size).toBe(prints.length)
})

test('another key gives another fingerprint, so a guess cannot be tested without it', () => {
  expect(fingerprint(toValue({ a: 1 }), fingerprintKey('e1', new Uint8Array(32).fill(8))).value).not.toBe(print({ a: 1 }))
})

test('text that would lose digits as JSON is fingerprinted as text', () => {
  expect(print('{"n":9007199254740993}')).not.toBe(print('{"n":9007199254740992}'))
})

const processor = createFingerprint({ keyOf: () => key })
const printed = (body: unknown, attributes = {}): string => text(processor.process(sampleRecord({ body: toValue(body) }, attributes)).attributes, fields.fingerprint.key)

test('a payload in the body is fingerprinted, a message is not, and one made in the process is kept', () => {
  expect(printed({ a: 1 })).toBe(print({ a: 1 }))
  expect(printed('[1]')).toBe(print([1]))
  expect(printed('webhook received')).toBe('')
  expect(printed(null)).toBe('')
  expect(printed({ a: 1 }, { 'blotter.payload.hash.value': 'hmac-sha256:e0:00' })).toBe('hmac-sha256:e0:00')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyValue, sampleRecord } from '../../test/support/arbitrary.ts'
import { fields } from '../fields.ts'
import { isMap, text, valueMap, withValues } from '../record.ts'
import { isPlaceholder } from '../redact/rule.ts'
import { toValue } from '../value.ts'
import { createFingerprint, fingerprint, rawDigest } from './fingerprint.ts'
import { fingerprintKey } from './key.ts'
import type { AuditRecord, Value } from '../record.ts'
import type { PayloadRedactor } from './fingerprint.ts'

const key = fingerprintKey('e1', new Uint8Array(32).fill(7))
const otherKey = fingerprintKey('e2', new Uint8Array(32).fill(8))
const print = (payload: unknown): string => fingerprint(toValue(payload), key).value

test('equal payloads match whatever the order of their keys or their spelling', () => {
  expect(print({ a: 1, b: [true, null] })).toBe(print({ b: [true, null], a: 1 }))
  for (const json of ['{ "b": [true, null], "a": 1 }', Buffer.from('\n{"b":[true,null],"a":1e0}')]) expect(print(json)).toBe(print({ a: 1, b: [true, null] }))
  expect(print({ a: 1 })).toMatch(/^hmac-sha256:e1:[0-9a-f]{32}$/)
})

test('the value of a payload without secrets never changes: records of years must match', () => {
  expect(fingerprint(toValue({ a: 1, b: ['x', null, true, 1.5] }), key)).toEqual({ value: 'hmac-sha256:e1:d5adcb6e032edcc5f53ae20260b97d15', form: 'jcs' })
  expect(fingerprint('text', key)).toEqual({ value: 'hmac-sha256:e1:d8cf900b7ef1c0db885c43b6d9b32e88', form: 'raw' })
})

test('payloads that differ in value or type do not match', () => {
  const prints = [{ a: 1 }, { a: '1' }, { a: true }, { a: null }, {}, [], 'text', '1', { a: 1.5 }, { a: 'true' }, { a: 'null' }, { a: [1] }].map(print)
  expect(new Set(prints).size).toBe(prints.length)
})

test('another key gives another fingerprint, so a guess cannot be tested without it', () => {
  expect(fingerprint(toValue({ a: 1 }), fingerprintKey('e1', new Uint8Array(32).fill(8))).value).not.toBe(print({ a: 1 }))
})

test('whole numbers beyond 2^53 keep their digits', () => {
  expect(print('{"n":9007199254740993}')).not.toBe(print('{"n":9007199254740992}'))
  expect(print('{"n":9007199254740993}')).toBe(print({ n: 9007199254740993n }))
})

test('bytes and text that are not JSON count as their bytes, and the raw digest is that of what arrived', () => {
  expect(fingerprint('a=1&b=2', key)).toEqual(rawDigest(Buffer.from('a=1&b=2'), key))
  expect(fingerprint(new Uint8Array([0, 255]), key)).toEqual(rawDigest(new Uint8Array([0, 255]), key))
  expect(rawDigest('{"a":1}', key)).not.toEqual(rawDigest('{ "a":1}', key))
  expect(rawDigest('', key).form).toBe('raw')
})

/** Stands for the engine: everything under `secret` goes, and the word in a text. */
const redactor: PayloadRedactor = (payload, replace) => {
  if (typeof payload === 'string') return payload.replace('hunter2', (found) => replace('word', found) as string)
  if (Array.isArray(payload)) return (payload as readonly Value[]).map((member) => redactor(member, replace))
  if (!isMap(payload)) return payload
  return valueMap(Object.entries(payload).map(([name, value]) => [name, name === 'secret' && !(typeof value === 'string' && isPlaceholder(value)) ? replace('key_name', value) : redactor(value, replace)] as const))
}
const protectedPrint = (payload: unknown, under = key): string => fingerprint(toValue(payload), under, redactor).value

test('payloads that differ in a secret differ, equal ones match, and guessing needs the key', () => {
  expect(protectedPrint({ id: 1, secret: 'one' })).toBe(protectedPrint('{"secret":"one","id":1}'))
  const all = ['one', 'two', 1, 1.5, '1', true, 'true', null, 'null', [1], ['1'], { a: 1 }, { a: '1' }, new Uint8Array([1]), 'AQ=='].map((secret) => protectedPrint({ id: 1, secret }))
  expect(new Set(all).size).toBe(all.length)
  expect(protectedPrint({ secret: 'one' }, otherKey).slice(-32)).not.toBe(protectedPrint({ secret: 'one' }).slice(-32))
  expect(protectedPrint('login with hunter2')).not.toBe(print('login with hunter2'))
})

test('a payload that was redacted before is fingerprinted with its placeholders as they are', () => {
  expect(protectedPrint({ secret: '[redacted:key_name]' })).toBe(print({ secret: '[redacted:key_name]' }))
})

const processor = createFingerprint({ keyOf: () => key, redactorOf: () => redactor, accepts: (epoch) => epoch !== 'gone' })
const printed = (record: AuditRecord): string => text(record.attributes, fields.fingerprint.key)

/** As a redacting processor leaves it. */
function process(body: Value, attributes: Record<string, Value> = {}): AuditRecord {
  const original = sampleRecord({ body }, attributes)
  let count = 0n
  const clean = redactor(body, () => { count += 1n; return '[redacted:key_name]' })
  const redacted = count === 0n ? original : { ...original, body: clean, attributes: withValues(original.attributes, { [fields.redactionCount.key]: count }) }
  return processor.process(redacted, original)
}

test('a payload in the body is fingerprinted, a message is not, and one made in the process is kept', () => {
  for (const payload of [toValue({ a: 1 }), '[1]', Buffer.from('{"a":[1]}'), new Uint8Array([1, 2])]) {
    expect(printed(process(payload))).toBe(fingerprint(payload, key).value)
  }
  for (const message of ['webhook received', null, 5n, true, 'login with hunter2', '{"cut off']) expect(printed(process(message))).toBe('')
  expect(printed(process(toValue({ a: 1 }), { [fields.fingerprint.key]: 'hmac-sha256:e0:00' }))).toBe('hmac-sha256:e0:00')
  expect(printed(process(toValue({ a: 1 }), { [fields.fingerprint.key]: 'of their own' }))).toBe('of their own')
})

test('what was redacted in the record stands as a token in its fingerprint', () => {
  for (const payload of [{ id: 1, secret: 'one' }, '{"id":1,"secret":"one"}', { list: ['a', 'x hunter2'] }, { secret: { deep: 'one' } }].map(toValue)) {
    const record = process(payload)
    expect(printed(record)).toBe(fingerprint(payload, key, redactor).value)
    expect(printed(record)).not.toBe(fingerprint(record.body, key).value)
    expect(JSON.stringify(record.attributes[fields.fingerprint.key])).not.toContain('one')
  }
})

test('a body that redaction copied and left as it was is not walked again', () => {
  const original = sampleRecord({ body: toValue({ a: [1] }) })
  const walked = createFingerprint({ keyOf: () => key, redactorOf: () => { throw new Error('walked') } })
  expect(printed(walked.process(original, original))).toBe(print({ a: [1] }))
  expect(printed(walked.process({ ...original, body: toValue({ a: [1] }) }, original))).toBe(print({ a: [1] }))
})

test('a fingerprint under a destroyed key makes way for one under the current key, or for none', () => {
  const gone = { [fields.fingerprint.key]: `hmac-sha256:gone:${'0'.repeat(32)}`, [fields.fingerprintForm.key]: 'jcs' }
  expect(printed(process(toValue({ a: 1 }), gone))).toBe(print({ a: 1 }))
  const without = process('a message', gone)
  expect(fields.fingerprint.key in without.attributes || fields.fingerprintForm.key in without.attributes).toBe(false)
})

test('running it twice gives what running it once gave, and equal values match in every form', () => {
  fc.assert(fc.property(anyValue, (value) => {
    const once = process(value)
    expect(processor.process(once)).toEqual(once)
    expect(fingerprint(value, key, redactor)).toEqual(fingerprint(structuredClone(value) as Value, key, redactor))
  }))
})

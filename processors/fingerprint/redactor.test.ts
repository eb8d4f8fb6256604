import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyValue, sampleRecord } from '../../test/support/arbitrary.ts'
import { fields } from '../fields.ts'
import { text } from '../record.ts'
import { createRedact } from '../redact/redact.ts'
import { toPlain, toValue } from '../value.ts'
import { createFingerprint, fingerprint } from './fingerprint.ts'
import { fingerprintKey } from './key.ts'
import { createPayloadRedactor } from './redactor.ts'
import { fingerprints } from './under-keys.ts'
import type { Value } from '../record.ts'

const options = { keys: ['tax id'], paths: ['body.customer.email', 'body.items[*].note', 'attributes.x'] }
const redactor = createPayloadRedactor(options)
const redact = createRedact(options)
const key = fingerprintKey('e1', new Uint8Array(32).fill(7))
const processor = createFingerprint({ keyOf: () => key, redactorOf: () => redactor })

/** As a collector does it. */
function printed(body: Value): string {
  const original = sampleRecord({ body })
  return text(processor.process(redact.process(original), original).attributes, fields.fingerprint.key)
}

test('whatever the record loses stands as a token, by key name, path and detector, and nothing else does', () => {
  const payload = { password: 'one', taxId: 42, customer: { email: 'a@example.com', city: 'Rome' }, items: [{ note: 'x' }, { note: null }], url: 'https://app:hunter22@example.com/x', card: 4242424242424242n }
  const replaced: Value[] = []
  const tokens = redactor(toValue(payload), (_, secret) => { replaced.push(secret); return `[token:key_name:test:${String(replaced.length).padStart(16, '0')}]` })
  expect(replaced.map(toPlain).map(String).sort()).toEqual(['42', '4242424242424242', 'a@example.com', 'hunter22', 'one', 'x'])
  expect(toPlain(tokens)).toMatchObject({ customer: { city: 'Rome' }, items: [{}, { note: null }] })
})

test.each<[string, unknown, unknown]>([
  ['a password', { id: 1, password: 'one' }, { id: 1, password: 'two' }],
  ['a number under a secret key', { id: 1, taxId: 42 }, { id: 1, taxId: '42' }],
  ['what only a path names', { customer: { email: 'one' } }, { customer: { email: 'two' } }],
  ['credentials in a text', { url: 'https://app:hunter22@example.com/x' }, { url: 'https://app:hunter23@example.com/x' }],
  ['JSON text', '{"password":"one"}', '{"password":"two"}'],
  ['JSON in a text', { body: '{"password":"one"}' }, { body: '{"password":"two"}' }],
])('payloads that differ in %s differ, and each matches itself in every form', (_what, one, two) => {
  expect(printed(toValue(one))).not.toBe(printed(toValue(two)))
  for (const payload of [one, two].map(toValue)) {
    expect(printed(payload)).toBe(fingerprint(payload, key, redactor).value)
    if (typeof payload === 'object') expect(printed(JSON.stringify(toPlain(payload)))).toBe(printed(payload))
  }
})

test('what a policy only watches stays as it is, in the record and in the fingerprint', () => {
  const watching = createPayloadRedactor({ ...options, replaceWith: () => undefined })
  const payload = toValue({ password: 'one', customer: { email: 'a@example.com' }, card: 4242424242424242n })
  expect(toPlain(watching(payload, () => { throw new Error('replaced') }))).toEqual(toPlain(payload))
})

test('a payload that an SDK without the key has redacted matches itself, and not the one that nobody redacted', () => {
  const payload = toValue({ id: 1, password: 'one' })
  const redacted = redact.process(sampleRecord({ body: payload })).body
  expect(printed(redacted)).toBe(fingerprint(redacted, key).value)
  expect(printed(redacted)).not.toBe(printed(payload))
})

test('under several keys it is what it is under each of them', () => {
  const keys = ['e3', 'e2', 'e1'].map((epoch, i) => fingerprintKey(epoch, new Uint8Array(32).fill(i)))
  const payloads = fc.oneof(
    fc.tuple(anyValue, fc.constantFrom('password', 'note', 'customer', 'token [token:key_name:fingerprint:00000000000000000000000000000000]')).map(([value, name]) => toValue({ [name]: value, customer: { email: value, password: [value] }, items: [{ note: value }] })),
    fc.constantFrom('login with password=hunter22 and https://app:hunter22@example.com/x', '{"password":"one","a":[{"token":"two three"}]}', new Uint8Array([1, 2])),
    fc.constantFrom({ 'password=hunter22x': 1, 'password=hunter33x': 2 }, { customer: { email: { password: 'inner' } } }).map(toValue),
  )
  fc.assert(fc.property(payloads, (payload) => {
    expect(fingerprints(payload, keys, redactor)).toEqual(keys.map((one) => fingerprint(payload, one, redactor)))
  }))
  expect(fingerprints('x', [], redactor)).toEqual([])
})

test('whatever is sent, the record and a look-up agree, and no token is where it can be read', () => {
  fc.assert(fc.property(anyValue, fc.constantFrom('password', 'note', 'Tax-ID'), (value, name) => {
    const body = toValue({ [name]: value, list: [value] })
    const original = sampleRecord({ body })
    const record = processor.process(redact.process(original), original)
    expect(text(record.attributes, fields.fingerprint.key)).toBe(fingerprint(body, key, redactor).value)
    expect(JSON.stringify(toPlain(record.body))).not.toContain('[token:')
  }))
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPayloadRedactor, encodeRequest, fields, fingerprint, fingerprintKey, makeKeyPair, openSealed, rawDigest, recipientPrefix, recordLimits, text, toPlain, toValue } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { AuditError } from './errors.ts'
import { toRecord } from './event.ts'
import type { AuditEvent } from './event.ts'
import { createProtect, finish, payloadWords } from './payload.ts'
import type { ProtectOptions } from './payload.ts'

const key = fingerprintKey('e1', new Uint8Array(32).fill(7))
const canary = 'CANARY-5f0c'

function protect(payload: unknown, options: Partial<ProtectOptions> = {}, event: Partial<AuditEvent> = {}): AuditRecord {
  const record = toRecord({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE', ...event }, { integration: 'stripe', clock: () => 1n, newId: () => 'id-1', trace: () => undefined })
  return finish(createProtect({ includePayload: false, maxPayloadBytes: 262_144, ...options }).draft(record, payload), key)
}

const fingerprintOf = (record: AuditRecord): string => text(record.attributes, fields.fingerprint.key)
const wire = (record: AuditRecord): string => encodeRequest([record])

test('by default the fingerprint and the size travel, and nothing else of a payload', () => {
  const record = protect({ customer: canary, amount: 5 })
  expect(wire(record)).not.toContain(canary)
  expect(record.body).toBeNull()
  expect(fingerprintOf(record)).toMatch(/^hmac-sha256:e1:[0-9a-f]{32}$/)
  expect(record.attributes).toMatchObject({ [fields.fingerprintForm.key]: 'jcs', [fields.payloadSize.key]: BigInt(JSON.stringify({ customer: canary, amount: 5 }).length) })
})

test('a record without a payload has neither', () => {
  for (const nothing of [undefined, null]) expect(Object.keys(protect(nothing).attributes).filter((name) => name.startsWith('blotter.payload'))).toEqual([])
})

test('equal payloads have equal fingerprints: as objects in any order, as JSON text, as its bytes', () => {
  const json = '{"b":[1,2.5],"a":{"x":"é"}}'
  const all = [{ a: { x: 'é' }, b: [1, 2.5] }, JSON.parse(json), json, ` ${json}\n`, Buffer.from(json), new Map([['b', [1, 2.5]], ['a', { x: 'é' }]] as [string, unknown][])].map((payload) => fingerprintOf(protect(payload)))
  expect(new Set(all).size).toBe(1)
  expect(fingerprintOf(protect({ a: { x: 'e' }, b: [1, 2.5] }))).not.toBe(all[0])
})

test('payloads that differ in a secret only have different fingerprints, and the secret is in none: it stands there as a keyed token', () => {
  const [one, again, two] = [{ id: 1, password: 'one' }, '{"password":"one","id":1}', { id: 1, password: 'two' }].map((payload) => protect(payload))
  expect(fingerprintOf(one!)).toBe(fingerprintOf(again!))
  expect(fingerprintOf(one!)).not.toBe(fingerprintOf(two!))
  expect(fingerprintOf(one!)).toBe(fingerprint(toValue({ id: 1, password: 'one' }), key, createPayloadRedactor()).value)
})

test('text that is not JSON has the digest of its bytes', () => {
  for (const payload of ['amount=1&currency=eur', Buffer.from('amount=1&currency=eur'), new Uint8Array([0, 255])]) expect(fingerprintOf(protect(payload))).toBe(rawDigest(payload, key).value)
})

const secrets: [string, unknown][] = [
  ['a nested array', { a: [[[{ clientSecret: canary }]]] }],
  ['header-like keys', { headers: { Authorization: canary, 'X-Api-Key': [canary], 'set-cookie': [canary, canary] } }],
  ['JSON text', JSON.stringify({ password: `${canary} with spaces` })],
  ['JSON bytes', Buffer.from(JSON.stringify({ deep: { accessToken: `${canary} with spaces` } }))],
  ['JSON text with an int beyond 2^53', `{"id":1234567890123456789,"password":"${canary} with spaces"}`],
  ['text', `connect failed: password=${canary}`],
  ['an error message', new Error(`Authorization: Bearer ${canary}${'A1'.repeat(8)}`)],
  ['an error’s cause', { failure: new Error('outer', { cause: new Error(canary) }) }],
  ['a Map', new Map([['apiKey', canary]])],
  ['a Set of objects', new Set([{ token: canary }])],
  ['a class', new (class Login { pin = canary })()],
]

test.each(secrets)('a secret in %s stays behind, also when the payload travels', (_where, payload) => {
  const record = protect(payload, { includePayload: true })
  expect(record.body).not.toBeNull()
  expect(wire(record)).not.toContain(canary)
  expect(wire(protect(payload))).not.toContain(canary)
})

test('secrets in the event’s own texts and attributes stay behind too, and are counted by rule', () => {
  const record = protect(undefined, {}, { reason: `password=${canary}`, error: new Error(`token=${canary}`), attributes: { apiKey: canary, note: `see https://app:${canary}@example.com` } })
  expect(wire(record)).not.toContain(canary)
  expect(record.attributes).toMatchObject({ [fields.redactionCount.key]: 4n, [fields.redactionRules.key]: ['assignment:2', 'key_name:1', 'url_credentials:1'] })
})

test('the operator’s keys and paths apply to the payload and to its fingerprint', () => {
  const options = { includePayload: true, redact: { keys: ['tax id'], paths: ['body.customer.email'] } }
  const record = protect({ taxId: canary, customer: { email: canary, city: 'Rome' } }, options)
  expect(wire(record)).not.toContain(canary)
  expect(wire(record)).toContain('Rome')
  const withoutEmail = { taxId: canary, customer: { email: '[redacted:path]', city: 'Rome' } }
  for (const other of [withoutEmail, { ...withoutEmail, taxId: 'x' }]) expect(fingerprintOf(record)).not.toBe(fingerprintOf(protect(other, options)))
  expect(fingerprintOf(record)).toBe(fingerprint(toValue({ taxId: canary, customer: { email: canary, city: 'Rome' } }), key, createPayloadRedactor(options.redact)).value)
})

test('no secret under a secret key survives, wherever it is planted', () => {
  const plain = fc.jsonValue({ maxDepth: 3 })
  const name = fc.constantFrom('password', 'API-KEY', 'x-amz-signature', 'refreshToken', 'Cookie')
  fc.assert(fc.property(plain, name, fc.array(fc.constantFrom('a', 'b', 0, 1), { maxLength: 5 }), fc.boolean(), (sibling, secretKey, path, asText) => {
    const planted = path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [sibling, inner] : { [step]: inner, sibling }), { [secretKey]: canary, sibling })
    const record = protect(asText ? JSON.stringify(planted) : planted, { includePayload: true })
    expect(wire(record)).not.toContain(canary)
  }))
})

test('bigints, dates, circular references and strange numbers are a payload like any other', () => {
  const circular: Record<string, unknown> = { big: 2n ** 80n, date: new Date(0), nan: Number.NaN, inf: -Infinity, fn: () => 1, sym: Symbol('s'), undef: undefined }
  circular['self'] = circular
  const record = protect(circular, { includePayload: true })
  expect(fingerprintOf(record)).not.toBe('')
  expect(wire(record)).toContain('[circular]')
})

test('a payload that cannot be read leaves a word, not an error', () => {
  for (const bad of [{ get x() { throw new Error(canary) } }, new Proxy({}, { ownKeys() { throw new Error(canary) } }), new Map([[Object.create(null), 1]])]) {
    const record = protect(bad)
    expect(record.body).toBe(payloadWords.unreadable)
    expect(fingerprintOf(record)).toBe('')
    expect(wire(record)).not.toContain(canary)
  }
})

test('a payload above the limit is measured, and neither redacted nor fingerprinted', () => {
  for (const huge of ['x'.repeat(262_145), Buffer.alloc(262_145), { rows: Array.from({ length: 30_000 }, (_, id) => ({ id })) }]) {
    const record = protect(huge, { includePayload: true })
    expect(record.body).toBe(payloadWords.tooLarge)
    expect(fingerprintOf(record)).toBe('')
    expect(record.attributes[fields.payloadSize.key]).toBeGreaterThan(262_144n)
  }
})

test('a redacted payload that no collector would take gives way to a word, and keeps its fingerprint', () => {
  const many = Array.from({ length: recordLimits.values + 1 }, () => 1)
  const record = protect(many, { includePayload: true })
  expect(record.body).toBe(payloadWords.tooLarge)
  expect(fingerprintOf(record)).not.toBe('')
})

test('attributes over a limit are an error that names it', () => {
  const attributes = Object.fromEntries(Array.from({ length: recordLimits.attributes + 1 }, (_, index) => [`k${index}`, index]))
  expect(() => protect(undefined, {}, { attributes })).toThrow(AuditError)
  expect(() => protect(undefined, {}, { attributes })).toThrow(/attributes: got too many, want at most 256/)
})

test('a long error message is shortened after it was redacted', () => {
  const record = protect(undefined, {}, { error: new Error(`${'x'.repeat(2_030)} password=${canary}${'y'.repeat(20_000)}`) })
  const message = text(record.attributes, 'exception.message')
  expect(message.length).toBe(2_049)
  expect(message).toContain('password=[')
  expect(message).not.toContain('CANARY')
})

test('a buffer that the app fills again afterwards changes nothing', () => {
  const buffer = Buffer.from([0, 255, 1])
  const record = protect({ inner: buffer }, { includePayload: true }, { attributes: { buffer } })
  const before = wire(record)
  buffer.write('abc')
  expect(wire(record)).toBe(before)
})

test('the policy decides what is masked, tokenised and encrypted, in the payload and in what else the record says', () => {
  const pair = makeKeyPair()
  const policy = { version: 1, rules: { email: 'mask' }, fields: { customer: 'tokenise', note: 'encrypt', 'audit.actor.id': 'tokenise' }, recipients: [`${recipientPrefix}${pair.publicKey.toString('base64url')}`] }
  const options = { includePayload: true, redact: { policy }, keyOf: () => key }
  const payload = { customer: 'cus_1', note: 'likes tea', text: 'ada@example.com', password: canary }
  const record = protect(payload, options, { reason: 'asked by ada@example.com' })
  const body = record.body as { customer: string; note: string }
  expect(record.body).toMatchObject({ text: '[masked:email:example.com]', password: '[redacted:key_name]' })
  expect(body.customer).toMatch(/^\[token:field_tokenise:e1:[0-9a-f]{32}\]$/)
  expect(openSealed(body.note, [pair])).toBe('likes tea')
  expect(text(record.attributes, fields.actorId.key)).toMatch(/^\[token:field_tokenise:e1:/)
  expect(text(record.attributes, fields.reason.key)).toBe('asked by [masked:email:example.com]')
  expect(fingerprintOf(protect(payload, options))).toBe(fingerprintOf(record))
})

test('where there is no key yet, what is to be tokenised is removed', () => {
  expect(toPlain(protect({ customer: 'cus_1' }, { includePayload: true, redact: { policy: { version: 1, fields: { customer: 'tokenise' } } } }).body)).toEqual({ customer: '[redacted:field_tokenise]' })
})

// What is particular to one service; what all have in common is in ../contract.test.ts.

import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { signWebhook } from '../sign.ts'
import { verifyWebhook } from '../verify.ts'
import { schemes } from './index.ts'
import { sharedSecretScheme } from './shared-secret.ts'
import { zoomChallengeAnswer } from './zoom.ts'

const nowMs = 1_790_000_000_000

test('Zoom’s challenge is answered, and no other text is signed', () => {
  const answer = zoomChallengeAnswer({ event: 'endpoint.url_validation', payload: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' } }, 'hush')
  expect(answer).toEqual({ plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken: createHmac('sha256', 'hush').update('qgg8vlvZRS6UYooatFL8Aw').digest('hex') })
  for (const event of [undefined, null, {}, { event: 'meeting.started', payload: { plainToken: 'x' } }, { event: 'endpoint.url_validation' }, { event: 'endpoint.url_validation', payload: { plainToken: 'v0:1:{}' } }]) {
    expect(zoomChallengeAnswer(event, 'hush')).toBeUndefined()
  }
})

test('Stripe: the test signature v0 is no signature, and a second time is refused', async () => {
  const signed = signWebhook(schemes.stripe, { body: '{"id":"evt_1"}' }, 'whsec_x', { nowMs })
  const header = signed.headers['stripe-signature']!
  const verify = (text: string): ReturnType<typeof verifyWebhook> => verifyWebhook(schemes.stripe, { ...signed, headers: { 'stripe-signature': text } }, 'whsec_x', { nowMs })
  expect(header).toMatch(/^t=1790000000,v1=[0-9a-f]{64}$/)
  expect(await verify(`${header},v0=${'0'.repeat(64)}`)).toMatchObject({ kind: 'verified', id: 'evt_1' })
  expect(await verify(header.replace('v1=', 'v0='))).toMatchObject({ reason: 'missing_signature' })
  expect(await verify(`t=1790000001,${header}`)).toMatchObject({ reason: 'malformed' })
  expect(await verify(header.replace('t=1790000000,', ''))).toMatchObject({ reason: 'missing_signature' })
  expect(await verify(`${header}, ${header}`)).toMatchObject({ reason: 'malformed' }) // as Headers joins one that came twice
})

test('Stripe: the key is the whole text of the secret', async () => {
  const signed = signWebhook(schemes.stripe, { body: 'x' }, 'whsec_aGVsbG8=', { nowMs })
  const digest = createHmac('sha256', 'whsec_aGVsbG8=').update('1790000000.x').digest('hex')
  expect(signed.headers['stripe-signature']).toBe(`t=1790000000,v1=${digest}`)
})

test('HubSpot: the listed characters of the URL are decoded, and no others', async () => {
  const url = 'https://hooks.example.com/in?to=a%40example.com&q=%C3%A9%20%26'
  const digest = createHmac('sha256', 'hush').update('POST').update('https://hooks.example.com/in?to=a@example.com&q=%C3%A9%20%26').update('[]').update(String(nowMs)).digest('base64')
  const headers = { 'X-HubSpot-Signature-v3': digest, 'X-HubSpot-Request-Timestamp': String(nowMs) }
  expect(await verifyWebhook(schemes.hubspot, { headers, url, body: Buffer.from('[]') }, 'hush', { nowMs })).toMatchObject({ kind: 'verified', proof: { grade: 'A', coveredParts: ['method', 'url', 'body', 'timestamp'] } })
  expect(await verifyWebhook(schemes.hubspot, { headers, url, method: 'PUT', body: Buffer.from('[]') }, 'hush', { nowMs })).toMatchObject({ reason: 'bad_signature' })
})

test('HubSpot: a time in seconds is none, and the older versions are not read', async () => {
  const signed = signWebhook(schemes.hubspot, { body: '[]', url: 'https://hooks.example.com/in' }, 'hush', { nowMs })
  expect(await verifyWebhook(schemes.hubspot, { ...signed, headers: { ...signed.headers, 'x-hubspot-request-timestamp': '1790000000' } }, 'hush', { nowMs })).toMatchObject({ reason: 'malformed' })
  expect(await verifyWebhook(schemes.hubspot, { ...signed, headers: { 'x-hubspot-signature': 'f'.repeat(64), 'x-hubspot-signature-version': 'v2' } }, 'hush', { nowMs })).toMatchObject({ reason: 'missing_signature' })
})

test('Linear: the time is in the body and counts to the minute; a body without one is accepted without freshness', async () => {
  const signed = signWebhook(schemes.linear, { body: '{"action":"create"}' }, 'hush', { nowMs })
  expect(Buffer.from(signed.body).toString()).toBe('{"webhookTimestamp":1790000000000,"action":"create"}')
  expect(await verifyWebhook(schemes.linear, signed, 'hush', { nowMs: nowMs + 60_000 })).toMatchObject({ kind: 'verified', sentAtMs: nowMs, proof: { grade: 'A' } })
  expect(await verifyWebhook(schemes.linear, signed, 'hush', { nowMs: nowMs + 60_001 })).toMatchObject({ reason: 'expired', proof: { keyId: 'secret-1' } })
  const bare = signWebhook(schemes.linear, { body: 'not JSON' }, 'hush', { nowMs })
  expect(await verifyWebhook(schemes.linear, bare, 'hush', { nowMs })).toMatchObject({ kind: 'verified', proof: { freshness: 'none', grade: 'B' } })
  const odd = signWebhook(schemes.linear, { body: '{"webhookTimestamp":"soon"}' }, 'hush', { nowMs })
  expect(await verifyWebhook(schemes.linear, odd, 'hush', { nowMs })).toMatchObject({ reason: 'malformed' })
})

test('Airtable: the secret is decoded, and the time of the ping counts', async () => {
  const body = '{"base":{"id":"app00000000000000"},"webhook":{"id":"ach00000000000000"},"timestamp":"2022-02-01T21:25:05.663Z"}'
  const digest = createHmac('sha256', Buffer.from('c2VjcmV0', 'base64')).update(body).digest('hex')
  const request = { headers: { 'X-Airtable-Content-MAC': `hmac-sha256=${digest}` }, body: Buffer.from(body) }
  expect(await verifyWebhook(schemes.airtable, request, 'c2VjcmV0', { nowMs: Date.parse('2022-02-01T21:26:00Z') })).toMatchObject({ kind: 'verified', proof: { freshness: 'signed time in window' } })
  expect(await verifyWebhook(schemes.airtable, request, 'c2VjcmV0', { nowMs })).toMatchObject({ reason: 'expired' })
})

test('Mailgun: the token is the id, the event is not covered, and the grade says so', async () => {
  const signed = signWebhook(schemes.mailgun, { body: '{"event-data":{"event":"opened"}}', id: 'token-1' }, 'hush', { nowMs })
  const verdict = await verifyWebhook(schemes.mailgun, signed, 'hush', { nowMs })
  expect(verdict).toMatchObject({ kind: 'verified', id: 'token-1', proof: { grade: 'C', covered: 'partial', coveredParts: ['signature.timestamp', 'signature.token'] } })
  expect(() => signWebhook(schemes.mailgun, { body: 'no JSON' }, 'hush')).toThrow(/JSON object/)
})

test('Mailgun: a body that is too large is not parsed', async () => {
  const body = Buffer.from(`{"signature":{"timestamp":"1790000000","token":"t","signature":"${'0'.repeat(64)}"},"x":"${'a'.repeat(1_048_576)}"}`)
  expect(await verifyWebhook(schemes.mailgun, { headers: {}, body }, 'hush', { nowMs })).toMatchObject({ reason: 'too_large' })
})

test('Mailgun: members of the prototype are not members of the body', async () => {
  for (const text of ['{"__proto__":{"signature":{"timestamp":"1790000000","token":"t","signature":"00"}}}', '[]', 'null', '"signature"', `${'['.repeat(100_000)}`]) {
    expect(await verifyWebhook(schemes.mailgun, { headers: {}, body: Buffer.from(text) }, 'hush', { nowMs })).toMatchObject({ reason: 'missing_signature' })
  }
})

test('GitLab: the signing token is one scheme and the legacy token another', async () => {
  const token = { 'X-Gitlab-Token': 'hush' }
  expect(await verifyWebhook(schemes.gitlab, { headers: token, body: Buffer.from('{}') }, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', { nowMs })).toMatchObject({ reason: 'missing_signature' })
  expect(await verifyWebhook(schemes['gitlab-token'], { headers: { ...token, 'Idempotency-Key': 'd-1' }, body: Buffer.from('{}') }, 'hush', { nowMs })).toMatchObject({ kind: 'unproven', deliveryId: 'd-1', proof: { grade: 'D', covered: 'none', algorithm: 'equality' } })
})

test('a shared secret may come under another name and behind a word', async () => {
  const basic = sharedSecretScheme({ name: 'crm', header: 'Authorization', word: 'Basic' })
  const request = (text: string): Parameters<typeof verifyWebhook>[1] => ({ headers: { authorization: text }, body: Buffer.from('{}') })
  expect(await verifyWebhook(basic, request('Basic dXNlcjpwYXNz'), 'dXNlcjpwYXNz')).toMatchObject({ kind: 'unproven', proof: { scheme: 'crm' } })
  for (const text of ['dXNlcjpwYXNz', 'Bearer dXNlcjpwYXNz', 'Basic', 'Basic  dXNlcjpwYXNz', 'Basic dXNlcjpwYXN']) expect((await verifyWebhook(basic, request(text), 'dXNlcjpwYXNz')).kind, text).toBe('refused')
})

test('an id that only an unsigned header claims is for the record alone', async () => {
  const signed = signWebhook(schemes.github, { body: '{}' }, 'hush')
  const verdict = await verifyWebhook(schemes.github, { ...signed, headers: { ...signed.headers, 'X-GitHub-Delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' } }, 'hush')
  expect(verdict).toMatchObject({ kind: 'verified', deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' })
  expect(verdict).not.toHaveProperty('id')
  const odd = await verifyWebhook(schemes.github, { ...signed, headers: { ...signed.headers, 'X-GitHub-Delivery': 'a b\u0007' } }, 'hush')
  expect(odd).not.toHaveProperty('deliveryId')
})

import { createSign, generateKeyPairSync } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { makeCertificate } from '../certificate.fixture.ts'
import { createCertificateSource } from '../certificates.ts'
import type { Secrets } from '../secrets.ts'
import type { Verdict } from '../verdict.ts'
import { verifyWebhook } from '../verify.ts'
import { paypal } from './paypal.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const webhookId = '9XL90610J3647323C'
const nowMs = Date.parse('2026-09-21T22:00:46Z')
const body = Buffer.from('{"id":"WH-9UG43882HX7271132-6E0871324L7949614","event_type":"PAYMENT.SALE.COMPLETED"}')

/** The form of PayPal's own sample, signed without the code under test. */
const headers = {
  'PAYPAL-TRANSMISSION-ID': 'd938e770-8046-11e6-8103-6b62a8a99ac4',
  'PAYPAL-TRANSMISSION-TIME': '2026-09-21T22:00:46Z',
  'PAYPAL-CERT-URL': 'https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77',
  'PAYPAL-AUTH-ALGO': 'SHA256withRSA',
  'PAYPAL-TRANSMISSION-SIG': createSign('sha256').update(`d938e770-8046-11e6-8103-6b62a8a99ac4|2026-09-21T22:00:46Z|${webhookId}|${crc32(body)}`).sign(privateKey, 'base64'),
}

function verify(changed: Partial<Record<keyof typeof headers, string>> = {}, { sent = body as Uint8Array, secrets = publicKey as Secrets, id = webhookId } = {}): Promise<Verdict> {
  return verifyWebhook(paypal, { headers: { ...headers, ...changed }, body: sent }, secrets, { nowMs, parameters: { webhookId: id } })
}

test('a delivery is verified by id, time, webhook id and the CRC-32 of the body, and graded by that', async () => {
  expect(await verify()).toMatchObject({ kind: 'verified', id: 'd938e770-8046-11e6-8103-6b62a8a99ac4', sentAtMs: nowMs, proof: { covered: 'partial', grade: 'C', freshness: 'signed time in window' } })
  expect(await verify({}, { id: '1' })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verify({}, { sent: Buffer.concat([body, Buffer.from(' ')]) })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
})

test('another body with the same CRC-32 verifies, which is why the grade is C', async () => {
  const forged = withCrc(Buffer.from('{"id":"forged"}    '), crc32(body))
  expect(Buffer.from(forged).equals(body)).toBe(false)
  expect(await verify({}, { sent: forged })).toMatchObject({ kind: 'verified', proof: { grade: 'C' } })
})

test.each([
  [{ 'PAYPAL-AUTH-ALGO': 'SHA1withRSA' }, 'forbidden_algorithm'], [{ 'PAYPAL-AUTH-ALGO': 'sha256withrsa' }, 'forbidden_algorithm'], [{ 'PAYPAL-AUTH-ALGO': '' }, 'missing_signature'],
  [{ 'PAYPAL-CERT-URL': 'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1' }, 'forbidden_key_address'], [{ 'PAYPAL-CERT-URL': 'http://api.paypal.com/v1/notifications/certs/CERT-1' }, 'forbidden_key_address'],
  [{ 'PAYPAL-TRANSMISSION-ID': 'a|b' }, 'malformed'], [{ 'PAYPAL-TRANSMISSION-TIME': '1474495246' }, 'malformed'], [{ 'PAYPAL-TRANSMISSION-TIME': '2026-09-21T22:00:46+00:00' }, 'malformed'], [{ 'PAYPAL-TRANSMISSION-TIME': '2026-09-21T21:00:46Z' }, 'expired'], [{ 'PAYPAL-TRANSMISSION-TIME': '2026-09-21T23:00:46Z' }, 'future'],
  [{ 'PAYPAL-TRANSMISSION-SIG': 'not base64' }, 'malformed'], [{ 'PAYPAL-TRANSMISSION-SIG': 'AAAA' }, 'bad_signature'],
] as const)('%j is refused', async (changed, reason) => {
  expect(await verify(changed)).toMatchObject({ kind: 'refused', reason })
})

test('the certificate is fetched from where the delivery says, when that is PayPal, and its fingerprint names the key', async () => {
  const pem = makeCertificate({ commonName: 'messageverificationcerts.sandbox.paypal.com', privateKey })
  const asked: string[] = []
  const secrets = createCertificateSource({ service: 'paypal', fetch: (async (url: string) => { asked.push(url); return new Response(pem) }) as typeof fetch })
  expect(await verify({}, { secrets })).toMatchObject({ kind: 'verified', keyId: expect.stringMatching(/^sha256:[0-9a-f]{32}$/) })
  await verify({}, { secrets })
  await verify({ 'PAYPAL-CERT-URL': 'https://evil.example/' }, { secrets })
  expect(asked).toEqual([headers['PAYPAL-CERT-URL']])
})

test('a forged delivery with an old time fetches nothing, and a failed fetch is our failure', async () => {
  const asked: string[] = []
  const secrets = createCertificateSource({ service: 'paypal', fetch: (async (url: string) => { asked.push(url); throw new Error('no network') }) as typeof fetch })
  expect(await verify({ 'PAYPAL-TRANSMISSION-TIME': '2020-01-01T00:00:00Z' }, { secrets })).toMatchObject({ reason: 'expired' })
  expect(asked).toEqual([])
  expect(await verify({}, { secrets })).toMatchObject({ kind: 'refused', reason: 'unavailable' })
})

/** CRC-32 is linear: the last four bytes can be chosen so that the sum is any wanted one. Found bit by bit. */
function withCrc(text: Uint8Array, wanted: number): Uint8Array {
  const base = Buffer.concat([text, Buffer.alloc(4)])
  const zero = crc32(base)
  const rows = Array.from({ length: 32 }, (_, bit) => {
    const changed = Buffer.from(base)
    changed[text.length + (bit >> 3)]! ^= 1 << (bit & 7)
    return { effect: (crc32(changed) ^ zero) >>> 0, bits: 2 ** bit }
  })
  let target = (wanted ^ zero) >>> 0
  let chosen = 0
  for (let column = 31; column >= 0; column -= 1) {
    const pivot = rows.findIndex(({ effect }) => Math.floor(effect / 2 ** column) === 1)
    if (pivot < 0) continue
    const [row] = rows.splice(pivot, 1)
    for (const other of rows) if ((other.effect >>> column) & 1) { other.effect = (other.effect ^ row!.effect) >>> 0; other.bits = (other.bits ^ row!.bits) >>> 0 }
    if ((target >>> column) & 1) { target = (target ^ row!.effect) >>> 0; chosen = (chosen ^ row!.bits) >>> 0 }
  }
  base.writeUInt32LE(chosen, text.length)
  return base
}

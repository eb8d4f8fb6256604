import { createHash, generateKeyPairSync } from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import { describe, expect, test } from 'vitest'
import { createReplayStore } from '../replay.ts'
import { keys as rfcKeys } from '../rfc9421/vectors.fixture.ts'
import type { SecretValue } from '../scheme.ts'
import { signWebhook } from '../sign.ts'
import type { SignedWebhook } from '../sign.ts'
import { verifyWebhook } from '../verify.ts'
import { createRfc9421, rfc9421 } from './rfc9421.ts'

const nowMs = 1_790_000_000_000
const url = 'https://Hooks.Example.com/in/%7Bid%7D?tenant=7'
const body = Buffer.from('{"n":1}')
const ed25519 = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const shared = 'hmac-sha256:c2hhcmVkIHNlY3JldCBvZiAyNCBi'

const sign = (secret: SecretValue = ed25519.privateKey, id = 'nonce-1'): SignedWebhook => signWebhook(rfc9421, { url, body, id, headers: { 'content-type': 'application/json' } }, { id: 'key-1', secret }, { nowMs })
const pem = (key: typeof rsa.publicKey): string => key.export({ type: 'spki', format: 'pem' }).toString()

test('what is written covers method, host, path, query, body and the headers given, and says by which key', async () => {
  const signed = sign()
  expect(signed.headers['signature-input']).toBe('sig=("@method" "@authority" "@path" "content-digest" "@query" "content-type");created=1790000000;keyid="key-1";nonce="nonce-1"')
  expect(signed.headers['content-digest']).toBe(`sha-256=:${createHash('sha256').update(body).digest('base64')}:`)
  expect(await verifyWebhook(rfc9421, signed, { id: 'key-1', secret: ed25519.publicKey }, { nowMs })).toMatchObject({
    kind: 'verified', id: 'nonce-1', keyId: 'key-1', sentAtMs: nowMs, proof: { algorithm: 'ed25519', covered: 'url+body', grade: 'A', coveredParts: ['@method', '@authority', '@path', 'content-digest', '@query', 'content-type'] },
  })
})

test('a key id in the request chooses among keys that have ids, and only among those', async () => {
  const other = generateKeyPairSync('ed25519').publicKey
  expect(await verifyWebhook(rfc9421, sign(), [{ id: 'key-0', secret: other }, { id: 'key-1', secret: ed25519.publicKey }], { nowMs })).toMatchObject({ kind: 'verified', keyId: 'key-1' })
  expect(await verifyWebhook(rfc9421, sign(), [{ id: 'key-2', secret: ed25519.publicKey }], { nowMs })).toMatchObject({ kind: 'refused', reason: 'unknown_key' })
  expect(await verifyWebhook(rfc9421, sign(), ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified' })
})

test('the body is bound by its digest, which is checked against the bytes', async () => {
  const signed = sign()
  const verify = (changed: Partial<SignedWebhook>): Promise<unknown> => verifyWebhook(rfc9421, { ...signed, ...changed }, ed25519.publicKey, { nowMs })
  expect(await verify({ body: Buffer.from('{"n":2}') })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  const other = `sha-256=:${createHash('sha256').update('{"n":2}').digest('base64')}:`
  expect(await verify({ body: Buffer.from('{"n":2}'), headers: { ...signed.headers, 'content-digest': other } })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verify({ url: url.replace('%7Bid%7D', '%7bid%7d') })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verify({ url: url.replace('tenant=7', 'tenant=8') })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verify({ method: 'PUT' })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verify({ headers: { ...signed.headers, 'content-type': 'text/plain' } })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
})

test('a public key whose text is known to everybody is no shared secret', async () => {
  const signed = await signedByPeer(createSigner(Buffer.from(pem(rsa.publicKey)), 'hmac-sha256', 'k'), 'hmac-sha256')
  for (const secret of [pem(rsa.publicKey), rsa.publicKey]) expect(await verifyWebhook(rfc9421, signed, secret, { nowMs })).toMatchObject({ kind: 'refused' })
})

test('alg in the request does not choose: an RSA key verifies by PSS alone unless the older padding is allowed', async () => {
  const signed = await signedByPeer(createSigner(rsa.privateKey, 'rsa-v1_5-sha256', 'k'), 'rsa-v1_5-sha256')
  expect(await verifyWebhook(rfc9421, signed, rsa.publicKey, { nowMs })).toMatchObject({ kind: 'refused', reason: 'forbidden_algorithm' })
  const withoutAlg = await signedByPeer(createSigner(rsa.privateKey, 'rsa-v1_5-sha256', 'k'), 'rsa-v1_5-sha256', { alg: null })
  expect(await verifyWebhook(rfc9421, withoutAlg, rsa.publicKey, { nowMs })).toMatchObject({ kind: 'refused', reason: 'bad_signature' })
  expect(await verifyWebhook(createRfc9421({ algorithms: ['rsa-v1_5-sha256'] }), signed, rsa.publicKey, { nowMs })).toMatchObject({ kind: 'verified', proof: { algorithm: 'rsa-sha256' } })
})

test('several labels: any that covers enough and fits a key is enough, the others count for nothing', async () => {
  const signed = sign()
  const withOther = (input: string, signature: string): SignedWebhook => ({ ...signed, headers: { ...signed.headers, 'signature-input': `${input}, ${signed.headers['signature-input']}`, signature: `${signature}, ${signed.headers['signature']}` } })
  expect(await verifyWebhook(rfc9421, withOther('proxy=("@method");created=1;keyid="p"', 'proxy=:AAAA:'), ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified' })
  expect(await verifyWebhook(rfc9421, withOther('bad=("@method" "@authority" "@path" "content-digest");created=1790000000;keyid="p"', 'bad=:AAAA:'), ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified' })
  expect(await verifyWebhook(rfc9421, withOther('sig=()', 'x=:AAAA:'), ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'refused', reason: 'malformed' }) // the same label twice
})

test('expires is honoured, and a nonce is accepted once', async () => {
  const signed = await signedByPeer(createSigner(ed25519.privateKey, 'ed25519', 'k'), 'ed25519', { expires: new Date(nowMs + 60_000), nonce: 'n-1' })
  expect(await verifyWebhook(rfc9421, signed, ed25519.publicKey, { nowMs: nowMs + 59_000 })).toMatchObject({ kind: 'verified', id: 'n-1' })
  expect(await verifyWebhook(rfc9421, signed, ed25519.publicKey, { nowMs: nowMs + 60_000 })).toMatchObject({ kind: 'refused', reason: 'expired' })
  const replay = createReplayStore({ now: () => nowMs })
  expect(await verifyWebhook(rfc9421, signed, ed25519.publicKey, { nowMs, replay })).toMatchObject({ kind: 'verified', proof: { replay: 'first seen' } })
  expect(await verifyWebhook(rfc9421, signed, ed25519.publicKey, { nowMs, replay })).toMatchObject({ kind: 'refused', reason: 'replayed' })
})

test('a policy that asks for less is graded by what is left', async () => {
  const loose = createRfc9421({ components: ['@method'], parameters: ['keyid'] })
  const signed = signWebhook(loose, { url: 'https://hooks.example.com/in', body }, ed25519.privateKey, { nowMs })
  expect(signed.headers).not.toHaveProperty('content-digest')
  expect(await verifyWebhook(loose, signed, ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified', proof: { covered: 'partial', grade: 'C' } })
  expect(await verifyWebhook(rfc9421, signed, ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'refused', reason: 'not_covered' })
})

test('keys that are too weak are not used', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  expect(() => sign(weak.privateKey)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  expect(() => sign('hmac-sha256:c2hvcnQ=')).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  expect(() => sign(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})

test('what cannot be signed is said to be so', () => {
  for (const message of [{ url: '/path' }, { url: 'https://a@example.com/' }, { url, headers: { 'x-a': 'ü' } }]) {
    expect(() => signWebhook(rfc9421, { body, ...message }, ed25519.privateKey, { nowMs }), JSON.stringify(message)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
  }
})

const peers = [
  ['ed25519', ed25519.privateKey, ed25519.publicKey, ed25519.publicKey, ed25519.privateKey],
  ['ecdsa-p256-sha256', p256.privateKey, p256.publicKey, p256.publicKey, p256.privateKey],
  ['rsa-pss-sha512', rsa.privateKey, rsa.publicKey, rsa.publicKey, rsa.privateKey],
  ['hmac-sha256', Buffer.from('shared secret of 24 b'), Buffer.from('shared secret of 24 b'), `hmac-sha256:${Buffer.from('shared secret of 24 b').toString('base64')}`, `hmac-sha256:${Buffer.from('shared secret of 24 b').toString('base64')}`],
] as const

describe.each(peers)('with http-message-signatures, by %s', (algorithm, theirPrivate, theirPublic, ourPublic, ourPrivate) => {
  test('what it signs is verified here', async () => {
    const signed = await signedByPeer(createSigner(theirPrivate as never, algorithm, 'k'), algorithm)
    expect(await verifyWebhook(rfc9421, signed, ourPublic, { nowMs })).toMatchObject({ kind: 'verified', keyId: 'secret-1' })
    expect(await verifyWebhook(rfc9421, { ...signed, body: Buffer.from('x') }, ourPublic, { nowMs })).toMatchObject({ kind: 'refused' })
  })

  test('what is signed here is verified by it', async () => {
    const signed = sign(ourPrivate)
    const verify = createVerifier(theirPublic as never, algorithm)
    const config = { keyLookup: async () => ({ id: 'key-1', algs: [algorithm], verify }), notAfter: nowMs / 1000 + 60, requiredFields: ['@method', 'content-digest'] }
    expect(await httpbis.verifyMessage(config, { method: signed.method, url: signed.url, headers: { ...signed.headers } })).toBe(true)
  })
})

async function signedByPeer(key: ReturnType<typeof createSigner>, alg: string, values: Record<string, unknown> = {}): Promise<SignedWebhook> {
  const headers = { 'content-digest': `sha-256=:${createHash('sha256').update(body).digest('base64')}:` }
  const given = { created: new Date(nowMs), keyid: 'k', ...values }
  const params = ['created', 'keyid', ...(values['alg'] === null ? [] : ['alg']), ...Object.keys(values).filter((name) => name !== 'alg')]
  const paramValues = values['alg'] === null ? { created: given.created, keyid: 'k' } : { ...given, alg }
  const signed = await httpbis.signMessage({ key, fields: ['@method', '@authority', '@path', '@query', 'content-digest'], params, paramValues }, { method: 'POST', url, headers })
  return { method: 'POST', url, body: Uint8Array.from(body), headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), String(value)])) }
}

test('the published keys of the RFC are accepted as they are', () => {
  for (const key of [rfcKeys.ed25519, rfcKeys.p256, rfcKeys.rsaPss, rfcKeys.sharedSecret]) expect(rfc9421.algorithms.filter((algorithm) => rfc9421.keyOf(key, algorithm, 'verify') !== undefined)).toHaveLength(1)
  expect(sign(shared).headers['signature']).toMatch(/^sig=:[A-Za-z0-9+/]{43}=:$/)
})

test('a label that covers what the request lacks does not spoil another one', async () => {
  const signed = sign()
  const headers = { ...signed.headers, 'signature-input': `a=("@method" "@authority" "@path" "content-digest" "x-none");created=1790000000;keyid="p", ${signed.headers['signature-input']}`, signature: `a=:AAAA:, ${signed.headers['signature']}` }
  expect(await verifyWebhook(rfc9421, { ...signed, headers }, ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified' })
  const alone = { ...headers, 'signature-input': headers['signature-input'].split(', sig=')[0]!, signature: 'a=:AAAA:' }
  expect(await verifyWebhook(rfc9421, { ...signed, headers: alone }, ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'refused', reason: 'malformed' })
})

test('a missing URL is the mistake of the app, and no mistake where no URL is signed', async () => {
  await expect(verifyWebhook(rfc9421, { ...sign(), url: '/in' }, ed25519.publicKey, { nowMs })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  const bodyOnly = createRfc9421({ components: ['@method', 'content-digest'] })
  const signed = signWebhook(bodyOnly, { url: 'https://hooks.example.com/in', body }, ed25519.privateKey, { nowMs })
  expect(await verifyWebhook(bodyOnly, { ...signed, url: '/in' }, ed25519.publicKey, { nowMs })).toMatchObject({ kind: 'verified', proof: { covered: 'body', grade: 'A' } })
})

test('a policy that makes no sense is refused', () => {
  for (const options of [{ algorithms: [] }, { algorithms: ['none'] }, { components: ['Content-Digest'] }, { parameters: 'created' }, { label: '' }]) expect(() => createRfc9421(options as never), JSON.stringify(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }))
})

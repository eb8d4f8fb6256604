import { describe, expect, test } from 'vitest'
import { createReplayStore } from './replay.ts'
import type { ReplayStore } from './replay.ts'
import { schemes } from './schemes/index.ts'
import type { RotationDue } from './secrets.ts'
import { signWebhook } from './sign.ts'
import { verifyWebhook } from './verify.ts'
import type { VerifyOptions } from './verify.ts'

const nowMs = 1_790_000_000_000
const scheme = schemes['standard-webhooks']
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const signed = signWebhook(scheme, { body: '{"n":1}', id: 'msg_1' }, secret, { nowMs })
const [id, timestamp, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => signed.headers[name]!)

const verify = (headers: Record<string, string | string[] | undefined>, more: VerifyOptions = {}): ReturnType<typeof verifyWebhook> =>
  verifyWebhook(scheme, { ...signed, headers: { ...signed.headers, ...headers } }, secret, { nowMs, ...more })

describe('what comes in', () => {
  test('a list of a hundred signatures is read to its end, and one more is refused', async () => {
    const others = Array.from({ length: 99 }, () => signWebhook(scheme, { body: 'x', id: 'msg_1' }, other, { nowMs }).headers['webhook-signature'])
    expect(await verify({ 'webhook-signature': [...others, signature].join(' ') })).toMatchObject({ kind: 'verified' })
    expect(await verify({ 'webhook-signature': [...others, others[0], signature].join(' ') })).toMatchObject({ reason: 'too_many_signatures' })
    expect(await verify({ 'webhook-signature': `${'v9,x '.repeat(50_000)}${signature}` })).toMatchObject({ reason: 'too_many_signatures' })
  })

  test('of signatures that need public-key arithmetic eleven are too many', async () => {
    const list = (count: number): string => Array.from({ length: count }, () => `v1a,${Buffer.alloc(64).toString('base64')}`).join(' ')
    expect(await verify({ 'webhook-signature': list(10) })).toMatchObject({ reason: 'bad_signature' })
    expect(await verify({ 'webhook-signature': list(11) })).toMatchObject({ reason: 'too_many_signatures' })
  })

  test('signatures of versions to come are passed over, and what is no signature is refused', async () => {
    expect(await verify({ 'webhook-signature': `v2,future ${signature}` })).toMatchObject({ kind: 'verified' })
    expect(await verify({ 'webhook-signature': 'v2,future' })).toMatchObject({ reason: 'missing_signature' })
    for (const text of ['v1', `v1,${'A'.repeat(43)}`, `v1,${signature!.slice(3, -2)}`, `${signature} `, `${signature},`, 'v1,', `v1,${signature!.slice(3).replace('=', '')}`, 'constructor,x']) {
      expect((await verify({ 'webhook-signature': text })).kind, text).toBe('refused')
    }
  })

  test.each(['', ' ', '1', '1790000000.0', '0x6AB13B80', '1.79e9', '１７９０００００００', '179000000a', '-179000000', '+179000000', '1790000000 ', '1790000000000', '17900000000', 'NaN', 'Infinity'])('the timestamp %j is none', async (text) => {
    expect(await verify({ 'webhook-timestamp': text })).toMatchObject({ kind: 'refused', reason: text === '' ? 'missing_signature' : 'malformed' })
  })

  test.each(['msg.1', 'msg 1', 'msg\u00e9', 'm'.repeat(257)])('the id %j is refused, because it could take a part of the body in', async (text) => {
    expect(await verify({ 'webhook-id': text })).toMatchObject({ reason: 'malformed' })
  })

  test('an id that takes the time and a part of the body in does not verify', async () => {
    const forged = signWebhook(scheme, { body: '1790000000.rest', id: 'msg_1' }, secret, { nowMs })
    const shifted = { ...forged.headers, 'webhook-id': `msg_1.${timestamp}`, 'webhook-timestamp': '1790000000' }
    expect(await verifyWebhook(scheme, { headers: shifted, body: Buffer.from('rest') }, secret, { nowMs })).toMatchObject({ reason: 'malformed' })
  })

  test('bytes that are not UTF-8 are not taken for the replacement character', async () => {
    const body = Buffer.from('{"a":"\ufffd"}')
    const genuine = signWebhook(scheme, { body, id: 'msg_1' }, secret, { nowMs })
    const forged = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
    expect(await verifyWebhook(scheme, { ...genuine, body: forged }, secret, { nowMs })).toMatchObject({ reason: 'bad_signature' })
  })

  test('a body over the limit is refused before it is hashed', async () => {
    expect(await verify({}, { maxBodyBytes: 6 })).toMatchObject({ reason: 'too_large' })
    expect(await verify({}, { maxBodyBytes: 7 })).toMatchObject({ kind: 'verified' })
  })

  test('Headers, pairs, and records with lists and undefined members are all read', async () => {
    expect(await verify({ 'x-none': undefined, 'x-list': ['a', 'b'] })).toMatchObject({ kind: 'verified' })
    expect(await verify({ 'webhook-id': [id!] })).toMatchObject({ kind: 'verified' })
    expect(await verify({ 'webhook-id': [] })).toMatchObject({ reason: 'missing_signature' })
    expect(await verifyWebhook(scheme, { headers: new Map(Object.entries(signed.headers)), body: signed.body }, secret, { nowMs })).toMatchObject({ kind: 'verified' })
  })
})

describe('mistakes of the app', () => {
  test.each([['a text', '{"n":1}'], ['a parsed body', { n: 1 }], ['nothing', undefined]])('a body that is %s is INVALID_OPTIONS, and the error does not hold it', async (_what, body) => {
    const error = await verifyWebhook(scheme, { headers: signed.headers, body: body as unknown as Uint8Array }, secret, { nowMs }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', problems: [{ key: 'request.body' }] })
    expect(String(error)).not.toContain('"n"')
  })

  test.each([['an unset variable', undefined], ['an empty text', ''], ['no bytes', new Uint8Array()], ['an empty list', []], ['a list with a hole', [secret, undefined]], ['a list that is too long', Array.from({ length: 101 }, () => secret)]])('%s in place of a secret is INVALID_OPTIONS', async (_what, secrets) => {
    await expect(verifyWebhook(scheme, signed, secrets as string, { nowMs })).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })

  test('options that cannot be meant are INVALID_OPTIONS', async () => {
    await expect(verify({}, { toleranceMs: Number.NaN })).rejects.toMatchObject({ code: 'INVALID_OPTIONS', problems: [{ key: 'toleranceMs' }] })
    await expect(verifyWebhook(undefined as unknown as typeof scheme, signed, secret)).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
    await expect(verifyWebhook(schemes.square, { headers: { 'x-square-hmacsha256-signature': Buffer.alloc(32).toString('base64') }, url: '/hook', body: signed.body }, 'key')).rejects.toMatchObject({ code: 'INVALID_OPTIONS' })
  })

  test('an id must be a name, and a date a date', async () => {
    await expect(verifyWebhook(scheme, signed, { id: 'a b', secret }, { nowMs })).rejects.toMatchObject({ problems: [{ key: 'secrets[0].id' }] })
    await expect(verifyWebhook(scheme, signed, { secret, notAfter: new Date('nonsense') }, { nowMs })).rejects.toMatchObject({ problems: [{ key: 'secrets[0].notAfter' }] })
  })
})

describe('secrets', () => {
  const at = (ms: number): Date => new Date(nowMs + ms)

  test('one is used from its beginning until its end', async () => {
    const kind = async (dates: object): Promise<unknown> => (await verifyWebhook(scheme, signed, { secret, ...dates }, { nowMs })) as unknown
    expect(await kind({ notBefore: at(0), notAfter: at(1) })).toMatchObject({ kind: 'verified' })
    expect(await kind({ notBefore: at(1) })).toMatchObject({ reason: 'no_secret' })
    expect(await kind({ notAfter: at(0) })).toMatchObject({ reason: 'no_secret' })
  })

  test('during an overlap both verify, and after it only the new one', async () => {
    const secrets = [{ id: 'new', secret: other, notBefore: at(-1000) }, { id: 'old', secret, notAfter: at(60_000) }]
    expect(await verifyWebhook(scheme, signed, secrets, { nowMs })).toMatchObject({ kind: 'verified', keyId: 'old' })
    expect(await verifyWebhook(scheme, signed, secrets, { nowMs: nowMs + 60_000 })).toMatchObject({ reason: 'bad_signature' })
  })

  test('one past its rotation date verifies and is reported once', async () => {
    const due: RotationDue[] = []
    const options = { nowMs, onRotationDue: (one: RotationDue) => { due.push(one) } }
    const late = { id: 'late', secret, rotateBy: at(0) }
    expect(await verifyWebhook(scheme, signed, late, options)).toMatchObject({ kind: 'verified' })
    await verifyWebhook(scheme, signed, late, options)
    await verifyWebhook(scheme, signed, { id: 'early', secret, rotateBy: at(1) }, options)
    expect(due).toEqual([{ scheme: 'standard-webhooks', keyId: 'late', rotateBy: at(0) }])
  })

  test('a secret that the scheme cannot use is no secret, and does not stop the others', async () => {
    expect(await verifyWebhook(scheme, signed, 'not base64!', { nowMs })).toMatchObject({ reason: 'no_secret' })
    expect(await verifyWebhook(scheme, signed, ['not base64!', secret], { nowMs })).toMatchObject({ kind: 'verified', keyId: 'secret-2' })
  })

  test('bytes are a secret as well, and the prefix may be left out', async () => {
    expect(await verifyWebhook(scheme, signed, Buffer.from(secret.slice(6), 'base64'), { nowMs })).toMatchObject({ kind: 'verified' })
    expect(await verifyWebhook(scheme, signed, secret.slice(6), { nowMs })).toMatchObject({ kind: 'verified' })
  })

  test('a source that fails makes deliveries unavailable, and one that has none refuses', async () => {
    expect(await verifyWebhook(scheme, signed, { secrets: () => Promise.reject(new Error('down')) }, { nowMs })).toEqual({ kind: 'refused', reason: 'unavailable' })
    expect(await verifyWebhook(scheme, signed, { secrets: () => [] }, { nowMs })).toEqual({ kind: 'refused', reason: 'no_secret' })
    expect(await verifyWebhook(scheme, signed, { secrets: () => [secret] }, { nowMs })).toMatchObject({ kind: 'verified' })
  })

  test('the public key of a pair is never used as the key of an HMAC', async () => {
    const key = `whpk_${Buffer.alloc(32, 1).toString('base64')}`
    const forged = signWebhook(scheme, { body: 'x', id: 'msg_1' }, Buffer.alloc(32, 1), { nowMs })
    expect(await verifyWebhook(scheme, forged, key, { nowMs })).toMatchObject({ reason: 'bad_signature' })
  })
})

describe('addresses', () => {
  const list = (mode: 'report' | 'enforce', match: 'match' | 'mismatch' | 'unknown'): VerifyOptions => ({ clientAddress: '192.0.2.1', addresses: { mode, check: (address) => ({ match: address === '192.0.2.1' ? match : 'unknown' }) } })

  test('a report stands on the proof and refuses nothing', async () => {
    expect(await verify({}, list('report', 'mismatch'))).toMatchObject({ kind: 'verified', proof: { network: 'mismatch' } })
    expect(await verify({}, list('report', 'match'))).toMatchObject({ kind: 'verified', proof: { network: 'match' } })
  })

  test('enforced, a mismatch is refused and no list is our failure', async () => {
    expect(await verify({}, list('enforce', 'match'))).toMatchObject({ kind: 'verified', proof: { network: 'match' } })
    expect(await verify({}, list('enforce', 'mismatch'))).toEqual({ kind: 'refused', reason: 'forbidden_address' })
    expect(await verify({}, list('enforce', 'unknown'))).toEqual({ kind: 'refused', reason: 'unavailable' })
  })
})

describe('replays', () => {
  test('two at once: one of them is the first', async () => {
    const replay = createReplayStore({ now: () => nowMs })
    const verdicts = await Promise.all([verify({}, { replay }), verify({}, { replay })])
    expect(verdicts.map(({ kind }) => kind).sort()).toEqual(['refused', 'verified'])
  })

  test('the store is asked with a digest, for twice the tolerance and more, and only of what verified', async () => {
    const claims: unknown[] = []
    const replay: ReplayStore = { claim: (...claim) => claims.push(claim) > 0 }
    await verify({ 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }, { replay })
    expect(claims).toEqual([])
    await verify({}, { replay })
    expect(claims).toEqual([[expect.stringMatching(/^[\w-]{43}$/), 660_000]])
  })

  test('a delivery without a signed time is remembered for as long as is said', async () => {
    const claims: number[] = []
    const replay: ReplayStore = { claim: (_key, ttlMs) => claims.push(ttlMs) > 0 }
    const hub = signWebhook(schemes.github, { body: 'x' }, 'hush')
    await verifyWebhook(schemes.github, hub, 'hush', { replay })
    await verifyWebhook(schemes.github, hub, 'hush', { replay, rememberMs: 5 })
    expect(claims).toEqual([2_592_000_000, 5])
  })

  test('another signature over the same material is the same delivery', async () => {
    const replay = createReplayStore({ now: () => nowMs })
    const both = signWebhook(scheme, { body: '{"n":1}', id: 'msg_1' }, [other, secret], { nowMs })
    expect(await verifyWebhook(scheme, both, other, { nowMs, replay })).toMatchObject({ kind: 'verified' })
    expect(await verifyWebhook(scheme, both, secret, { nowMs, replay })).toMatchObject({ reason: 'replayed', id: 'msg_1', deliveryId: 'msg_1' })
  })

  test.each([['throws', () => { throw new Error('down') }], ['rejects', () => Promise.reject(new Error('down'))]])('a store that %s refuses, because nobody knows', async (_how, claim) => {
    expect(await verify({}, { replay: { claim } })).toEqual({ kind: 'refused', reason: 'unavailable' })
  })

  test('a store that answers something else than true has not said that it is new', async () => {
    expect(await verify({}, { replay: { claim: () => 'OK' as unknown as boolean } })).toMatchObject({ reason: 'replayed' })
  })

  test('forget never rejects, with a store that cannot, fails, or is not there', async () => {
    for (const replay of [undefined, { claim: () => true }, { claim: () => true, release: () => Promise.reject(new Error('down')) }]) {
      const verdict = await verify({}, replay === undefined ? {} : { replay })
      if (verdict.kind === 'refused') throw new Error('refused')
      await expect(verdict.forget()).resolves.toBeUndefined()
    }
  })
})

// What every registered scheme must do, whatever the service. A scheme without a case fails.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AuditError } from '../errors.ts'
import { cases } from './contract.fixture.ts'
import type { Altered } from './contract.fixture.ts'
import { createReplayStore } from './replay.ts'
import type { WebhookRequest } from './request.ts'
import { schemes } from './schemes/index.ts'
import type { Secrets } from './secrets.ts'
import { signWebhook } from './sign.ts'
import type { SignedWebhook } from './sign.ts'
import type { Verdict } from './verdict.ts'
import { verifyDefaults, verifyWebhook } from './verify.ts'
import type { VerifyOptions } from './verify.ts'

const nowMs = 1_790_000_000_000

test('every registered scheme has a case, and every case a scheme', () => {
  expect([...new Set(cases.map(({ scheme }) => scheme))].sort()).toEqual(Object.keys(schemes).sort())
  for (const [name, scheme] of Object.entries(schemes)) expect(scheme.name).toBe(name)
})

describe.each(cases.map((one) => [`${one.scheme}${one.variant === undefined ? '' : ` (${one.variant})`}`, one] as const))('%s', (_name, one) => {
  const scheme = schemes[one.scheme]
  const tolerance = scheme.toleranceMs ?? verifyDefaults.toleranceMs
  const secret: Secrets = one.source ?? one.secret
  const options = { nowMs, ...(one.parameters === undefined ? {} : { parameters: one.parameters }) }
  const accepted = scheme.algorithms.includes('equality') ? 'unproven' : 'verified'
  const keepsBody = scheme.body !== 'json'

  function sign(body: Uint8Array | string = one.body, atMs = nowMs, with_ = one.signWith ?? one.secret): SignedWebhook {
    return signWebhook(scheme, { body, url: one.url ?? '', id: 'msg_1', headers: one.headers ?? {} }, with_, { ...options, nowMs: atMs })
  }

  function verify(request: WebhookRequest, secrets: Secrets = secret, more: VerifyOptions = {}): Promise<Verdict> {
    return verifyWebhook(scheme, request, secrets, { ...options, ...more })
  }

  test.each(one.vectors.map((vector) => [vector.from, vector] as const))('the published example verifies: %s', async (_from, { body, secrets, headers, ...vector }) => {
    const request = { headers, body: Buffer.from(body), method: vector.method ?? 'POST', url: vector.url ?? '' }
    const verdict = await verifyWebhook(scheme, request, secrets, { nowMs: vector.nowMs ?? nowMs, ...(vector.parameters === undefined ? {} : { parameters: vector.parameters }) })
    expect(verdict).toMatchObject({ kind: 'verified', proof: { scheme: one.scheme } })
    const altered = { ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) }
    if (keepsBody) expect(await verifyWebhook(scheme, altered, secrets, { nowMs: vector.nowMs ?? nowMs })).toMatchObject({ kind: 'refused' })
  })

  test('what is signed verifies, and the proof says what was proved', async () => {
    const verdict = await verify(sign())
    expect(verdict).toMatchObject({ kind: accepted, keyId: expect.stringMatching(/^[\w.:-]+$/), proof: { scheme: one.scheme, replay: 'not checked', network: 'not checked' } })
    if (verdict.kind === 'refused') return
    expect(scheme.algorithms).toContain(verdict.proof.algorithm)
    expect(verdict.proof.freshness).toBe(scheme.time === 'none' ? 'none' : 'signed time in window')
    expect(verdict.sentAtMs).toBe(scheme.time === 'none' ? undefined : nowMs)
    expect(JSON.stringify(verdict)).not.toContain(typeof one.secret === 'string' ? one.secret : 'PRIVATE KEY')
  })

  const bodies: readonly (readonly [string, Uint8Array])[] = keepsBody
    ? [['empty', Buffer.alloc(0)], ['not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0x80])], ['a BOM', Buffer.from('\ufeff{}')], ['$&', Buffer.from('a$&b$$c$\'d$`e')], ['a megabyte', Buffer.alloc(1_048_576, 0x61)]]
    : [['$&', Buffer.from('{"a":"$& $$ $\' $`"}')], ['large', Buffer.from(JSON.stringify({ text: 'a'.repeat(200_000) }))], ['an empty object', Buffer.from('{}')]]

  test.each(bodies)('a body that is %s survives sign and verify', async (_what, body) => {
    if (one.variant === 'form' && body.length > 0) return // a form is not any bytes: twilio.test.ts
    const signed = sign(body)
    expect(await verify(signed)).toMatchObject({ kind: accepted })
    if (keepsBody && scheme.time !== 'in body') expect(Buffer.from(signed.body).equals(body)).toBe(true)
  })

  test.runIf(one.variant !== 'form')('any body survives sign and verify, and not with a byte more or another secret', async () => {
    const anyBody = keepsBody ? fc.uint8Array({ maxLength: 200 }) : fc.dictionary(fc.string(), fc.jsonValue()).map((object) => Buffer.from(JSON.stringify({ ...object, signature: undefined })))
    await fc.assert(fc.asyncProperty(anyBody, async (body) => {
      const signed = sign(body)
      expect(await verify(signed)).toMatchObject({ kind: accepted })
      expect(await verify(signed, one.otherSource ?? one.otherSecret)).toMatchObject({ kind: 'refused' })
      const longer = { ...signed, body: Buffer.concat([signed.body, Buffer.from('x')]) }
      const covered = scheme.covered !== 'none' && keepsBody
      if (covered) expect(await verify(longer)).toMatchObject({ kind: 'refused' })
    }), { numRuns: 30 })
  })

  test('every single bit of body, signed headers, URL and secret counts, but for those that the scheme does not cover', async () => {
    const signed = sign()
    const wrong: string[] = []
    for (const altered of flips(signed)) {
      const verdict = await verifyAltered(signed, altered)
      const expected = one.isEquivalent?.(altered) === true
      if ((verdict !== 'refused') !== expected) wrong.push(`${altered.part}: ${altered.text} → ${verdict}`)
    }
    expect(wrong).toEqual([])
  })

  function* flips(signed: SignedWebhook): Generator<Altered> {
    yield* flipsOf('body', signed.body)
    for (const name of scheme.headers) if (signed.headers[name] !== undefined) yield* flipsOf(`header ${name}`, Buffer.from(signed.headers[name]))
    if (scheme.covered === 'url+body') yield* flipsOf('url', Buffer.from(signed.url))
    if (one.source === undefined && typeof one.secret === 'string') yield* flipsOf('secret', Buffer.from(one.secret))
  }

  async function verifyAltered(signed: SignedWebhook, { part, text, bytes }: Altered): Promise<string> {
    const headers = part.startsWith('header ') ? { ...signed.headers, [part.slice(7)]: text } : signed.headers
    try {
      const { kind } = await verify({ ...signed, headers, ...(part === 'body' ? { body: bytes } : {}), ...(part === 'url' ? { url: text } : {}) }, part === 'secret' ? text : secret)
      return kind
    } catch (error) {
      if (part === 'url' && error instanceof AuditError && error.code === 'INVALID_OPTIONS') return 'refused' // no URL at all any more
      throw error
    }
  }

  test.runIf(scheme.time !== 'none')('a time is good up to the tolerance, into the past and into the future', async () => {
    expect(await verify(sign(one.body, nowMs - tolerance))).toMatchObject({ kind: accepted })
    expect(await verify(sign(one.body, nowMs + tolerance))).toMatchObject({ kind: accepted })
    expect(await verify(sign(one.body, nowMs - tolerance - 1_000))).toMatchObject({ kind: 'refused', reason: 'expired' })
    expect(await verify(sign(one.body, nowMs + tolerance + 1_000))).toMatchObject({ kind: 'refused', reason: 'future' })
    expect(await verify(sign(one.body, nowMs - 10_000), secret, { toleranceMs: 5_000 })).toMatchObject({ kind: 'refused', reason: 'expired' })
  })

  test.runIf(scheme.time === 'none')('without a signed time any age is accepted, and the proof says so', async () => {
    expect(await verify(sign(), secret, { nowMs: nowMs + 10 * 365 * 86_400_000 })).toMatchObject({ kind: accepted, proof: { freshness: 'none' } })
  })

  test.runIf(one.source === undefined)('a second secret verifies, and the verdict names it', async () => {
    const secrets = [{ id: 'new', secret: one.otherSecret }, { id: 'old', secret: one.secret }]
    const named = signWebhook(scheme, { body: one.body, url: one.url ?? '', id: 'msg_1', headers: one.headers ?? {} }, { id: 'old', secret: one.signWith ?? one.secret }, options)
    expect(await verify(named, secrets)).toMatchObject({ kind: accepted, keyId: 'old', proof: { keyId: 'old' } })
    expect(await verify(named, secrets.slice(0, 1))).toMatchObject({ kind: 'refused' })
  })

  test('where there is a list of signatures any of them is enough, and elsewhere two cannot be written', async () => {
    const both = [one.otherSignWith ?? one.otherSecret, one.signWith ?? one.secret]
    const write = (): SignedWebhook => signWebhook(scheme, { body: one.body, url: one.url ?? '', headers: one.headers ?? {} }, both, options)
    const signed = await Promise.resolve().then(write).catch((error: unknown) => error as AuditError)
    if (signed instanceof AuditError) return expect(signed.code).toBe('INVALID_OPTIONS')
    expect(await verify(signed)).toMatchObject({ kind: accepted })
    expect(await verify(signed, one.otherSource ?? one.otherSecret)).toMatchObject({ kind: accepted })
  })

  test('header names count in any case, and a header that is missing or came twice is refused', async () => {
    const signed = sign()
    const upper = Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toUpperCase(), value]))
    expect(await verify({ ...signed, headers: upper })).toMatchObject({ kind: accepted })
    expect(await verify({ ...signed, headers: new Headers(upper) })).toMatchObject({ kind: accepted })
    expect(await verify({ ...signed, headers: Object.entries(signed.headers) })).toMatchObject({ kind: accepted })
    for (const name of scheme.headers.filter((header) => signed.headers[header] !== undefined)) {
      const { [name]: value, ...rest } = signed.headers
      expect(await verify({ ...signed, headers: rest }), name).toMatchObject({ kind: 'refused', reason: 'missing_signature' })
      expect(await verify({ ...signed, headers: { ...rest, [name]: [value!, value!] } }), name).toMatchObject({ kind: 'refused', reason: 'malformed' })
      expect(await verify({ ...signed, headers: { ...rest, [name]: value, [name.toUpperCase()]: value } }), name).toMatchObject({ kind: 'refused', reason: 'malformed' })
      expect(await verify({ ...signed, headers: { ...rest, [name]: '' } }), name).toMatchObject({ kind: 'refused' })
    }
  })

  test('a request that is unsigned or too old asks for no secret', async () => {
    const source = { secrets: () => { throw new Error('asked') } }
    const unsigned = { ...sign(), headers: {}, ...(keepsBody ? {} : { body: Buffer.from('{}') }) }
    expect(await verify(unsigned, source)).toMatchObject({ kind: 'refused', reason: 'missing_signature' })
    if (scheme.time === 'in header') expect(await verify(sign(one.body, nowMs - tolerance - 1_000), source)).toMatchObject({ kind: 'refused', reason: 'expired' })
  })

  test('the same delivery is accepted once, and again when its handler failed', async () => {
    const replay = createReplayStore({ now: () => nowMs })
    const signed = sign()
    const first = await verify(signed, secret, { replay })
    expect(first).toMatchObject({ kind: accepted, proof: { replay: 'first seen' } })
    expect(await verify({ ...signed, headers: { ...signed.headers, 'x-other': '1' } }, secret, { replay })).toMatchObject({ kind: 'refused', reason: 'replayed', proof: { replay: 'seen' } })
    expect(await verify({ ...signed, headers: {} }, secret, { replay })).not.toMatchObject({ reason: 'replayed', kind: accepted })
    if (first.kind !== 'refused') await first.forget()
    expect(await verify(signed, secret, { replay })).toMatchObject({ kind: accepted, proof: { replay: 'first seen' } })
  })
})

function* flipsOf(part: Altered['part'], original: Uint8Array): Generator<Altered> {
  for (let bit = 0; bit < original.length * 8; bit += 1) {
    const bytes = Buffer.from(original)
    bytes[bit >> 3]! ^= 1 << (bit & 7)
    yield { part, bytes, original, text: bytes.toString(part === 'body' || part === 'url' ? 'utf8' : 'latin1') }
  }
}

import { connect } from 'node:net'
import express from 'express'
import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAudit } from '../audit.ts'
import type { Audit } from '../audit.ts'
import { currentContext } from '../context.ts'
import { verifyWebhooks as verifyExpress } from '../express.ts'
import { verifyWebhooks as verifyHono } from '../hono.ts'
import type { ReceivedWebhook } from '../hono.ts'
import { createTestCollector, fakeDelivery, fakeEndpoint } from '../testing.ts'
import type { TestCollector } from '../testing.ts'
import { createReplayStore, schemes } from '../webhooks.ts'
import { served } from './frameworks.fixture.ts'
import type { Served } from './frameworks.fixture.ts'
import { webhookFrameworks } from './webhooks.fixture.ts'
import type { WebhookScene } from './webhooks.fixture.ts'

let collector: TestCollector
let audit: Audit
let app: Served | undefined

const { scheme, secret } = fakeEndpoint('stripe')

beforeEach(() => {
  app = undefined
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
})
afterEach(async () => {
  await app?.[Symbol.asyncDispose]()
  await audit.close()
})

interface Sent { readonly method: string; readonly headers: Headers; readonly body: Uint8Array }

/** A delivery that can be sent more than once. */
async function keep(request: Request): Promise<Sent> {
  return { method: request.method, headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) }
}

describe.each(webhookFrameworks)('$name', ({ serve }) => {
  const handled = vi.fn<(webhook: ReceivedWebhook, body: unknown) => number | Promise<number>>()

  async function start(options: Partial<WebhookScene['options']> = {}): Promise<void> {
    handled.mockReset().mockReturnValue(200)
    app = await serve({ audit, options: { scheme, secrets: secret, ...options }, handle: handled })
  }

  const send = ({ method, headers, body }: Sent): Promise<Response> => fetch(`${app!.url}/hooks/acme`, { method, headers, body: body as never })

  test('a delivery that verifies reaches the handler with its bytes, its JSON and the proof, and is one record', async () => {
    await start()
    const delivery = await keep(fakeDelivery('stripe', { body: '{"id":"evt_1", "apiKey":"CANARY"}', headers: { 'content-type': 'application/json' } }))
    handled.mockImplementation(() => { expect(currentContext()).toMatchObject({ actor: { id: 'stripe', type: 'service' } }); return 201 })
    const answer = await send(delivery)
    expect(answer.status).toBe(201)
    const [webhook, body] = handled.mock.calls[0]!
    expect(Buffer.from(webhook.body)).toEqual(Buffer.from(delivery.body))
    expect([webhook.json, body]).toEqual([{ id: 'evt_1', apiKey: 'CANARY' }, { id: 'evt_1', apiKey: 'CANARY' }])
    expect(webhook.proof).toMatchObject({ scheme: 'stripe', grade: 'A', replay: 'first seen' })
    await collector.waitFor(1)
    await audit.flush()
    expect(collector.records).toMatchObject([{
      event: 'webhook.received', action: 'RECEIVE', outcome: 'success', actor: { id: 'stripe', type: 'service' }, integration: 'stripe', requestId: answer.headers.get('x-request-id'), payloadFingerprint: expect.stringMatching(/^hmac-sha256:/) as string,
      target: { id: '/hooks/:shop', type: 'http.endpoint' }, attributes: { 'blotter.webhook.grade': 'A', 'blotter.webhook.scheme': 'stripe', 'http.response.status_code': 201 },
    }])
    expect(collector.records).toHaveLength(1)
    expect(JSON.stringify(collector.requests)).not.toContain('CANARY')
  })

  test('the delivery’s id ties the records of its handler to it', async () => {
    const github = fakeEndpoint('github')
    await start({ scheme: github.scheme, secrets: github.secret })
    handled.mockImplementation(async () => { await audit.record({ event: 'order.paid', action: 'EXECUTE' } as never); return 200 })
    await send(await keep(fakeDelivery('github', { id: '72d3162e-cc78-11e3-81ab-4c9367dc0958' })))
    await collector.waitFor(2)
    expect(collector.records).toMatchObject([{ event: 'order.paid', deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }, { event: 'webhook.received', deliveryId: '72d3162e-cc78-11e3-81ab-4c9367dc0958' }])
  })

  test.each(['flipped bit', 'wrong secret', 'unsigned', 'expired', 'future'] as const)('one that is %s gets the same answer as any other, no handler, and a record that says why', async (tamper) => {
    await start()
    const answer = await send(await keep(fakeDelivery('stripe', { tamper })))
    expect([answer.status, await answer.text(), answer.headers.get('content-type')]).toEqual([401, 'refused', 'text/plain; charset=utf-8'])
    expect(handled).not.toHaveBeenCalled()
    await collector.waitFor(1)
    await audit.flush()
    const reason = { 'flipped bit': 'bad_signature', 'wrong secret': 'bad_signature', unsigned: 'missing_signature', expired: 'expired', future: 'future' }[tamper]
    expect(collector.records).toMatchObject([{ event: 'webhook.refused', outcome: 'denied', reason, actor: { id: 'unknown' }, target: { id: '/hooks/:shop' } }])
    expect(collector.records[0]).not.toHaveProperty('payloadFingerprint')
  })

  test('one that is too large is refused like any other, whether or not it says how large it is', async () => {
    await start({ maxBodyBytes: 1_000 })
    const { headers } = fakeDelivery('stripe')
    for (const body of ['x'.repeat(1_001), ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)])]) {
      const answer = await fetch(`${app!.url}/hooks/acme`, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
      expect([answer.status, await answer.text()]).toEqual([401, 'refused'])
    }
    await collector.waitFor(2)
    expect(collector.records.map(({ reason }) => reason)).toEqual(['too_large', 'too_large'])
    expect(handled).not.toHaveBeenCalled()
  })

  test('the same delivery again is answered that all is well, without the handler, and recorded as a replay', async () => {
    await start()
    const delivery = await keep(fakeDelivery('stripe'))
    expect([(await send(delivery)).status, (await send(delivery)).status]).toEqual([200, 200])
    expect(handled).toHaveBeenCalledOnce()
    await collector.waitFor(2)
    expect(collector.records.map(({ event, reason }) => [event, reason])).toEqual([['webhook.received', undefined], ['webhook.refused', 'replayed']])
  })

  test.each([['answers 500', () => 500], ['throws', () => { throw new Error('no') }]])('when the handler %s, the sender’s next try is let in', async (_how, fails) => {
    await start()
    const delivery = await keep(fakeDelivery('stripe'))
    handled.mockImplementationOnce(fails)
    expect((await send(delivery)).status).toBe(500)
    await collector.waitFor(1)
    expect((await send(delivery)).status).toBe(200)
    expect(handled).toHaveBeenCalledTimes(2)
    await collector.waitFor(2)
    expect(collector.records.map(({ event, outcome }) => [event, outcome])).toEqual([['webhook.received', 'failure'], ['webhook.received', 'success']])
  })

  test.each([[500, 503, 2], [200, 200, 1]])('a sender that gave up and tries again is told how the first try ended: %i is %i', async (first, second, calls) => {
    const store = createReplayStore()
    const repeated = Promise.withResolvers<void>()
    await start({ replay: { ...store, claim(key, ttlMs) { const first = store.claim(key, ttlMs); if (first === false) setImmediate(repeated.resolve); return first } } })
    const delivery = await keep(fakeDelivery('stripe'))
    const { promise, resolve } = Promise.withResolvers<number>()
    const inside = Promise.withResolvers<void>()
    handled.mockImplementationOnce(() => { inside.resolve(); return promise })
    const aborter = new AbortController()
    const givenUp = fetch(`${app!.url}/hooks/acme`, { method: 'POST', headers: delivery.headers, body: delivery.body as never, signal: aborter.signal })
    await inside.promise
    aborter.abort()
    await expect(givenUp).rejects.toThrow()
    await collector.waitFor(1)
    const again = send(delivery)
    await repeated.promise
    resolve(first)
    expect((await again).status).toBe(second)
    await send(delivery)
    expect(handled).toHaveBeenCalledTimes(calls)
    expect(collector.records[0]).toMatchObject({ event: 'webhook.received', outcome: 'unknown' })
  })

  test('a body that is no JSON, and no text at all, is given as its bytes', async () => {
    await start()
    const bytes = new Uint8Array([0xff, 0xfe, 0, 0x24, 0x26])
    await send(await keep(fakeDelivery('stripe', { body: bytes, headers: { 'content-type': 'application/octet-stream' } })))
    const [webhook, body] = handled.mock.calls[0]!
    expect([Buffer.from(webhook.body), webhook.json, Buffer.from(body as Uint8Array)]).toEqual([Buffer.from(bytes), undefined, Buffer.from(bytes)])
  })

  test('a URL that is signed is the configured one', async () => {
    const twilio = fakeEndpoint('twilio')
    await start({ scheme: twilio.scheme, secrets: twilio.secret, url: 'https://hooks.example.com/twilio' })
    expect((await send(await keep(fakeDelivery('twilio')))).status).toBe(200)
    expect(handled).toHaveBeenCalledOnce()
  })

  test('a secret that cannot be had is an outage to the sender, its error is not repeated, and nothing is let through', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await start({ secrets: { current: () => Promise.reject(new Error('CANARY')) } as never })
    const answer = await send(await keep(fakeDelivery('stripe')))
    expect([answer.status, await answer.text()]).toEqual([503, 'unavailable'])
    expect(handled).not.toHaveBeenCalled()
    expect(JSON.stringify(warned.mock.calls)).not.toContain('CANARY')
    expect((await collector.waitFor(1))[0]).toMatchObject({ event: 'webhook.refused', reason: 'unavailable' })
    warned.mockRestore()
  })

  test('with `fail` and no record the answer is 503, and the next try is let in', async () => {
    await start({ onAuditFailure: 'fail' })
    const delivery = await keep(fakeDelivery('stripe'))
    collector.fail(401, 1)
    expect((await send(delivery)).status).toBe(503)
    expect((await send(delivery)).status).toBe(200)
    expect(handled).toHaveBeenCalledTimes(2)
    expect(collector.records).toMatchObject([{ event: 'webhook.received', outcome: 'success' }])
  })

  test('a sender that stops in the middle of its body was refused', async () => {
    await start()
    const socket = connect(Number(new URL(app!.url).port), '127.0.0.1')
    socket.write('POST /hooks/acme HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\nstripe-signature: t=1,v1=00\r\n\r\nhalf')
    await new Promise<void>((resolve) => { socket.once('connect', () => { setImmediate(resolve) }) })
    socket.destroy()
    expect((await collector.waitFor(1))[0]).toMatchObject({ event: 'webhook.refused' })
    expect(handled).not.toHaveBeenCalled()
  })
})

describe('a body that was read before', () => {
  const handler = vi.fn((_request: express.Request, response: express.Response) => { response.sendStatus(200) })
  const warned = vi.fn()
  beforeEach(() => { handler.mockClear(); vi.spyOn(process, 'emitWarning').mockImplementation(warned) })
  afterEach(() => { vi.restoreAllMocks() })

  test('cannot be verified in Express when it was parsed, and says so', async () => {
    const parsing = express().use(express.json()).post('/', verifyExpress(audit, { scheme, secrets: secret }), handler)
    app = await served(parsing.listen(0, '127.0.0.1'))
    const { headers, body } = await keep(fakeDelivery('stripe'))
    expect((await fetch(app.url, { method: 'POST', headers, body: body as never })).status).toBe(503)
    expect(handler).not.toHaveBeenCalled()
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('before every body parser'), { type: 'AuditWarning', code: 'WEBHOOK_BODY_READ' })
  })

  test.each([['express.raw', express.raw({ type: '*/*' })], ['`verify` of a parser', express.json({ verify: (request, _response, bytes) => { Object.assign(request, { rawBody: bytes }) } })]])('is verified in Express when %s kept its bytes', async (_how, parser) => {
    app = await served(express().use(parser).post('/', verifyExpress(audit, { scheme, secrets: secret }), handler).listen(0, '127.0.0.1'))
    const { headers, body } = await keep(fakeDelivery('stripe'))
    expect((await fetch(app.url, { method: 'POST', headers, body: body as never })).status).toBe(200)
    expect(handler).toHaveBeenCalledOnce()
  })

  test('is verified in Hono when it is kept as bytes, and not when as text', async () => {
    const early = (read: 'text' | 'arrayBuffer') => new Hono().use(async (c, next) => { await c.req[read](); await next() }).post('/', verifyHono(audit, { scheme: schemes.stripe, secrets: secret }), (c) => c.text('ok'))
    expect((await early('arrayBuffer').request(fakeDelivery('stripe', { url: 'http://localhost/' }))).status).toBe(200)
    expect((await early('text').request(fakeDelivery('stripe', { url: 'http://localhost/' }))).status).toBe(503)
  })
})

test('a mistake in the options is told at once, all of it', () => {
  expect(() => verifyExpress(audit, { secrets: '', maxBodyBytes: 0, foo: 1 } as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems: ['secrets', 'maxBodyBytes', 'foo', 'scheme'].map((key) => expect.objectContaining({ key })) }))
})

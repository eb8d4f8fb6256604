import { request as httpRequest } from 'node:http'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAudit } from '../audit.ts'
import type { Audit } from '../audit.ts'
import { createTestCollector } from '../testing.ts'
import type { RecordedEvent, TestCollector } from '../testing.ts'
import { addToRequestRecord } from './current.ts'
import { frameworks } from './frameworks.fixture.ts'
import type { Served, SharedOptions } from './frameworks.fixture.ts'

let collector: TestCollector
let audit: Audit
let app: Served
let open: () => void
let entered: Promise<void>

beforeEach(() => {
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
})
afterEach(async () => {
  await app[Symbol.asyncDispose]()
  await audit.close()
})

describe.each(frameworks)('$name', ({ serve }) => {
  async function start(options: SharedOptions = {}): Promise<void> {
    const gate = Promise.withResolvers<void>()
    const inside = Promise.withResolvers<void>()
    open = gate.resolve
    entered = inside.promise
    app = await serve({ audit, options, gate: gate.promise, entered: inside.resolve })
  }

  const post = (path: string, init: RequestInit = {}): Promise<Response> => fetch(app.url + path, { method: 'POST', ...init })

  async function requestRecord(): Promise<RecordedEvent> {
    await collector.waitFor(({ event }) => event === 'http.request')
    return collector.records.find(({ event }) => event === 'http.request')!
  }

  test('a request is one record: who, what to which route, how it ended, how long it took', async () => {
    await start()
    const answer = await post('/invalid?token=CANARY', { headers: { 'user-agent': 'test', authorization: 'CANARY', cookie: 'a=CANARY', 'x-user': 'ada' } })
    expect(await requestRecord()).toMatchObject({
      event: 'http.request', action: 'CREATE', outcome: 'failure', reason: 'Unprocessable Entity', integration: 'shop',
      actor: { id: 'ada', type: 'user' }, target: { id: '/invalid', type: 'http.endpoint' }, source: { id: '127.0.0.1', type: 'ipv4' }, requestId: answer.headers.get('x-request-id'),
      attributes: { 'http.request.method': 'POST', 'http.route': '/invalid', 'http.response.status_code': 422, 'user_agent.original': 'test' },
    })
    expect((await requestRecord()).durationMs).toBeGreaterThanOrEqual(0)
    expect(collector.requests.map(({ body }) => body).join()).not.toContain('CANARY')
  })

  test('a record made inside has the request’s id, actor and address, and what the handler adds is on the request’s', async () => {
    await start()
    const answer = await post('/orders/7', { headers: { 'x-user': 'ada', 'x-request-id': 'req-1' } })
    expect(answer.headers.get('x-request-id')).toBe('req-1')
    expect(await answer.json()).toEqual({ id: 'req-1' })
    await requestRecord()
    expect(collector.records).toMatchObject([
      { event: 'order.paid', requestId: 'req-1', actor: { id: 'ada', type: 'user' }, source: { id: '127.0.0.1' } },
      { event: 'http.request', requestId: 'req-1', actor: { id: 'ada', type: 'user' }, target: { id: '7', type: 'order' }, outcome: 'success', attributes: { 'order.size': 2, 'http.route': '/orders/:id', 'http.response.status_code': 201 } },
    ])
  })

  test('a handler that reads its body by itself keeps the context', async () => {
    await start()
    const answer = await post('/raw', { body: 'x'.repeat(100_000), headers: { 'x-request-id': 'req-2', 'x-user': 'ada', 'content-type': 'text/plain' } })
    expect(await answer.text()).toBe('100000')
    await requestRecord()
    expect(collector.records.find(({ event }) => event === 'order.paid')).toMatchObject({ requestId: 'req-2', actor: { id: 'ada' } })
  })

  test.each(['too long '.repeat(20), 'with space', 'x'.repeat(129), '$(id)'])('a request id that is not harmless is replaced', async (given) => {
    await start()
    const answer = await fetch(`${app.url}/orders/7`, { headers: { 'x-request-id': given } })
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('without a request id the trace id is it', async () => {
    await start()
    const answer = await fetch(`${app.url}/orders/7`, { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } })
    expect(answer.headers.get('x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
  })

  test('a route below a prefix is its whole template', async () => {
    await start()
    await post('/orgs/acme%20inc/items/9')
    expect((await requestRecord()).target).toEqual({ id: '/orgs/:org/items/:item', type: 'http.endpoint' })
  })

  test('what no route matched is not named by its URL', async () => {
    await start()
    expect((await post('/nowhere/secret-17')).status).toBe(404)
    expect(await requestRecord()).toMatchObject({ target: { id: '(unmatched)' }, outcome: 'failure', reason: 'Not Found' })
    expect(JSON.stringify(collector.requests)).not.toContain('secret-17')
  })

  test('403 is a denial, and so is 401 of a read, which is otherwise not recorded', async () => {
    await start()
    await (await fetch(`${app.url}/orders/7`)).text()
    await (await fetch(`${app.url}/deny`)).text()
    await post('/deny')
    await collector.waitFor(2)
    await audit.flush()
    expect(collector.records).toMatchObject([{ outcome: 'denied', action: 'READ', reason: 'Unauthorized' }, { outcome: 'denied', action: 'CREATE', reason: 'Forbidden' }])
    expect(collector.records).toHaveLength(2)
  })

  test('reads are recorded when they are asked for, HEAD among them', async () => {
    await start({ reads: 'all' })
    await (await fetch(`${app.url}/orders/7`)).text()
    await fetch(`${app.url}/orders/7`, { method: 'HEAD' })
    await collector.waitFor(2)
    expect(collector.records.map(({ action, attributes }) => [action, attributes['http.request.method']])).toEqual([['READ', 'GET'], ['READ', 'HEAD']])
  })

  test('a handler that throws is a failure with its error', async () => {
    await start()
    const answer = await post('/boom')
    expect([answer.status, await answer.text()]).toEqual([500, 'broken'])
    const { outcome, errorType, reason, target } = await requestRecord()
    expect({ outcome, errorType, reason, target }).toEqual({ outcome: 'failure', errorType: 'RangeError', reason: 'the handler broke', target: { id: '/boom', type: 'http.endpoint' } })
  })

  test('a handler that throws Denied has refused, whatever the app answers', async () => {
    await start()
    expect((await post('/denied')).status).toBe(500)
    expect(await requestRecord()).toMatchObject({ outcome: 'denied', target: { id: '/denied' } })
  })

  test('a client that goes away before the answer leaves the outcome unknown', async () => {
    await start()
    const call = httpRequest(`${app.url}/slow`, { method: 'POST' })
    call.on('error', () => {})
    call.end()
    await entered
    call.destroy()
    expect(await requestRecord()).toMatchObject({ outcome: 'unknown', target: { id: '/slow' }, reason: expect.stringContaining('closed the connection') as string })
    open()
  })

  test('a stream is recorded when it has ended, and as unknown when it was cut', async () => {
    await start()
    const answer = await post('/stream')
    expect(collector.records).toEqual([])
    open()
    expect(await answer.text()).toBe('first second')
    expect(await requestRecord()).toMatchObject({ outcome: 'success', target: { id: '/stream' } })
    await app[Symbol.asyncDispose]()
    collector.reset()
    await start()
    const aborter = new AbortController()
    const cut = await post('/stream', { signal: aborter.signal })
    await cut.body!.getReader().read()
    aborter.abort()
    expect(await requestRecord()).toMatchObject({ outcome: 'unknown', attributes: { 'http.response.status_code': 200 } })
    open()
  })

  test('an actor that is looked up elsewhere is waited for', async () => {
    await start({ actor: () => new Promise((resolve) => { setImmediate(() => { resolve({ id: 'svc-1', type: 'service' }) }) }) })
    await post('/orders/7')
    await requestRecord()
    expect(collector.records.map(({ actor }) => actor)).toEqual([{ id: 'svc-1', type: 'service' }, { id: 'svc-1', type: 'service' }])
  })

  test.each([['throws', () => { throw new Error('CANARY') }], ['rejects', () => Promise.reject(new Error('CANARY'))]] as const)('an actor that %s is unknown, not anonymous, and the request goes on', async (_how, actor) => {
    await start({ actor })
    expect((await post('/orders/7')).status).toBe(201)
    expect((await requestRecord()).actor).toEqual({ id: 'unknown', type: 'unknown' })
  })

  test('nobody signed in is anonymous', async () => {
    await start()
    await post('/orders/7')
    await requestRecord()
    expect(collector.records.map(({ actor }) => actor)).toEqual([{ id: 'anonymous', type: 'unknown' }, { id: 'anonymous', type: 'unknown' }])
  })

  test('the address is the socket’s unless a proxy is trusted', async () => {
    await start()
    await post('/orders/7', { headers: { 'x-forwarded-for': '192.0.2.9' } })
    expect((await requestRecord()).source).toEqual({ id: '127.0.0.1', type: 'ipv4' })
    await app[Symbol.asyncDispose]()
    collector.reset()
    await start({ trustedHops: 1 })
    await post('/orders/7', { headers: { 'x-forwarded-for': '203.0.113.7, 2001:db8::9' } })
    expect((await requestRecord()).source).toEqual({ id: '2001:db8::9', type: 'ipv6' })
  })

  test('only and skip choose by path, and the context is there all the same', async () => {
    await start({ only: ['/orders/*', '/deny'], skip: ['/deny'] })
    await post('/deny')
    await post('/invalid')
    await post('/orders/7')
    await requestRecord()
    expect(collector.records.map(({ event, target }) => [event, target?.id])).toEqual([['order.paid', undefined], ['http.request', '7']])
  })

  test('a route has the name that it was given', async () => {
    await start({ routes: { 'POST /invalid': { event: 'order.check', action: 'EXECUTE' } } })
    await post('/invalid')
    await collector.waitFor(1)
    expect(collector.records).toMatchObject([{ event: 'order.check', action: 'EXECUTE', target: { id: '/invalid' } }])
  })

  test('the parsed body is fingerprinted when asked for, and not otherwise', async () => {
    await start({ payload: true })
    const headers = { 'content-type': 'application/json' }
    await post('/orders/7', { headers, body: '{"amount":1200,"apiKey":"CANARY"}' })
    expect(await requestRecord()).toMatchObject({ payloadFingerprint: expect.stringMatching(/^hmac-sha256:/) as string })
    expect(JSON.stringify(collector.requests)).not.toContain('CANARY')
    await app[Symbol.asyncDispose]()
    collector.reset()
    await start()
    await post('/orders/7', { headers, body: '{"amount":1200}' })
    expect(await requestRecord()).not.toHaveProperty('payloadFingerprint')
  })

  test('what a handler adds that is no event costs the request no record', async () => {
    const told: unknown[] = []
    await start({ onAuditFailure: (error) => { told.push((error as { code: string }).code) } })
    expect(await (await post('/odd')).text()).toBe('ok')
    expect(await requestRecord()).toMatchObject({ outcome: 'success', target: { id: '/odd' } })
    expect(told).toEqual(['INVALID_EVENT'])
  })

  test('a record that fails costs the request nothing, and a warning tells', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await start()
    await audit.close()
    expect((await post('/deny')).status).toBe(403)
    await vi.waitFor(() => { expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no audit record of a request'), { type: 'AuditWarning', code: 'CLOSED' }) })
    expect((await post('/deny')).status).toBe(403)
    expect(warned).toHaveBeenCalledTimes(1)
    warned.mockRestore()
  })

  test('with `fail` the answer waits for its record', async () => {
    await start({ onAuditFailure: 'fail' })
    const answer = await post('/orders/7', { headers: { 'x-request-id': 'req-3' } })
    expect(collector.records).toMatchObject([{ event: 'order.paid' }, { event: 'http.request', outcome: 'success', requestId: 'req-3' }])
    expect([answer.status, answer.headers.get('set-cookie'), await answer.json()]).toEqual([201, expect.stringContaining('session=secret'), { id: 'req-3' }])
    open()
    expect(await (await post('/stream')).text()).toBe('first second')
    expect((await post('/boom')).status).toBe(500)
    expect((await post('/nowhere')).status).toBe(404)
    await audit.flush()
    expect(collector.records).toHaveLength(5)
  })

  test('with `fail` and no record there is no answer but 503, nothing of the handler’s with it', async () => {
    await start({ onAuditFailure: 'fail' })
    open()
    const closed = await post('/orders/7')
    expect(closed.status).toBe(201) // so far so good
    await audit.close()
    for (const path of ['/deny', '/stream', '/nowhere']) {
      const answer = await post(path, { headers: { 'x-request-id': 'req-4' } })
      expect([path, answer.status, answer.headers.get('x-request-id'), await answer.json()]).toEqual([path, 503, 'req-4', { code: 'AUDIT_UNAVAILABLE', message: 'The audit record of this request could not be made.' }])
    }
    const cookies = await post('/orders/7')
    expect([cookies.status, cookies.headers.get('set-cookie')]).toEqual([expect.any(Number), null])
  })

  test('no request id header is read or sent when none is wanted', async () => {
    await start({ requestIdHeader: false })
    const answer = await post('/orders/7', { headers: { 'x-request-id': 'req-5' } })
    expect(answer.headers.get('x-request-id')).toBeNull()
    expect((await requestRecord()).requestId).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('a mistake in the options is told at once, all of it', async () => {
    await expect(start({ trustedHops: -1, reads: 'some' as never, foo: 1 } as never)).rejects.toMatchObject({ code: 'INVALID_OPTIONS', problems: [{ key: 'trustedHops' }, { key: 'reads' }, { key: 'foo' }] })
    await start()
  })
})

test('outside of a request there is nothing to add to', async () => {
  app = { url: '', [Symbol.asyncDispose]: () => Promise.resolve() }
  expect(addToRequestRecord({ reason: 'x' })).toBe(false)
})

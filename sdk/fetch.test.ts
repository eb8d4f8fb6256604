import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { request as undiciRequest, fetch as undiciFetch } from 'undici'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { withContext } from './context.ts'
import { auditedFetch, instrumentFetch } from './fetch.ts'
import type { OutgoingOptions } from './fetch.ts'
import { served } from './http/frameworks.fixture.ts'
import type { Served } from './http/frameworks.fixture.ts'
import { ownEndpoints } from './http/own.ts'
import { createTestCollector } from './testing.ts'
import type { RecordedEvent, TestCollector } from './testing.ts'

let collector: TestCollector
let audit: Audit
let platform: Served
let answer: (request: IncomingMessage, response: ServerResponse) => void
let seen: IncomingMessage['headers'][]

beforeEach(async () => {
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
  seen = []
  answer = (_request, response) => { response.end('{}') }
  const server = createServer((request, response) => { seen.push(request.headers); request.resume(); request.on('end', () => { answer(request, response) }) })
  platform = await served(server.listen(0, '127.0.0.1'))
})
afterEach(async () => {
  await platform[Symbol.asyncDispose]()
  await audit.close()
})

const port = (): number => Number(new URL(platform.url).port)
/** A port on which nothing listens any more. */
async function refusedUrl(): Promise<string> {
  const { url, [Symbol.asyncDispose]: close } = await served(createServer().listen(0, '127.0.0.1'))
  await close()
  return url
}

/** Both ways of making a call; the last member ends the second. */
const ways = [
  { name: 'auditedFetch', open: (options: OutgoingOptions = {}) => ({ call: auditedFetch(audit, options), stop: () => {} }) },
  { name: 'instrumentFetch with the global fetch', open: (options: OutgoingOptions = {}) => { const { stop } = instrumentFetch(audit, options); return { call: globalThis.fetch, stop } } },
  { name: 'instrumentFetch with the fetch of undici', open: (options: OutgoingOptions = {}) => { const { stop } = instrumentFetch(audit, options); return { call: undiciFetch as unknown as typeof globalThis.fetch, stop } } },
]

test.each(ways)('$name: a call is one record, of its template and nothing that could be secret', async ({ open }) => {
  const { call, stop } = open({ integrations: { '127.0.0.1': 'stripe' } })
  const url = `${platform.url}/v1/customers/cus_9s6XKzkNRiz8i3?key=CANARY`
  const response = await withContext({ requestId: 'req-1', actor: { id: 'ada', type: 'user' } }, () => call(url, { method: 'POST', body: 'CANARY', headers: { authorization: 'CANARY', 'idempotency-key': 'idem-1' } }))
  expect(await response.text()).toBe('{}')
  const [record] = await collector.waitFor(1)
  stop()
  expect(record).toMatchObject({
    event: 'http.call', action: 'CREATE', outcome: 'success', integration: 'stripe', actor: { id: 'ada', type: 'user' }, requestId: 'req-1', attempt: 1, idempotencyKey: 'idem-1',
    target: { id: `127.0.0.1:${port()}/v1/customers/:id`, type: 'http.endpoint' },
    attributes: { 'http.request.method': 'POST', 'http.response.status_code': 200, 'server.address': '127.0.0.1', 'server.port': port(), 'url.template': '/v1/customers/:id' },
  })
  expect(collector.requests.map(({ body }) => body).join()).not.toMatch(/CANARY|cus_9s6XKzkNRiz8i3/)
  expect(seen[0]).not.toHaveProperty('x-request-id')
})

test.each(ways)('$name: the status says how it ended', async ({ open }) => {
  const { call, stop } = open()
  for (const [status, wanted] of [[204, { outcome: 'success' }], [403, { outcome: 'denied', reason: 'Forbidden' }], [422, { outcome: 'failure', reason: 'Unprocessable Entity' }], [503, { outcome: 'failure', errorType: '503' }]] as const) {
    collector.reset()
    answer = (_request, response) => { response.writeHead(status).end() }
    await call(platform.url, { method: 'PUT' })
    expect((await collector.waitFor(1))[0]).toMatchObject({ action: 'UPDATE', attributes: { 'http.response.status_code': status }, ...wanted })
  }
  stop()
})

test.each(ways)('$name: a connection that is refused is a failure, with the code and no message', async ({ open }) => {
  const { call, stop } = open()
  await expect(call(`${await refusedUrl()}/orders`, { method: 'POST' })).rejects.toThrow()
  const [record] = await collector.waitFor(1)
  stop()
  expect(record).toMatchObject({ outcome: 'failure', errorType: 'ECONNREFUSED', integration: '127.0.0.1' })
  expect(record!.attributes).not.toHaveProperty('exception.message')
})

test.each(ways)('$name: a write whose answer is lost may have taken effect; a read has not', async ({ open }) => {
  const { call, stop } = open()
  answer = (_request, response) => { response.destroy() }
  await expect(call(platform.url, { method: 'POST' })).rejects.toThrow()
  await collector.waitFor(1)
  await expect(call(platform.url)).rejects.toThrow()
  const records = await collector.waitFor(2)
  stop()
  expect(records).toMatchObject([{ outcome: 'unknown', reason: expect.stringContaining('not known') as string }, { outcome: 'failure' }])
  expect(records.map(({ errorType }) => errorType)).toEqual(['UND_ERR_SOCKET', 'UND_ERR_SOCKET'])
})

test.each(ways)('$name: a call that is given up has the name of what gave it up', async ({ open }) => {
  const { call, stop } = open()
  const given = new AbortController()
  answer = () => { given.abort(new DOMException('too late', 'TimeoutError')) } // as AbortSignal.timeout has it, once the request is there
  await expect(call(platform.url, { method: 'POST', signal: given.signal })).rejects.toThrow()
  const [record] = await collector.waitFor(1)
  stop()
  expect(record).toMatchObject({ outcome: 'unknown', errorType: 'TimeoutError' })
})

test.each(ways)('$name: tries with one idempotency key are counted', async ({ open }) => {
  const { call, stop } = open()
  for (const status of [503, 429, 200]) {
    answer = (_request, response) => { response.writeHead(status).end() }
    await call(`${platform.url}/orders`, { method: 'POST', body: 'a', headers: { 'Idempotency-Key': 'idem-2' } })
  }
  const records = await collector.waitFor(3)
  stop()
  expect(records.map(({ attempt, attributes }) => [attempt, attributes['http.request.resend_count']])).toEqual([[1, undefined], [2, 1], [3, 2]])
})

test.each(ways)('$name: the request id goes to one’s own hosts alone, and never over one that is there', async ({ open }) => {
  const { call, stop } = open({ propagateTo: ['127.0.0.1'] })
  await withContext({ requestId: 'req-2' }, () => call(platform.url))
  await withContext({ requestId: 'req-2' }, () => call(platform.url, { headers: { 'x-request-id': 'own', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }))
  await call(platform.url)
  stop()
  expect(seen.map((headers) => headers['x-request-id'])).toEqual(['req-2', 'own', undefined])
  expect(seen[1]!['traceparent']).toBe('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')
})

test.each(ways)('$name: only and skip choose by host', async ({ open }) => {
  const { call, stop } = open({ only: ['*.example.com', `127.0.0.1:${port()}`], skip: ['localhost'] })
  await call(platform.url)
  await expect(call(await refusedUrl())).rejects.toThrow()
  await audit.flush()
  stop()
  expect((await collector.waitFor(1)).map(({ target }) => target?.id)).toEqual([`127.0.0.1:${port()}/`])
})

test.each(ways)('$name: the SDK’s own requests are no calls of the app', async ({ open }) => {
  const { call, stop } = open()
  ownEndpoints.add(platform.url)
  await call(`${platform.url}/v1/audit`, { method: 'POST' })
  await call(`${platform.url}/v1/other`, { method: 'POST' })
  await collector.waitFor(1)
  await audit.flush()
  stop()
  ownEndpoints.delete(platform.url)
  expect(collector.records.map(({ target }) => target?.id)).toEqual([`127.0.0.1:${port()}/v1/other`])
})

test.each(ways)('$name: a record that fails costs the call nothing', async ({ open }) => {
  const told = vi.fn()
  const { call, stop } = open({ onAuditFailure: told })
  await audit.close()
  expect((await call(platform.url)).status).toBe(200)
  await vi.waitFor(() => { expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'CLOSED' })) })
  stop()
})

test('without a context the options say who calls', async () => {
  await auditedFetch(audit)(platform.url)
  await auditedFetch(audit, { actor: { id: 'sync', type: 'service' } })(platform.url)
  await auditedFetch(audit.child({ actor: 'child' }), { actor: 'never' })(platform.url)
  expect((await collector.waitFor(3)).map(({ actor }) => actor.id)).toEqual(['unknown', 'sync', 'child'])
})

test('a call that both see is recorded once', async () => {
  const instrumentation = instrumentFetch(audit)
  await auditedFetch(audit)(platform.url)
  await fetch(`${platform.url}/second`)
  await collector.waitFor(2)
  await audit.flush()
  instrumentation.stop()
  instrumentation.stop()
  await fetch(platform.url)
  await audit.flush()
  expect(collector.records.map(({ target }) => target?.id)).toEqual([`127.0.0.1:${port()}/`, `127.0.0.1:${port()}/second`])
})

test('the package undici is seen without its fetch, body and all', async () => {
  using _instrumentation = instrumentFetch(audit)
  const { body, statusCode } = await undiciRequest(`${platform.url}//other.example.com/orders`, { method: 'PATCH', body: '{"a":1}', headers: { 'content-type': 'application/json' } })
  await body.text()
  const [record] = await collector.waitFor(1)
  expect(statusCode).toBe(200)
  expect(record).toMatchObject({ action: 'UPDATE', target: { id: `127.0.0.1:${port()}//other.example.com/orders` }, payloadBytes: 7 })
})

test.each([
  ['text', '{"a":1}', 7],
  ['bytes', new Uint8Array([1, 2, 3]), 3],
  ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer, 3],
  ['a form', new URLSearchParams([['a', '1'], ['a', '2'], ['token', 'CANARY']]), undefined],
] as const)('a body that is %s is fingerprinted', async (_kind, body, bytes) => {
  await auditedFetch(audit)(platform.url, { method: 'POST', body: body as never })
  const [record] = await collector.waitFor(1)
  expect(record!.payloadFingerprint).toMatch(/^hmac-sha256:/)
  if (bytes !== undefined) expect(record!.payloadBytes).toBe(bytes)
  expect(JSON.stringify(collector.requests)).not.toContain('CANARY')
})

test('a body that streams reaches the platform untouched, and a payload that is not wanted stays out', async () => {
  let received = ''
  answer = (_request, response) => { response.end() }
  const echo = createServer((request, response) => { request.setEncoding('utf8').on('data', (part: string) => { received += part }).on('end', () => response.end()) })
  await using target = await served(echo.listen(0, '127.0.0.1'))
  await auditedFetch(audit)(target.url, { method: 'POST', body: ReadableStream.from([Buffer.from('one '), Buffer.from('two')]), duplex: 'half' } as RequestInit)
  await auditedFetch(audit)(new Request(target.url, { method: 'POST', body: ' three' }))
  await auditedFetch(audit, { payload: false })(target.url, { method: 'POST', body: ' four' })
  const records = await collector.waitFor(3)
  expect(received).toBe('one two three four')
  expect(records.some((record) => 'payloadFingerprint' in record)).toBe(false)
  expect(records.map(({ attempt }) => attempt)).toEqual([1, 1, 1])
})

test('a Request keeps its method and headers when the id is added', async () => {
  await withContext({ requestId: 'req-3' }, () => auditedFetch(audit, { propagateTo: ['127.0.0.1'] })(new Request(platform.url, { method: 'DELETE', headers: { 'x-own': '1' } })))
  expect(seen[0]).toMatchObject({ 'x-own': '1', 'x-request-id': 'req-3' })
  expect((await collector.waitFor(1))[0]).toMatchObject({ action: 'DELETE' })
})

test('a template of one’s own is taken; one that throws costs the record and not the call', async () => {
  await auditedFetch(audit, { route: ({ pathname }) => (pathname.startsWith('/repos/') ? '/repos/:owner/:repo' : undefined) })(`${platform.url}/repos/octocat/hello-world`)
  const told = vi.fn()
  const broken = auditedFetch(audit, { route: () => { throw new Error('no') }, onAuditFailure: told })
  expect((await broken(platform.url)).status).toBe(200)
  expect(told).toHaveBeenCalledOnce()
  expect((await collector.waitFor(1)).map(({ target }: RecordedEvent) => target?.id)).toEqual([`127.0.0.1:${port()}/repos/:owner/:repo`])
})

test('what fetch refuses is no call', async () => {
  const call = auditedFetch(audit)
  await expect(call('not a url')).rejects.toThrow(TypeError)
  await expect(call('data:text/plain,x').then((response) => response.text())).resolves.toBe('x')
  await audit.flush()
  expect(collector.records).toEqual([])
})

test('mistakes in the options are told at once, all of them', () => {
  expect(() => auditedFetch(audit, { propagateTo: ['https://example.com'], retryWindowMs: -1, foo: 1 } as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems: [expect.objectContaining({ key: 'propagateTo' }), expect.objectContaining({ key: 'retryWindowMs' }), expect.objectContaining({ key: 'foo' })] }))
})

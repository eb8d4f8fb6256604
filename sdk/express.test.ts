import { AsyncLocalStorage } from 'node:async_hooks'
import { connect } from 'node:net'
import { once } from 'node:events'
import express from 'express'
import type { Express } from 'express'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { auditErrors, auditRequests } from './express.ts'
import { served } from './http/frameworks.fixture.ts'
import { createTestCollector } from './testing.ts'
import type { TestCollector } from './testing.ts'

let collector: TestCollector
let audit: Audit

beforeEach(() => {
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
})
afterEach(() => audit.close())

async function visit(app: Express, path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  await using server = await served(app.listen(0, '127.0.0.1'))
  const answer = await fetch(server.url + path, { method: 'POST', ...init })
  return { status: answer.status, text: await answer.text() }
}

const targets = (): (string | undefined)[] => collector.records.map(({ target }) => target?.id)

test('mounted twice it records once', async () => {
  const app = express().use(auditRequests(audit)).use(auditRequests(audit)).post('/a', (_request, response) => { response.send('ok') })
  await visit(app, '/a')
  await collector.waitFor(1)
  await audit.flush()
  expect(targets()).toEqual(['/a'])
})

test('a handler that answers and goes on, twice, is one record of what was answered', async () => {
  const app = express().use(auditRequests(audit))
  app.post('/a', (_request, response, next) => { response.send('ok'); next(); next() })
  app.use(auditErrors, (_error: unknown, _request: unknown, _response: unknown, _next: unknown) => {})
  expect(await visit(app, '/a')).toEqual({ status: 200, text: 'ok' })
  await collector.waitFor(1)
  await audit.flush()
  expect(collector.records).toMatchObject([{ outcome: 'success' }])
})

test('templates of nested routers, sub-apps, lists and patterns', async () => {
  const app = express().use(auditRequests(audit))
  const ok: express.RequestHandler = (_request, response) => { response.send('ok') }
  const inner = express.Router().post('/', ok).post('/:id', ok)
  app.use('/shops/:shop', express.Router().use('/orders', inner))
  const sub = express().post('/things/:thing', ok)
  app.use('/v2/:tenant', sub)
  app.post(['/one', '/two/:x'], ok)
  app.post(/^\/pattern\/\d+$/, ok)
  app.use('/admin', (_request, response) => { response.sendStatus(401) })
  for (const path of ['/shops/17/orders', '/shops/17/orders/9', '/v2/acme/things/3', '/two/5', '/pattern/77', '/admin/secret/4']) await visit(app, path)
  await collector.waitFor(6)
  expect(targets()).toEqual(['/shops/:shop/orders', '/shops/:shop/orders/:id', '/v2/:tenant/things/:thing', '/one | /two/:x', '^\\/pattern\\/\\d+$', '/admin/*'])
})

test('a route that hands on to one that answers is that one', async () => {
  const app = express().use(auditRequests(audit))
  app.use('/x/:a', express.Router().post('/:b', (_request, _response, next) => { next() }))
  app.post('/x/:c/:d', (_request, response) => { response.send('ok') })
  await visit(app, '/x/1/2')
  await collector.waitFor(1)
  expect(targets()).toEqual(['/x/:c/:d'])
})

test('held back, an answer has begun to the app: a second one and late headers are refused as ever', async () => {
  const codes: unknown[] = []
  const app = express().use(auditRequests(audit, { onAuditFailure: 'fail' }))
  app.post('/a', (_request, response) => {
    response.status(201).send('first')
    for (const again of [() => response.send('second one'), () => response.setHeader('x-late', '1')]) {
      try { again() } catch (error) { codes.push((error as { code: unknown }).code) }
    }
    codes.push(response.headersSent)
  })
  expect(await visit(app, '/a')).toEqual({ status: 201, text: 'first' })
  expect(codes).toEqual(['ERR_HTTP_HEADERS_SENT', 'ERR_HTTP_HEADERS_SENT', true])
})

test('held back, what writeHead says is what is recorded and sent, and backpressure is kept', async () => {
  const app = express().use(auditRequests(audit, { onAuditFailure: 'fail' }))
  app.post('/a', async (_request, response) => {
    response.writeHead(207, { 'x-own': '1' })
    expect(response.write('x'.repeat(100_000))).toBe(false)
    await once(response, 'drain')
    response.end('y')
  })
  const { status, text } = await visit(app, '/a')
  expect([status, text.length]).toEqual([207, 100_001])
  expect(collector.records).toMatchObject([{ attributes: { 'http.response.status_code': 207 } }])
})

test('a file that is sent is held back, too', async () => {
  const app = express().use(auditRequests(audit, { onAuditFailure: 'fail' }))
  app.post('/file', (_request, response) => { response.sendFile(import.meta.filename) })
  const { status, text } = await visit(app, '/file')
  expect([status, text.startsWith('import { AsyncLocalStorage }')]).toEqual([200, true])
  expect(targets()).toEqual(['/file'])
})

test('an upgrade is no request to Express', async () => {
  const app = express().use(auditRequests(audit, { reads: 'all' }))
  const server = app.listen(0, '127.0.0.1')
  server.on('upgrade', (_request, socket) => { socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n') })
  await using running = await served(server)
  const socket = connect(Number(new URL(running.url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: test\r\n\r\n')
  await once(socket.resume(), 'close')
  await audit.flush()
  expect(collector.records).toEqual([])
})

test('what parsers make of no body is no payload; the raw bytes are, before the parsed', async () => {
  const keep = express.json({ verify: (request, _response, bytes) => { Object.assign(request, { rawBody: bytes }) } })
  const app = express().use(auditRequests(audit, { payload: true }), (request, _response, next) => { request.body = {}; next() }, keep).post('/a', (_request, response) => { response.send('ok') })
  await visit(app, '/a')
  await visit(app, '/a', { body: '{ "a" : 1 }', headers: { 'content-type': 'application/json' } })
  await collector.waitFor(2)
  expect(collector.records.map(({ payloadBytes }) => payloadBytes)).toEqual([undefined, 11])
})

test('functions of the options that throw cost neither the request nor its record', async () => {
  const fail = vi.fn(() => { throw new Error('no') })
  const app = express().use(auditRequests(audit, { only: fail, skip: fail, route: fail, payload: fail, actor: fail })).post('/a', (_request, response) => { response.send('ok') })
  expect((await visit(app, '/a')).status).toBe(200)
  await collector.waitFor(1)
  expect(targets()).toEqual(['/a'])
  expect(fail.mock.calls.length).toBeGreaterThanOrEqual(5)
})

test('the record is made in the async context in which the request came, such as its active span', async () => {
  const span = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const record = async (): Promise<void> => { seen.push(span.getStore()) }
  const app = express().use((_request, _response, next) => { span.run('span-1', next) }, auditRequests({ record })).post('/a', (_request, response) => { response.send('ok') })
  await visit(app, '/a')
  expect(seen).toEqual(['span-1'])
})

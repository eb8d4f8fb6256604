import { Hono } from 'hono'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { auditRequests } from './hono.ts'
import { createTestCollector } from './testing.ts'
import type { TestCollector } from './testing.ts'

let collector: TestCollector
let audit: Audit

beforeEach(() => {
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
})
afterEach(() => audit.close())

test('without a socket a request ends with its handler', async () => {
  const app = new Hono().use(auditRequests(audit)).post('/a/:id', (c) => c.text('ok'))
  const answer = await app.request('/a/1', { method: 'POST' })
  const [record] = await collector.waitFor(1)
  expect(record).toMatchObject({ target: { id: '/a/:id' }, requestId: answer.headers.get('x-request-id') })
  expect(record).not.toHaveProperty('source')
})

test('used twice it records once', async () => {
  const app = new Hono().use(auditRequests(audit)).use('/a', auditRequests(audit)).post('/a', (c) => c.text('ok'))
  await app.request('/a', { method: 'POST' })
  await collector.waitFor(1)
  await audit.flush()
  expect(collector.records).toHaveLength(1)
})

test('what is thrown and is no Error is thrown on, and recorded', async () => {
  const app = new Hono().use(auditRequests(audit)).post('/a', () => { throw 'CANARY' as unknown as Error })
  await expect(Promise.resolve(app.request('/a', { method: 'POST' }))).rejects.toBe('CANARY')
  expect((await collector.waitFor(1))[0]).toMatchObject({ outcome: 'failure', errorType: '_OTHER', attributes: { 'http.response.status_code': 500 } })
})

test('a response whose headers cannot be changed, as of a proxy, has the request id', async () => {
  const frozen = Response.redirect('https://example.com/', 302)
  const app = new Hono().use(auditRequests(audit)).post('/a', () => frozen)
  expect((await app.request('/a', { method: 'POST', headers: { 'x-request-id': 'req-1' } })).headers.get('x-request-id')).toBe('req-1')
})

test('a middleware that answers is the target by its path, and one that answers 404 is none', async () => {
  const app = new Hono().use(auditRequests(audit))
  app.use('/admin/*', (c) => Promise.resolve(c.text('no', 401)))
  app.use('/files/*', (_c, next) => next())
  await app.request('/admin/x/1')
  await app.request('/files/x', { method: 'POST' })
  await collector.waitFor(2)
  expect(collector.records.map(({ target }) => target?.id)).toEqual(['/admin/*', '(unmatched)'])
})

test('a body that the app began to read and will never get does not hold the answer up', async () => {
  const app = new Hono().use(auditRequests(audit, { payload: true })).post('/a', (c) => { void c.req.text().catch(() => {}); return c.text('ok') })
  const endless = new ReadableStream<Uint8Array>({ start(controller) { controller.enqueue(Buffer.from('x')) } })
  const answer = await app.request('/a', { method: 'POST', body: endless, duplex: 'half', headers: { 'content-length': '9' } } as RequestInit)
  expect(await answer.text()).toBe('ok')
  expect((await collector.waitFor(1))[0]).not.toHaveProperty('payloadFingerprint')
})

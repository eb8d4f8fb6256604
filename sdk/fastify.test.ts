import Fastify from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { auditRequests, verifyWebhooks } from './fastify.ts'
import { createTestCollector, fakeDelivery, fakeEndpoint } from './testing.ts'
import type { TestCollector } from './testing.ts'

let collector: TestCollector
let audit: Audit

beforeEach(() => {
  collector = createTestCollector()
  audit = createAudit({ ...collector.options, integration: 'shop', spool: false, timeoutMs: 5_000 })
})
afterEach(() => audit.close())

test('a request of `inject` ends like any other', async () => {
  await using app = Fastify()
  await app.register(auditRequests(audit))
  app.post('/a', async () => 'ok')
  await app.inject({ method: 'POST', url: '/a?token=CANARY' })
  expect((await collector.waitFor(1))[0]).toMatchObject({ outcome: 'success', target: { id: '/a' } })
})

test('routes that were there before, and in scopes, are recorded; an answer that is hijacked is, too', async () => {
  await using app = Fastify()
  app.post('/before', async () => 'ok')
  await app.register(auditRequests(audit))
  await app.register(async (scope) => { scope.post('/:id', (_request, reply) => { reply.hijack(); reply.raw.writeHead(202).end() }) }, { prefix: '/scope' })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  for (const path of ['/before', '/scope/7']) await fetch(url + path, { method: 'POST' })
  await collector.waitFor(2)
  expect(collector.records.map(({ target, attributes }) => [target?.id, attributes['http.response.status_code']])).toEqual([['/before', 200], ['/scope/:id', 202]])
})

test('a request that validation refuses is a failure of that route', async () => {
  await using app = Fastify()
  await app.register(auditRequests(audit))
  app.post('/a', { schema: { body: { type: 'object', required: ['b'] } } }, async () => 'ok')
  await app.inject({ method: 'POST', url: '/a', payload: {} })
  expect((await collector.waitFor(1))[0]).toMatchObject({ outcome: 'failure', reason: 'Bad Request', target: { id: '/a' } })
})

test('webhooks keep to their scope: outside of it bodies are parsed as ever', async () => {
  await using app = Fastify()
  const { scheme, secret } = fakeEndpoint('github')
  await app.register(verifyWebhooks(audit, { scheme, secrets: secret }, (hooks) => { hooks.post('/hooks', async () => 'ok') }))
  app.post('/plain', async (request) => request.body)
  expect((await app.inject({ method: 'POST', url: '/plain', payload: { a: 1 } })).json()).toEqual({ a: 1 })
  const delivery = fakeDelivery('github')
  const answer = await app.inject({ method: 'POST', url: '/hooks', headers: Object.fromEntries(delivery.headers), payload: Buffer.from(await delivery.arrayBuffer()) })
  expect([answer.statusCode, answer.body]).toEqual([200, 'ok'])
})

test('a hook around that answers before the delivery is read leaves nothing open', async () => {
  await using app = Fastify()
  const { scheme, secret } = fakeEndpoint('github')
  app.addHook('onRequest', async (_request, reply) => reply.code(429).send('slow down'))
  await app.register(auditRequests(audit))
  await app.register(verifyWebhooks(audit, { scheme, secrets: secret }, (hooks) => { hooks.post('/hooks', async () => 'ok') }))
  expect((await app.inject({ method: 'POST', url: '/hooks', payload: 'x' })).statusCode).toBe(429)
})

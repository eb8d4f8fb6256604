import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createRequest } from './request.ts'
import { startFakeCollector, status } from './testing/fake-collector.ts'
import type { FakeCollector, Reply } from './testing/fake-collector.ts'
import { createManualTime } from './testing/manual-time.ts'

let collector: FakeCollector
const time = createManualTime()

beforeEach(async () => { collector = await startFakeCollector() })
afterEach(() => collector.close())

async function answerTo(reply: Reply): Promise<unknown> {
  collector.reply = () => reply
  return createRequest({ endpoint: collector.endpoint, key: 'blt_k' }, time)('GET', '/v1/other', undefined, 5_000)
}

test('it sends the key, and JSON as JSON', async () => {
  collector.reply = () => ({ status: 200, body: '{"fine":true}' })
  expect(await createRequest({ endpoint: collector.endpoint, key: 'blt_k' }, time)('POST', '/v1/other', '{"a":1}', 5_000)).toEqual({ kind: 'ok', json: { fine: true } })
  expect(collector.seen).toMatchObject([{ method: 'POST', path: '/v1/other', body: '{"a":1}', headers: { authorization: 'Bearer blt_k', 'content-type': 'application/json' } }])
})

test('without a key there is no authorization header', async () => {
  collector.reply = () => ({ status: 200, body: '{}' })
  await createRequest({ endpoint: collector.endpoint }, time)('GET', '/v1/other', undefined, 5_000)
  expect(collector.seen[0]?.headers.authorization).toBeUndefined()
})

test.each([408, 429, 500, 502, 503, 504, 507, 599])('status %i passes', async (code) => {
  expect(await answerTo({ status: code })).toEqual({ kind: 'retry', why: `status ${code}`, afterMs: 0 })
})

test.each([
  [400, 'REFUSED', true], [401, 'UNAUTHENTICATED', false], [403, 'FORBIDDEN', false], [404, 'NOT_A_COLLECTOR', false], [405, 'NOT_A_COLLECTOR', false], [409, 'CONFLICT', true],
  [413, 'TOO_LARGE', true], [415, 'REFUSED', false], [422, 'REFUSED', true], [202, 'NOT_A_COLLECTOR', false], [204, 'NOT_A_COLLECTOR', false], [302, 'NOT_A_COLLECTOR', false],
])('status %i does not: %s', async (code, errorCode, perRecord) => {
  expect(await answerTo({ status: code, headers: { location: '/v1/elsewhere' } })).toEqual({ kind: 'refused', code: errorCode, status: code, detail: `status ${code}`, perRecord })
})

test('the message and the reason of a google.rpc.Status are carried on', async () => {
  expect(await answerTo(status(400, 'MISSING_ATTRIBUTE', 'audit.actor.id is missing'))).toMatchObject({ reason: 'MISSING_ATTRIBUTE', detail: 'status 400, audit.actor.id is missing' })
  expect(await answerTo(status(503, 'JOURNAL_FULL', 'the disk is full'))).toMatchObject({ kind: 'retry', why: 'status 503, the disk is full' })
})

test('an error body of any other kind is no reason to fail', async () => {
  for (const body of ['<html>', '[]', 'null', '{"message":{},"details":{}}', '{"details":[null,{"reason":"not a reason"}]}']) expect(await answerTo({ status: 400, body })).toMatchObject({ code: 'REFUSED', detail: 'status 400' })
})

test('Retry-After is read as seconds and as a date', async () => {
  expect(await answerTo({ status: 429, headers: { 'retry-after': '3' } })).toMatchObject({ afterMs: 3_000 })
  expect(await answerTo({ status: 503, headers: { 'retry-after': new Date(time.wallMs() + 9_000).toUTCString() } })).toMatchObject({ afterMs: 9_000 })
  expect(await answerTo({ status: 503, headers: { 'retry-after': 'soon' } })).toMatchObject({ afterMs: 0 })
})

test('a 200 that is not JSON, or is longer than any honest answer, is not a collector', async () => {
  for (const body of ['hello', '', `[${'1,'.repeat(3_000_000)}1]`]) expect(await answerTo({ status: 200, body })).toMatchObject({ kind: 'refused', code: 'NOT_A_COLLECTOR' })
})

test('a redirect is not followed: records go to the configured address only', async () => {
  await answerTo({ status: 307, headers: { location: `${collector.endpoint}/v1/elsewhere` } })
  expect(collector.seen.map(({ path }) => path)).toEqual(['/v1/other'])
})

test('a refused connection passes, and says no more than its code', async () => {
  await collector.close()
  expect(await createRequest({ endpoint: collector.endpoint, key: 'blt_k' }, time)('GET', '/v1/audit', undefined, 5_000)).toEqual({ kind: 'retry', why: 'the connection failed (ECONNREFUSED)', afterMs: 0 })
})

test('a connection that breaks in the middle of the answer passes', async () => {
  const server = createServer((_request, response) => { response.writeHead(200, { 'content-length': '100' }).write('{"re', () => response.destroy()) })
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
  const answer = await createRequest({ endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, time)('GET', '/', undefined, 5_000)
  server.close()
  expect(answer).toMatchObject({ kind: 'retry' })
})

test('what a fetch of the app’s throws is not repeated', async () => {
  const request = createRequest({ endpoint: 'http://example.com', key: 'blt_CANARY', fetch: (_url, init) => Promise.reject(new Error(`bad header ${JSON.stringify(init?.headers)}`)) }, time)
  expect(JSON.stringify(await request('GET', '/', undefined, 5_000))).not.toContain('CANARY')
})

test('an attempt ends when its time is over', async () => {
  const ownTime = createManualTime()
  const hang: typeof fetch = (_url, init) => new Promise((_resolve, reject) => { init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))) })
  const answer = createRequest({ endpoint: 'http://example.com', fetch: hang }, ownTime)('GET', '/', undefined, 700)
  await ownTime.advance(700)
  expect(await answer).toEqual({ kind: 'retry', why: 'no answer within 700 ms', afterMs: 0 })
  expect(ownTime.timers).toEqual([])
})

test('with gzip, a body that is worth it is compressed', async () => {
  collector.reply = () => ({ status: 200, body: '{}' })
  const request = createRequest({ endpoint: collector.endpoint, compression: 'gzip', headers: { 'x-tenant': 't1' } }, time)
  const large = JSON.stringify({ a: 'x'.repeat(5_000) })
  for (const body of [large, '{"a":1}']) await request('POST', '/v1/other', body, 5_000)
  expect(collector.seen.map(({ headers }) => [headers['content-encoding'], headers['x-tenant']])).toEqual([['gzip', 't1'], [undefined, 't1']])
  expect(Number(collector.seen[0]?.headers['content-length'])).toBeLessThan(200)
})

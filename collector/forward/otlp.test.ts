import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { valueMap } from '@blotter/processors'
import { openSink } from '../../test/support/sink.ts'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { createOtlpForwarder, summary } from './otlp.ts'
import type { Sink } from '../../test/support/sink.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Delivery } from './forwarder.ts'
import type { OtlpForwarderOptions } from './otlp.ts'

let sink: Sink
beforeEach(async () => {
  sink = await openSink()
  return () => sink.close()
})

const never = new AbortController().signal
const record = (attributes = {}, changes: Partial<AuditRecord> = {}): AuditRecord => sampleRecord(changes, { 'blotter.environment': 'production', 'blotter.integration': 'stripe', ...attributes })
const deliver = (records: readonly AuditRecord[] = [record()], options: Partial<OtlpForwarderOptions> = {}, signal = never): Promise<Delivery> =>
  createOtlpForwarder({ name: 'sink', url: sink.url, headers: {}, ...options }).deliver(records, signal)

describe('what arrives', () => {
  test('is OTLP in JSON, compressed, with every record as it was', async () => {
    const records = [record({ n: 2n ** 60n }, { body: valueMap([['amount', 12n]]), traceId: 'ab'.repeat(16) }), record({ bytes: new Uint8Array([1]) }, { body: 'said so' })]
    expect(await deliver(records)).toEqual({ kind: 'delivered' })
    const [request] = sink.requests
    expect(request).toMatchObject({ path: '/v1/logs', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })
    expect(JSON.parse(gunzipSync(request!.body).toString())).toHaveProperty('resourceLogs')
    const environment = valueMap([['deployment.environment.name', 'production']])
    expect(request!.records).toEqual(records.map((sent) => ({ ...sent, resource: environment })))
  })

  test('says the environment where backends look for it, and a line for people where the sender sent no body', async () => {
    await deliver([record({}, { resource: valueMap([['service.name', 'shop']]) }), record({ 'blotter.environment': 'staging' })])
    expect(sink.requests[0]!.records.map(({ resource }) => ({ ...resource }))).toEqual([{ 'service.name': 'shop', 'deployment.environment.name': 'production' }, { 'deployment.environment.name': 'staging' }])
    expect(sink.requests[0]!.records[0]!.body).toBe('stripe maria CREATE → success payment.refund')
  })

  test('groups the records of one sender, and keeps their order', async () => {
    const shop = valueMap([['service.name', 'shop'], ['count', 1n]])
    await deliver([1, 2, 3].map((n) => record({ n: BigInt(n) }, { resource: valueMap(Object.entries(shop)) })))
    expect((JSON.parse(gunzipSync(sink.requests[0]!.body).toString()) as { resourceLogs: unknown[] }).resourceLogs).toHaveLength(1)
    expect(sink.requests[0]!.records.map(({ attributes }) => attributes['n'])).toEqual([1n, 2n, 3n])
  })

  test('comes with the headers of the destination, and ours where they collide', async () => {
    await deliver(undefined, { headers: { Authorization: 'Bearer secret', 'X-Scope-OrgID': 'shop', 'Content-Type': 'text/plain' } })
    expect(sink.requests[0]!.headers).toMatchObject({ authorization: 'Bearer secret', 'x-scope-orgid': 'shop', 'content-type': 'application/json' })
  })

  test.each([['', '/v1/logs'], ['/', '/v1/logs'], ['/otlp', '/otlp/v1/logs'], ['/otlp/', '/otlp/v1/logs'], ['/otlp/v1/logs', '/otlp/v1/logs']])('goes to the right path when the URL ends in %j', async (suffix, path) => {
    await deliver(undefined, { url: `${sink.url}${suffix}` })
    expect(sink.requests[0]!.path).toBe(path)
  })
})

describe('what is not delivered is to be sent again', () => {
  test.each([400, 401, 404, 413, 429, 500, 502, 503, 504])('after status %i, whose number is all that is told', async (status) => {
    sink.answerWith(() => ({ status, body: 'secret details' }))
    expect(await deliver()).toEqual({ kind: 'retry', reason: `status_${status}` })
  })

  test.each([['3', 3000], ['0', 0], ['100000', 300_000]])('not before Retry-After: %s says so, within bounds', async (header, afterMs) => {
    sink.answerWith(() => ({ status: 503, headers: { 'Retry-After': header } }))
    expect(await deliver()).toEqual({ kind: 'retry', reason: 'status_503', afterMs })
  })

  test.each(['-5', 'soon', 'Fri, 31 Dec 1999 23:59:59 GMT'])('at our own pace when Retry-After is %j', async (header) => {
    sink.answerWith(() => ({ status: 503, headers: { 'Retry-After': header } }))
    expect(await deliver()).toEqual({ kind: 'retry', reason: 'status_503' })
  })

  test.each([301, 302, 307, 308])('after a redirect (%i), which is not followed: it would carry our headers to someone else', async (status) => {
    const elsewhere = await openSink()
    sink.answerWith(() => ({ status, headers: { Location: `${elsewhere.url}/v1/logs` } }))
    expect(await deliver(undefined, { headers: { Authorization: 'Bearer secret' } })).toEqual({ kind: 'retry', reason: 'unreachable' })
    expect(elsewhere.requests).toEqual([])
    await elsewhere.close()
  })

  test('after the connection broke, although it may have arrived', async () => {
    sink.answerWith(() => 'hang up')
    expect(await deliver()).toEqual({ kind: 'retry', reason: 'unreachable' })
    expect(sink.requests[0]!.records).toHaveLength(1)
  })

  test('when nobody listens', async () => {
    const gone = await openSink()
    await gone.close()
    expect(await deliver(undefined, { url: gone.url })).toEqual({ kind: 'retry', reason: 'unreachable' })
  })

  test('when no answer comes in time', async () => {
    sink.answerWith(() => 'silence')
    expect(await deliver(undefined, { timeoutMs: 50 })).toEqual({ kind: 'retry', reason: 'unreachable' })
  })

  test('when the collector stops meanwhile, at once', async () => {
    sink.answerWith(() => 'silence')
    const stopping = new AbortController()
    const delivery = deliver(undefined, { timeoutMs: 60_000 }, stopping.signal)
    stopping.abort()
    expect(await delivery).toEqual({ kind: 'retry', reason: 'stopped' })
  })

  test('when the collector had stopped before', async () => {
    expect(await deliver(undefined, {}, AbortSignal.abort())).toEqual({ kind: 'retry', reason: 'stopped' })
    expect(sink.requests).toEqual([])
  })
})

test('delivering the same twice is the same as once for the forwarder: whoever receives it tells by the record id', async () => {
  await deliver()
  await deliver()
  expect(sink.requests.map(({ records }) => records[0]!.attributes['audit.record.id'])).toEqual(['3f2b8c1e-0000-4000-8000-000000000001', '3f2b8c1e-0000-4000-8000-000000000001'])
})

test('closing twice is closing once', async () => {
  const forwarder = createOtlpForwarder({ name: 'sink', url: sink.url, headers: {} })
  await forwarder.close()
  await forwarder.close()
})

describe('the line for people', () => {
  test.each([
    [{}, 'stripe maria CREATE → success payment.refund'],
    [{ 'audit.target.id': 're_1', 'audit.target.type': 'refund' }, 'stripe maria CREATE refund:re_1 → success payment.refund'],
    [{ 'audit.outcome': 'failure', 'blotter.decision': 'deny', 'blotter.reason': 'limit reached' }, 'stripe maria CREATE → denied (limit reached) payment.refund'],
    [{ 'audit.outcome': 'failure', 'error.type': 'timeout' }, 'stripe maria CREATE → failure (timeout) payment.refund'],
  ])('of %j is %j', (attributes, line) => { expect(summary(record(attributes))).toBe(line) })
})

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { valueMap } from '@blotter/processors'
import { anyRecord, sampleRecord } from '../../test/support/arbitrary.ts'
import { makeCertificate } from '../../test/support/certificates.ts'
import { directoryForTest } from '../../test/support/directory.ts'
import { openSink } from '../../test/support/sink.ts'
import { decodeProtobufRequest } from '../receive/protobuf.ts'
import { createOtlpForwarder } from './otlp.ts'
import { encodeProtobuf } from './protobuf.ts'
import { summary } from '../look/summary.ts'
import { Secret } from './secret.ts'
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

async function deliver(records: readonly AuditRecord[] = [record()], options: Partial<OtlpForwarderOptions> = {}): Promise<Delivery> {
  const forwarder = createOtlpForwarder({ name: 'sink', url: sink.url, headers: {}, ...options })
  try {
    return await forwarder.deliver(records, never)
  } finally {
    await forwarder.close()
  }
}

describe('what arrives', () => {
  test.each([['protobuf', 'application/x-protobuf'], ['json', 'application/json']] as const)('is OTLP in %s, compressed, with every record as it was', async (format, contentType) => {
    const records = [record({ n: 2n ** 60n }, { body: valueMap([['amount', 12n]]), traceId: 'ab'.repeat(16) }), record({ bytes: new Uint8Array([1]) }, { body: 'said so' })]
    expect(await deliver(records, { format })).toEqual({ kind: 'delivered' })
    const [request] = sink.requests
    expect(request).toMatchObject({ path: '/v1/logs', headers: { 'content-type': contentType, 'content-encoding': 'gzip' } })
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
    await deliver([1, 2, 3].map((n) => record({ n: BigInt(n) }, { resource: valueMap(Object.entries(shop)) })), { format: 'json' })
    expect((JSON.parse(gunzipSync(sink.requests[0]!.body).toString()) as { resourceLogs: unknown[] }).resourceLogs).toHaveLength(1)
    expect(sink.requests[0]!.records.map(({ attributes }) => attributes['n'])).toEqual([1n, 2n, 3n])
  })

  test('comes with the headers of the destination, and ours where they collide', async () => {
    await deliver(undefined, { headers: { Authorization: Secret.of('Bearer secret'), 'X-Scope-OrgID': Secret.of('shop'), 'Content-Type': Secret.of('text/plain') } })
    expect(sink.requests[0]!.headers).toMatchObject({ authorization: 'Bearer secret', 'x-scope-orgid': 'shop', 'content-type': 'application/x-protobuf' })
  })

  test.each([['', '/v1/logs'], ['/', '/v1/logs'], ['/otlp', '/otlp/v1/logs'], ['/otlp/', '/otlp/v1/logs'], ['/otlp/v1/logs', '/otlp/v1/logs'], ['/insert/opentelemetry?_stream_fields=a', '/insert/opentelemetry/v1/logs?_stream_fields=a']])('goes to the right path when the URL ends in %j', async (suffix, path) => {
    await deliver(undefined, { url: `${sink.url}${suffix}` })
    expect(sink.requests[0]!.path).toBe(path)
  })

  test('is not compressed when that is not wanted', async () => {
    await deliver(undefined, { compression: 'none' })
    expect(sink.requests[0]!.headers).not.toHaveProperty('content-encoding')
    expect(sink.requests[0]!.records).toHaveLength(1)
  })

  test('is, in protobuf, what it was: every record that there can be', () => {
    fc.assert(fc.property(fc.array(anyRecord, { maxLength: 5 }), (records) => { expect(decodeProtobufRequest(encodeProtobuf(records))).toEqual(records) }), { numRuns: 200 })
  })
})

describe('a credential', () => {
  test('prints as [secret], whichever way it is printed', () => {
    const secret = Secret.of('hunter2')
    const printed = [secret.toString(), String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })]
    for (const text of printed) expect(text).toContain('[secret]')
    expect(printed.join('')).not.toContain('hunter2')
  })

  test('in a file is read at each request, so that a rotated one works at once', async () => {
    const path = join(await directoryForTest(), 'token')
    const headers = { 'X-Token': Secret.inFile(path) }
    for (const token of ['one', 'two']) {
      await writeFile(path, `${token}\n`)
      await deliver(undefined, { headers })
    }
    expect(sink.requests.map((request) => request.headers['x-token'])).toEqual(['one', 'two'])
  })

  test('whose file is gone, or that no header may hold, is told by code and sent nowhere', async () => {
    const directory = await directoryForTest()
    expect(await deliver(undefined, { headers: { 'X-Token': Secret.inFile(join(directory, 'gone')) } })).toEqual({ kind: 'blocked', reason: 'missing_file' })
    expect(await deliver(undefined, { headers: { 'X-Token': Secret.of('a\nb') } })).toEqual({ kind: 'blocked', reason: 'bad_header' })
    expect(sink.requests).toEqual([])
  })
})

describe('over TLS', () => {
  const authority = makeCertificate({ name: 'authority' })
  const server = makeCertificate({ name: '127.0.0.1', by: authority, names: ['IP:127.0.0.1'] })
  const client = makeCertificate({ name: 'blotter', by: authority })

  async function files(): Promise<{ caFile: string; certificateFile: string; keyFile: string }> {
    const directory = await directoryForTest()
    const write = async (name: string, text: string): Promise<string> => { await writeFile(join(directory, name), text); return join(directory, name) }
    return { caFile: await write('ca.pem', authority.certificate), certificateFile: await write('client.pem', client.certificate), keyFile: await write('client.key', client.key) }
  }

  test('a destination is believed by its authority, and asked by none', async () => {
    const secure = await openSink({ tls: { cert: server.certificate, key: server.key } })
    const { caFile } = await files()
    expect(await deliver(undefined, { url: secure.url })).toEqual({ kind: 'blocked', reason: 'tls' })
    expect(secure.requests).toEqual([])
    expect(await deliver(undefined, { url: secure.url, tls: { caFile } })).toEqual({ kind: 'delivered' })
    await secure.close()
  })

  test('a destination whose certificate names someone else gets nothing', async () => {
    const other = makeCertificate({ name: 'other', by: authority, names: ['IP:10.0.0.1'] })
    const secure = await openSink({ tls: { cert: other.certificate, key: other.key } })
    expect(await deliver(undefined, { url: secure.url, tls: { caFile: (await files()).caFile } })).toEqual({ kind: 'blocked', reason: 'tls' })
    expect(secure.requests).toEqual([])
    await secure.close()
  })

  test('a certificate of our own is shown, and read anew after a failure', async () => {
    const secure = await openSink({ tls: { cert: server.certificate, key: server.key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true } })
    const tls = await files()
    const stranger = makeCertificate({ name: 'stranger' })
    await writeFile(tls.certificateFile, stranger.certificate)
    await writeFile(tls.keyFile, stranger.key)
    const forwarder = createOtlpForwarder({ name: 'sink', url: secure.url, headers: {}, tls })
    expect((await forwarder.deliver([record()], never)).kind).not.toBe('delivered')
    await writeFile(tls.certificateFile, client.certificate)
    await writeFile(tls.keyFile, client.key)
    expect(await forwarder.deliver([record()], never)).toEqual({ kind: 'delivered' })
    await forwarder.close()
    await secure.close()
  })
})

describe('the line for people', () => {
  test.each([
    [{}, 'stripe maria CREATE → success payment.refund'],
    [{ 'audit.target.id': 're_1', 'audit.target.type': 'refund' }, 'stripe maria CREATE refund:re_1 → success payment.refund'],
    [{ 'audit.outcome': 'failure', 'blotter.decision': 'deny', 'blotter.reason': 'limit reached' }, 'stripe maria CREATE → denied (limit reached) payment.refund'],
    [{ 'audit.outcome': 'failure', 'error.type': 'timeout' }, 'stripe maria CREATE → failure (timeout) payment.refund'],
  ])('of %j is %j', (attributes, line) => { expect(summary(record(attributes))).toBe(line) })
})

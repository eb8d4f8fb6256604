import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ROOT_CONTEXT, logs, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { createPayloadRedactor, fields, fingerprint, fingerprintKey, text, toPlain, toValue } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditError } from '../errors.ts'
import { blotterLogs } from '../otel.ts'
import type { BlotterLogs, LogResource, LogsOptions } from '../otel.ts'
import { keyBytes, startFakeCollector, status } from '../testing/fake-collector.ts'
import type { FakeCollector } from '../testing/fake-collector.ts'

const canary = 'CANARY-5f0c'

let directory: string
let collector: FakeCollector
let problems: AuditError[]
const open: BlotterLogs[] = []

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'blotter-test-'))
  collector = await startFakeCollector()
  problems = []
})
afterEach(async () => {
  collector.reply = undefined
  await Promise.allSettled(open.splice(0).map((plugin) => plugin.shutdown()))
  await collector.close()
  rmSync(directory, { recursive: true, force: true })
  logs.disable()
})

function plugin(options: Partial<LogsOptions> = {}): BlotterLogs {
  const made = blotterLogs({
    integration: 'stripe', spool: { directory }, flushTimeoutMs: 300, onProblem: (problem) => { problems.push(problem) },
    ...(options.exporter === undefined ? { endpoint: collector.endpoint } : {}), ...options,
  })
  open.push(made)
  return made
}

function loggerOf(processor: BlotterLogs, attributes: Record<string, string> = { 'service.name': 'billing' }): ReturnType<LoggerProvider['getLogger']> {
  return new LoggerProvider({ processors: [processor], resource: resourceOf({ attributes }) }).getLogger('app', '1.2.0')
}

type ProviderResource = NonNullable<NonNullable<ConstructorParameters<typeof LoggerProvider>[0]>['resource']>

function resourceOf(members: LogResource): ProviderResource {
  return members as ProviderResource
}

/** Each record once, as a collector keeps it. */
const delivered = (): AuditRecord[] => [...new Map(collector.requests('/v1/logs').flatMap(({ records }) => records).map((record) => [text(record.attributes, fields.recordId.key), record])).values()]
const bodies = (): unknown[] => delivered().map(({ body }) => toPlain(body))
const codes = (): string[] => problems.map(({ code }) => code)

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !what(); tries += 1) await delay(10)
  expect(what()).toBe(true)
}

test('one line in NodeSDK: what the app logs arrives redacted, fingerprinted, with resource, scope and an id', async () => {
  const processor = plugin({ fingerprintKey: { epoch: 'e1', secret: keyBytes }, flushTimeoutMs: 10_000 })
  const sdk = new NodeSDK({ autoDetectResources: false, instrumentations: [], spanProcessors: [], metricReaders: [], serviceName: 'billing', logRecordProcessors: [processor] })
  sdk.start()
  const payload = { charge: 'ch_1', apiKey: canary, big: 2n ** 60n }
  logs.getLogger('billing', '2.0').emit({ eventName: 'payment.refund', body: payload, attributes: { 'audit.actor.id': 'user-17' }, timestamp: [1_700_000_000, 123_456_789], severityText: 'INFO' })
  logs.getLogger('http').emit({ body: `login with password=${canary}` })
  await sdk.shutdown()
  const [audited, plain] = delivered()
  expect(collector.seen.map(({ body }) => body).join()).not.toContain(canary)
  expect(audited).toMatchObject({ eventName: 'payment.refund', timeUnixNano: 1_700_000_000_123_456_789n, severityText: 'INFO', scopeName: 'billing', scopeVersion: '2.0' })
  expect(audited!.body).toMatchObject({ charge: 'ch_1', big: 2n ** 60n })
  expect(text(audited!.resource, 'service.name')).toBe('billing')
  expect(toPlain(audited!.attributes)).toMatchObject({
    [fields.actorId.key]: 'user-17', [fields.integration.key]: 'stripe', [fields.redactionCount.key]: 1,
    [fields.fingerprint.key]: fingerprint(toValue(payload), fingerprintKey('e1', keyBytes), createPayloadRedactor()).value,
  })
  expect(plain).toMatchObject({ body: 'login with password=[redacted:assignment]', scopeName: 'http' })
  expect(text(plain!.attributes, fields.recordId.key)).toMatch(/^[0-9a-f-]{36}$/)
})

test('other processors get the redacted record, too', async () => {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ processors: [plugin(), new SimpleLogRecordProcessor({ exporter })] })
  provider.getLogger('app').emit({ body: { apiKey: canary } })
  expect(exporter.getFinishedLogRecords()[0]!.body).toEqual({ apiKey: '[redacted:key_name]' })
  await provider.forceFlush()
})

test('without a fingerprint key of its own, it asks the collector for the workspace’s', async () => {
  const processor = plugin()
  await until(() => collector.requests('/v1/fingerprint/key').length > 0)
  await delay(20)
  loggerOf(processor).emit({ eventName: 'e', body: { amount: 1 } })
  await processor.forceFlush()
  expect(text(delivered()[0]!.attributes, fields.fingerprint.key)).toBe(fingerprint(toValue({ amount: 1 }), fingerprintKey('e1', keyBytes)).value)
})

test('nothing that is not redacted is in the spool', async () => {
  collector.reply = () => ({ status: 503 })
  const processor = plugin()
  loggerOf(processor, { 'service.name': 'billing', 'process.command_args': `--password=${canary}` }).emit({ eventName: 'e', body: { apiKey: canary, note: 'harmless' } })
  await until(() => processor.status().unsaved === 0 && processor.status().spooled === 1)
  const kept = readdirSync(join(directory, 'otel')).map((name) => readFileSync(join(directory, 'otel', name), 'latin1')).join()
  expect(kept).toContain('harmless')
  expect(kept).not.toContain(canary)
})

test('5,000 records of one turn all arrive, in their order', async () => {
  const processor = plugin({ flushTimeoutMs: 30_000 })
  const logger = loggerOf(processor)
  for (let n = 0; n < 5_000; n += 1) logger.emit({ body: n })
  await processor.forceFlush()
  expect(bodies()).toEqual(Array.from({ length: 5_000 }, (_, n) => n))
})

test('an outage is waited out: the same bytes again, and told once', async () => {
  let refusals = 0
  collector.reply = ({ path }) => (path === '/v1/logs' && (refusals += 1) <= 2 ? { status: 503 } : undefined)
  const processor = plugin({ flushTimeoutMs: 10_000 })
  loggerOf(processor).emit({ body: 'through the outage' })
  await processor.forceFlush()
  const sent = collector.requests('/v1/logs').map(({ body }) => body)
  expect(sent).toHaveLength(3)
  expect(new Set(sent).size).toBe(1)
  expect(codes()).toEqual(['DEADLINE'])
  expect(processor.status()).toMatchObject({ emitted: 1, accepted: 1, refused: 0, dropped: 0, unsaved: 0, spooled: 0 })
})

test('a flush that does not get everything delivered rejects, and says how much is where', async () => {
  collector.reply = () => ({ status: 503 })
  const processor = plugin()
  loggerOf(processor).emit({ body: 'x' })
  await expect(processor.forceFlush()).rejects.toMatchObject({ code: 'DEADLINE', message: expect.stringContaining('1 log records are not delivered, 0 of them in memory alone') })
})

test('two flushes at once both wait', async () => {
  let answer: () => void = () => {}
  const held = new Promise<void>((resolve) => { answer = resolve })
  collector.reply = async ({ path }) => { if (path === '/v1/logs') await held; return undefined }
  const processor = plugin({ flushTimeoutMs: 10_000 })
  loggerOf(processor).emit({ body: 'x' })
  let ended = 0
  const flushes = [processor.forceFlush(), processor.forceFlush()].map((flush) => flush.then(() => { ended += 1 }))
  await until(() => collector.requests('/v1/logs').length === 1)
  expect(ended).toBe(0)
  answer()
  await Promise.all(flushes)
  expect(bodies()).toEqual(['x'])
})

test('shutdown during an outage resolves because the rest is on disk, and the next start delivers it', async () => {
  collector.reply = () => ({ status: 503 })
  const first = plugin()
  const logger = loggerOf(first)
  for (let n = 0; n < 3; n += 1) logger.emit({ body: n })
  await first.shutdown()
  await first.shutdown()
  collector.reply = undefined
  const second = plugin({ flushTimeoutMs: 10_000 })
  loggerOf(second).emit({ body: 'new' })
  await second.forceFlush()
  await until(() => second.status().spooled === 0)
  expect(new Set(bodies())).toEqual(new Set([0, 1, 2, 'new']))
  expect(delivered().map(({ resource }) => text(resource, 'service.name'))).toEqual(['billing', 'billing', 'billing', 'billing'])
})

test('what an earlier process left is delivered although nothing is emitted', async () => {
  collector.reply = () => ({ status: 503 })
  const first = plugin()
  loggerOf(first).emit({ body: 'left behind' })
  await first.shutdown()
  collector.reply = undefined
  plugin()
  await until(() => bodies().includes('left behind'))
})

test('after shutdown a record is counted as dropped, and not thrown at the app', async () => {
  const processor = plugin()
  const logger = loggerOf(processor)
  await processor.shutdown()
  logger.emit({ body: 'late' })
  expect(processor.status()).toMatchObject({ emitted: 1, dropped: 1 })
  expect(codes()).toEqual(['CLOSED'])
})

test('413: a batch is divided until it fits', async () => {
  collector.reply = ({ path, body }) => (path === '/v1/logs' && body.length > 20_000 ? { status: 413 } : undefined)
  const processor = plugin({ flushTimeoutMs: 30_000 })
  const logger = loggerOf(processor)
  for (let n = 0; n < 200; n += 1) logger.emit({ body: `${n}`.padEnd(100) })
  await processor.forceFlush()
  expect(processor.status()).toMatchObject({ accepted: 200, refused: 0 })
})

test.each([
  ['400', () => status(400, 'INVALID', 'no'), 'REFUSED', 'INVALID'],
  ['413', () => ({ status: 413 }), 'TOO_LARGE', undefined],
  ['a partial success', () => ({ status: 200, body: '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too deep"}}' }), 'REFUSED', 'PARTIAL_SUCCESS'],
])('a record that is refused with %s is alone in that, is kept in the file of the refused, and is told', async (_, reply, code, reason) => {
  collector.reply = ({ path, body }) => (path === '/v1/logs' && body.includes('poison') ? reply() : undefined)
  const processor = plugin({ flushTimeoutMs: 10_000 })
  const logger = loggerOf(processor)
  for (const body of ['a', 'poison', 'b', 'c']) logger.emit({ body })
  await expect(processor.forceFlush()).rejects.toMatchObject({ code: 'REFUSED' })
  await processor.forceFlush() // it was told already
  expect(processor.status()).toMatchObject({ accepted: 3, refused: 1, spooled: 0 })
  expect(problems).toEqual([expect.objectContaining({ code })])
  expect(problems[0]!.reason).toBe(reason)
  expect(readdirSync(join(directory, 'otel')).map((name) => readFileSync(join(directory, 'otel', name), 'latin1')).join()).toContain('poison')
})

test.each([[401, 'UNAUTHENTICATED'], [403, 'FORBIDDEN'], [404, 'NOT_A_COLLECTOR']])('%i is nobody’s record: all is kept, and told once', async (httpStatus, code) => {
  collector.reply = () => ({ status: httpStatus })
  const processor = plugin()
  loggerOf(processor).emit({ body: 'x' })
  await expect(processor.forceFlush()).rejects.toMatchObject({ code: 'DEADLINE' })
  expect(codes()).toEqual([code])
  expect(processor.status()).toMatchObject({ refused: 0, spooled: 1 })
})

test('resource attributes that are still being found out are waited for', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const processor = plugin({ flushTimeoutMs: 10_000 })
  const attributes: Record<string, string> = { 'service.name': 'billing' }
  const resource = resourceOf({ attributes, asyncAttributesPending: true, waitForAsyncAttributes: async () => { attributes['host.id'] = await promise } })
  new LoggerProvider({ processors: [processor], resource }).getLogger('app').emit({ body: 'early' })
  await delay(50)
  expect(bodies()).toEqual([])
  resolve('host-1')
  await processor.forceFlush()
  expect(text(delivered()[0]!.resource, 'host.id')).toBe('host-1')
})

test('without a spool, shutdown rejects when a record is lost', async () => {
  collector.reply = () => ({ status: 503 })
  const processor = plugin({ spool: false })
  loggerOf(processor).emit({ body: 'x' })
  await expect(processor.shutdown()).rejects.toMatchObject({ code: 'SPOOL_FAILED', message: expect.stringContaining('1 log records are lost') })
})

test('without a spool, an outage is waited out in memory', async () => {
  let refusals = 0
  collector.reply = ({ path }) => (path === '/v1/logs' && (refusals += 1) <= 1 ? { status: 503 } : undefined)
  const processor = plugin({ spool: false, flushTimeoutMs: 10_000 })
  loggerOf(processor).emit({ body: 'x' })
  await processor.forceFlush()
  expect(bodies()).toEqual(['x'])
})

test('a directory that was named and cannot be used is an error at the start', () => {
  expect(() => blotterLogs({ integration: 'stripe', spool: { directory: '/dev/null/x' } })).toThrow(expect.objectContaining({ code: 'SPOOL_FAILED' }))
})

test('a spool that is full sends from memory, and loses nothing when the collector is back', async () => {
  collector.reply = () => ({ status: 503 })
  const processor = plugin({ spool: { directory, maxBytes: 1_048_576 }, flushTimeoutMs: 30_000 })
  const logger = loggerOf(processor)
  for (let n = 0; n < 40; n += 1) {
    for (let i = 0; i < 20; i += 1) logger.emit({ body: 'x'.repeat(2_000) })
    await delay(1)
  }
  await until(() => codes().includes('SPOOL_FULL'))
  expect(processor.status().unsaved).toBeGreaterThan(0)
  collector.reply = undefined
  await processor.forceFlush()
  expect(processor.status()).toMatchObject({ emitted: 800, accepted: 800, dropped: 0, unsaved: 0 })
})

test('with the app’s own OTLPLogExporter: it is given records until it takes them', async () => {
  let refusals = 0
  collector.reply = ({ path }) => (path === '/v1/logs' && (refusals += 1) <= 1 ? { status: 400 } : undefined)
  const processor = plugin({ exporter: new OTLPLogExporter({ url: `${collector.endpoint}/v1/logs` }), flushTimeoutMs: 10_000 })
  const logger = loggerOf(processor)
  const spanContext = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 }
  const context = trace.setSpanContext(ROOT_CONTEXT, spanContext)
  for (const n of [1, 2]) logger.emit({ eventName: 'payment.refund', body: { n, apiKey: canary, ratio: 0.5, list: [true, null] }, attributes: { 'audit.actor.id': 'user-17', bytes: new Uint8Array([1]) }, severityNumber: 9, severityText: 'INFO', timestamp: [1_700_000_000, 5], context })
  await processor.forceFlush()
  expect(collector.requests('/v1/logs').map(({ records }) => records.length)).toEqual([2, 1, 1])
  expect(delivered().at(-1)).toMatchObject({ eventName: 'payment.refund', timeUnixNano: 1_700_000_000_000_000_005n, severityNumber: 9, severityText: 'INFO', scopeName: 'app', scopeVersion: '1.2.0', traceId: spanContext.traceId, spanId: spanContext.spanId, flags: 1 })
  expect(toPlain(delivered().at(-1)!.body)).toEqual({ n: 2, apiKey: '[redacted:key_name]', ratio: 0.5, list: [true, null] })
  expect(text(delivered().at(-1)!.resource, 'service.name')).toBe('billing')
})

test('an exporter that throws or fails without a status is asked again', async () => {
  const asked: number[] = []
  const exporter = {
    export(records: never[], done: (result: { code: number; error?: Error }) => void) {
      asked.push(records.length)
      if (asked.length === 1) throw new Error(canary)
      done(asked.length === 2 ? { code: 1, error: new Error(canary) } : { code: 0 })
    },
  }
  const processor = plugin({ exporter, flushTimeoutMs: 10_000 })
  loggerOf(processor).emit({ body: 'x' })
  await processor.forceFlush()
  expect(asked).toEqual([1, 1, 1])
  expect(JSON.stringify(problems.map(({ message }) => message))).not.toContain(canary)
})

test('where to and with what comes from the environment, and options win', async () => {
  const { checkLogsOptions } = await import('./logs-check.ts')
  const variables = { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'https://c.example.com/otel/v1/logs', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc,x-tenant=t', OTEL_EXPORTER_OTLP_TIMEOUT: '3000', OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip', BLOTTER_SPOOL: '/var/spool/app', OTEL_SDK_DISABLED: 'true' }
  expect(checkLogsOptions({ integration: 'stripe' }, variables)).toMatchObject({
    url: 'https://c.example.com/otel/v1/logs', key: 'abc', headers: { 'x-tenant': 't' }, attemptTimeoutMs: 3000, compression: 'gzip', spool: { directory: '/var/spool/app/otel', chosen: true },
    notes: [expect.stringContaining('OTEL_SDK_DISABLED')],
  })
  expect(checkLogsOptions({ integration: 'stripe', endpoint: 'https://blotter.example.com/', attemptTimeoutMs: 5, compression: 'none' }, variables)).toMatchObject({ url: 'https://blotter.example.com/v1/logs', headers: {}, attemptTimeoutMs: 5, compression: 'none' })
  expect(checkLogsOptions({ integration: 'stripe' }, {})).toMatchObject({ url: 'http://127.0.0.1:4318/v1/logs', attemptTimeoutMs: 10_000, compression: 'none', spool: { directory: '.blotter-spool/otel', chosen: false } })
})

test('its options are checked, all at once', () => {
  expect(() => blotterLogs({ integration: '', endpoint: 'x', maxBatch: 0, spool: { maxBytes: 1 }, nonsense: 1 } as LogsOptions)).toThrow(/integration.*endpoint.*maxBatch.*spool.*nonsense/s)
  expect(() => blotterLogs({ integration: 'stripe', exporter: { export() {} }, endpoint: 'http://127.0.0.1:4318' })).toThrow(/endpoint/)
})

test('gzip, when it is asked for', async () => {
  const processor = plugin({ compression: 'gzip' })
  loggerOf(processor).emit({ body: 'x'.repeat(5_000) })
  await processor.forceFlush()
  expect(collector.requests('/v1/logs')[0]!.headers['content-encoding']).toBe('gzip')
  expect(bodies()).toEqual(['x'.repeat(5_000)])
})

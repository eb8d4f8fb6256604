import { logs } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor, InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { afterEach, expect, test } from 'vitest'
import { createPayloadRedactor, fields, fingerprint, fingerprintKey, text, toPlain, toValue } from '@blotter/processors'
import { auditAttributes, createAuditLogRecordProcessor } from '../otel.ts'
import type { AuditLogRecordProcessor, AuditLogRecordProcessorOptions } from '../otel.ts'
import { keyBytes, startFakeCollector } from '../testing/fake-collector.ts'

const canary = 'CANARY-5f0c'

afterEach(() => { logs.disable() })

/** What an exporter behind the processor gets to see. */
function emit(logRecord: Parameters<ReturnType<LoggerProvider['getLogger']>['emit']>[0], options: Partial<AuditLogRecordProcessorOptions> = {}): { exported: ReadableLogRecord; processor: AuditLogRecordProcessor } {
  const processor = createAuditLogRecordProcessor({ integration: 'stripe', ...options })
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ processors: [processor, new SimpleLogRecordProcessor({ exporter })] })
  provider.getLogger('app').emit(logRecord)
  return { exported: exporter.getFinishedLogRecords()[0]!, processor }
}

const shown = ({ body, attributes, eventName }: ReadableLogRecord): string => JSON.stringify({ body, attributes, eventName })

test('with NodeSDK, the batch processor and the OTLP exporter, what arrives is redacted and complete', async () => {
  await using collector = await startFakeCollector()
  const sdk = new NodeSDK({
    autoDetectResources: false, instrumentations: [], spanProcessors: [], metricReaders: [], serviceName: 'billing',
    logRecordProcessors: [
      createAuditLogRecordProcessor({ integration: 'stripe', fingerprintKey: { epoch: 'e1', secret: keyBytes } }),
      new BatchLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${collector.endpoint}/v1/logs` }) }),
    ],
  })
  sdk.start()
  const logger = logs.getLogger('billing')
  logger.emit({
    eventName: 'payment.refund',
    body: { id: 'ch_1', amount: 1_200, apiKey: canary, nested: [[{ password: canary }]], big: 2n ** 60n, at: new Date(0) },
    attributes: auditAttributes({ actor: 'user-17', action: 'EXECUTE', target: { id: 'ch_1' }, error: new Error(`password=${canary}`), attributes: { 'x-api-key': canary } }),
  })
  logger.emit({ body: `login with password=${canary}`, attributes: { 'http.request.header.cookie': [canary] } })
  await sdk.shutdown()
  expect(collector.seen.map(({ path }) => path)).toEqual(['/v1/logs'])
  expect(collector.seen[0]?.body).not.toContain(canary)
  const [audited, plain] = collector.seen[0]!.records
  expect(audited?.eventName).toBe('payment.refund')
  expect(toPlain(audited!.body)).toEqual({ id: 'ch_1', amount: 1_200, apiKey: '[redacted:key_name]', nested: [[{ password: '[redacted:key_name]' }]], big: '1152921504606846976', at: '1970-01-01T00:00:00.000Z' })
  expect(toPlain(audited!.attributes)).toMatchObject({
    [fields.actorId.key]: 'user-17', [fields.integration.key]: 'stripe', [fields.outcome.key]: 'failure', [fields.errorType.key]: 'Error', 'exception.message': 'password=[redacted:assignment]',
    [fields.recordId.key]: expect.stringMatching(/^[0-9a-f-]{36}$/), [fields.redactionCount.key]: 4, [fields.redactionRules.key]: ['assignment:1', 'key_name:3'],
    [fields.fingerprint.key]: fingerprint(toValue({ id: 'ch_1', amount: 1_200, apiKey: canary, nested: [[{ password: canary }]], big: 2n ** 60n, at: new Date(0) }), fingerprintKey('e1', keyBytes), createPayloadRedactor()).value,
  })
  expect(text(audited!.resource, 'service.name')).toBe('billing')
  expect(toPlain(plain!.body)).toBe('login with password=[redacted:assignment]')
  expect(plain!.attributes[fields.recordId.key]).toBeUndefined()
})

test('a log that is no audit event and holds no secret is left as it is', () => {
  const attributes = { a: 1, list: ['x'] }
  const { exported } = emit({ body: 'hello', severityText: 'INFO', attributes })
  expect(exported).toMatchObject({ body: 'hello', attributes, severityText: 'INFO' })
  expect(Object.keys(exported.attributes)).toEqual(['a', 'list'])
})

test.each([{ eventName: 'contact.read' }, { attributes: { 'audit.action': 'READ' } }])('%j is an audit event: it gets an id and the integration', (logRecord) => {
  const { attributes } = emit(logRecord).exported
  expect(attributes).toMatchObject({ [fields.integration.key]: 'stripe', [fields.recordId.key]: expect.stringMatching(/^[0-9a-f-]{36}$/) })
})

test('what the event says itself is not replaced', () => {
  const { attributes } = emit({ eventName: 'e', attributes: { [fields.recordId.key]: 'rec-1', [fields.integration.key]: 'hubspot' } }).exported
  expect(attributes).toMatchObject({ [fields.recordId.key]: 'rec-1', [fields.integration.key]: 'hubspot' })
})

test('a secret in the name of an attribute goes with the name', () => {
  const { exported } = emit({ attributes: { [`see https://app:${canary}@example.com`]: 1 } })
  expect(shown(exported)).not.toContain(canary)
  expect(Object.keys(exported.attributes)).toContain('see https://app:[redacted:url_credentials]@example.com')
})

test('a secret in the event’s name goes', () => {
  expect(shown(emit({ eventName: `token=${canary}` }).exported)).not.toContain(canary)
})

test('secrets of an exception are redacted', () => {
  expect(shown(emit({ eventName: 'e', exception: new Error(`password=${canary}`) }).exported)).not.toContain(canary)
})

test('a body that the app changes after emit is exported as it was', () => {
  const body = { note: 'before' }
  const { exported } = emit({ body })
  body.note = canary
  expect(exported.body).toEqual({ note: 'before' })
})

test('a body whose getter answers otherwise the second time is exported as it was read', () => {
  let reads = 0
  const { exported } = emit({ body: { get note() { return (reads += 1) === 1 ? 'harmless' : `password=${canary}` } } })
  expect(shown(exported)).not.toContain(canary)
})

test('what cannot be read is wiped, counted, and never thrown at the app', () => {
  const { exported, processor } = emit({ eventName: canary, body: { get note(): string { throw new Error(canary) } }, attributes: { [canary]: canary, [fields.actorId.key]: canary, [fields.recordId.key]: 'rec-1' } })
  expect(processor.wiped).toBe(1)
  expect(shown(exported)).not.toContain(canary)
  expect(exported).toMatchObject({ body: '[redacted:failed]', eventName: '[redacted:failed]', attributes: { [fields.actorId.key]: '[redacted:failed]', [fields.recordId.key]: expect.stringMatching(/^[0-9a-f-]{36}$/) } })
})

test('at the record’s limit of attributes, redaction still replaces what is there', () => {
  const full = Object.fromEntries(Array.from({ length: 128 }, (_, index) => [index === 0 ? 'password' : `k${index}`, canary.slice(0, index === 0 ? undefined : 3)]))
  const { exported } = emit({ eventName: 'e', attributes: full })
  expect(shown(exported)).not.toContain(canary)
  expect(exported.droppedAttributesCount).toBeGreaterThan(0)
})

test('the operator’s keys and paths apply', () => {
  const { exported } = emit({ body: { taxId: canary, customer: { email: canary } } }, { redact: { keys: ['tax id'], paths: ['body.customer.email'] } })
  expect(shown(exported)).not.toContain(canary)
})

test('its options are checked', () => {
  expect(() => createAuditLogRecordProcessor({ integration: '', endpoint: 'x', fingerprintKey: { epoch: 'e1', secret: 'short' } } as AuditLogRecordProcessorOptions)).toThrow(/integration.*endpoint.*fingerprintKey/s)
})

test('flush and shutdown have nothing to wait for', async () => {
  const processor = createAuditLogRecordProcessor({ integration: 'stripe' })
  await processor.forceFlush()
  await processor.shutdown()
})

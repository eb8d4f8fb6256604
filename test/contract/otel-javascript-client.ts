// A service with the stock OpenTelemetry SDK and nothing of ours. Run by otel-javascript.test.ts, once for each exporter:
//
//   node otel-javascript-client.ts json|protobuf
//
// `json` takes where to and with which key from the environment, `protobuf` from the exporter's options. Prints what
// the SDK did: the requests it sent and the span that was active.

import { subscribe } from 'node:diagnostics_channel'
import { SeverityNumber, logs, trace } from '@opentelemetry/api'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { ClientRequest, IncomingMessage } from 'node:http'

export interface Sent { readonly path: string; readonly contentType: string; readonly contentEncoding: string; readonly status: number; readonly answered: string }
export interface Report { readonly sent: readonly Sent[]; readonly traceId: string; readonly spanId: string }

type ProtobufOptions = NonNullable<ConstructorParameters<typeof ProtobufExporter>[0]>

const form = process.argv[2]!
const sent: Sent[] = []
subscribe('http.client.response.finish', (message) => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage }
  sent.push({ path: request.path, contentType: String(request.getHeader('Content-Type')), contentEncoding: String(request.getHeader('Content-Encoding')), status: response.statusCode!, answered: String(response.headers['content-type']) })
})

const exporter = form === 'json' ? new JsonExporter() : new ProtobufExporter({
  url: `${process.env['COLLECTOR_URL']}/v1/logs`, headers: { Authorization: `Bearer ${process.env['COLLECTOR_KEY']}` },
  compression: 'gzip' as NonNullable<ProtobufOptions['compression']>, // an enum that the package does not export
})
const sdk = new NodeSDK({
  serviceName: `shop-${form}`,
  autoDetectResources: false,
  logRecordProcessors: [new BatchLogRecordProcessor({ exporter })],
  traceExporter: { export: (_, done) => { done({ code: 0 }) }, shutdown: async () => {} },
  metricReaders: [],
})
sdk.start()

const audit = logs.getLogger('shop.audit', '2.4.0')
const second = 1_795_500_634 // 2026-11-24T06:10:34Z

const { traceId, spanId } = trace.getTracer('shop').startActiveSpan('POST /refunds', (span) => {
  audit.emit({
    eventName: 'payment.refund',
    timestamp: [second, 123_456_789],
    observedTimestamp: [second, 223_456_789],
    severityNumber: SeverityNumber.INFO2,
    severityText: 'NOTICE',
    body: { object: 'refund', amount: 1250, ratio: 0.25, partial: true, note: 'Grüße, 世界 🌍', lines: [{ sku: 'A-1', quantity: 2 }, { sku: 'B-2', quantity: 1 }] },
    attributes: {
      'audit.record.id': `whole-${form}`,
      'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'CREATE', 'audit.outcome': 'success',
      'audit.target.id': 'pay_41', 'audit.target.type': 'payment', 'audit.source.id': '203.0.113.7', 'audit.source.type': 'ipv4',
      'blotter.reason': 'customer returned the goods', 'blotter.decision': 'allow', 'error.type': 'none',
      'blotter.integration': 'stripe', 'blotter.request.id': `req-whole-${form}`, 'session.id': 'ses-41',
      'blotter.delivery.id': `evt-${form}`, 'blotter.delivery.attempt': 2, 'blotter.idempotency.key': `idem-${form}`, 'blotter.duration_ms': 87,
      'blotter.payload.hash.value': 'hmac-sha256:e1:000102030405060708090a0b0c0d0e0f', 'blotter.payload.hash.canonicalization': 'jcs', 'blotter.payload.size': 2048,
      'blotter.redaction.count': 2, 'blotter.redaction.rules': ['card:1', 'key_name:1'],
      'shop.text': 'Grüße, 世界 🌍', 'shop.empty': '', 'shop.int': -7, 'shop.large': Number.MAX_SAFE_INTEGER, 'shop.double': 0.25,
      'shop.yes': true, 'shop.no': false, 'shop.bytes': new Uint8Array([0, 255, 16]), 'shop.words': ['a', 'b'], 'shop.mixed': ['a', 1, 0.5, true, null],
      'shop.map': { nested: { list: [1, 2], bytes: new Uint8Array([1, 2]) }, text: 'x' },
    },
  })
  span.end()
  return span.spanContext()
})

// A service that knows nothing of audit records.
logs.getLogger('shop.http').emit({
  timestamp: [second, 500_000_000],
  observedTimestamp: [second, 500_000_001],
  severityNumber: SeverityNumber.WARN,
  severityText: 'WARN',
  body: 'refund accepted: 12,50 €',
  attributes: { 'http.request.header.x-request-id': [`req-stock-${form}`], 'http.response.status_code': 202 },
})
logs.getLogger('shop.plain').emit({ timestamp: [second, 600_000_000], observedTimestamp: [second, 600_000_000], body: 'nothing else' })

// Claims to what belongs to the collector, a refusal, a secret, and more attributes than the SDK lets through.
audit.emit({
  eventName: 'payment.refund',
  timestamp: [second, 999_999_999],
  observedTimestamp: [second, 999_999_999],
  body: { object: 'refund', amount: 1250 },
  attributes: {
    'audit.record.id': `claims-${form}`, 'audit.actor.id': 'billing', 'audit.actor.type': 'service', 'audit.action': 'CREATE', 'audit.outcome': 'denied', 'blotter.request.id': `req-claims-${form}`,
    'blotter.workspace': 'another', 'blotter.environment': 'another', 'blotter.retention.class': 'another', 'blotter.redaction.policy': 'another', 'blotter.sink.time_unix_nano': 1, 'blotter.incomplete': ['another'],
    'http.request.header.authorization': ['Bearer example'],
    ...Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`shop.more.${i}`, i])),
  },
})

await sdk.shutdown()
process.stdout.write(JSON.stringify({ sent, traceId, spanId } satisfies Report))

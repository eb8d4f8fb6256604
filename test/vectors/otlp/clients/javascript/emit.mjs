// Sends the three records of ../../README.md with the OpenTelemetry SDK for Node.js, of the 3.x line (logs in
// @opentelemetry/api) or the 2.x line (@opentelemetry/api-logs).
//
//   node emit.mjs protobuf|json
//
// Where to and with which key: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_EXPORTER_OTLP_COMPRESSION.
import * as api from '@opentelemetry/api'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { NodeSDK } from '@opentelemetry/sdk-node'

const { logs, SeverityNumber } = 'logs' in api ? api : await import('@opentelemetry/api-logs')
const { OTLPLogExporter } = await import(process.argv[2] === 'json' ? '@opentelemetry/exporter-logs-otlp-http' : '@opentelemetry/exporter-logs-otlp-proto')

const sdk = new NodeSDK({
  autoDetectResources: false,
  resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'shop', 'service.version': '3.1.4', 'service.instance.id': 'shop-1' })),
  spanProcessors: [],
  metricReaders: [],
  logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
})
sdk.start()

const second = 1_795_500_634 // 2026-11-24T06:10:34Z

const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: api.TraceFlags.SAMPLED }

const audit = logs.getLogger('shop.audit', '2.4.0')

audit.emit({
  eventName: 'payment.refund',
  timestamp: [second, 123_456_789],
  observedTimestamp: [second, 223_456_789],
  context: api.trace.setSpanContext(api.ROOT_CONTEXT, span),
  severityNumber: SeverityNumber.INFO,
  severityText: 'INFO',
  body: {
    object: 'refund', amount: 1250, currency: 'EUR', ratio: 0.25, partial: true, note: 'Grüße, 世界 🌍',
    lines: [{ sku: 'A-1', quantity: 2 }, { sku: 'B-2', quantity: 1 }],
  },
  attributes: {
    'audit.record.id': '3f2b8c1e-5a4d-4c6b-9e7f-000000000001',
    'audit.actor.id': 'maria', 'audit.actor.type': 'user',
    'audit.action': 'CREATE', 'audit.outcome': 'success',
    'audit.target.id': 'pay_41', 'audit.target.type': 'payment',
    'audit.source.id': '203.0.113.7', 'audit.source.type': 'ipv4',
    'blotter.reason': 'customer returned the goods', 'blotter.decision': 'allow', 'error.type': 'none',
    'blotter.integration': 'stripe', 'blotter.request.id': 'req-41', 'session.id': 'ses-41',
    'blotter.delivery.id': 'evt-41', 'blotter.delivery.attempt': 2, 'blotter.idempotency.key': 'idem-41',
    'blotter.duration_ms': 87,
    'blotter.payload.hash.value': 'hmac-sha256:e1:000102030405060708090a0b0c0d0e0f',
    'blotter.payload.hash.canonicalization': 'jcs', 'blotter.payload.size': 2048,
    'blotter.redaction.count': 2, 'blotter.redaction.rules': ['card:1', 'key_name:1'],
    'shop.text': 'Grüße, 世界 🌍', 'shop.empty': '', 'shop.int': -7, 'shop.int64': Number.MAX_SAFE_INTEGER,
    'shop.double': 0.25, 'shop.whole': 3.0, 'shop.yes': true, 'shop.no': false, 'shop.bytes': new Uint8Array([0, 255, 16]),
    'shop.words': ['a', 'b'], 'shop.mixed': ['a', 1, 0.5, true],
    'shop.map': { nested: { list: [1, 2], bytes: new Uint8Array([1, 2]) }, text: 'x' },
  },
})

logs.getLogger('shop.http').emit({
  timestamp: [second, 500_000_000],
  observedTimestamp: [second, 500_000_001],
  severityNumber: SeverityNumber.WARN,
  severityText: 'WARN',
  body: 'refund accepted: 12,50 €',
  attributes: { 'http.request.header.x-request-id': ['req-42'], 'http.response.status_code': 202 },
})

audit.emit({
  eventName: 'payment.refund',
  timestamp: [second, 999_999_999],
  observedTimestamp: [second, 999_999_999],
  body: { object: 'refund', amount: Number.MAX_SAFE_INTEGER, lines: [] },
  attributes: {
    'audit.record.id': '3f2b8c1e-5a4d-4c6b-9e7f-000000000003',
    'audit.actor.id': 'billing', 'audit.actor.type': 'service',
    'audit.action': 'CREATE', 'audit.outcome': 'denied',
    'blotter.request.id': 'req-43',
    'http.request.header.authorization': ['Bearer example'],
    // Claims to what belongs to the collector.
    'blotter.workspace': 'another', 'blotter.environment': 'another', 'blotter.retention.class': 'another',
    'blotter.redaction.policy': 'another', 'blotter.sink.time_unix_nano': 1, 'blotter.incomplete': ['another'],
  },
})

await sdk.shutdown()

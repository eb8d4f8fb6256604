// An automation that has never heard of Blotter: stock OpenTelemetry, configured by the environment alone
// (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS). It tries a failed capture five times and logs each attempt
// as an audit event. It knows the delivery and the payload, but not the request that they came from.

import { logs, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'

const { url, webhook, timeoutMs, attempts, traceId } = JSON.parse(process.argv[2]!) as { url: string; webhook: { id: string; payment: { id: string } }; timeoutMs: number; attempts: number; traceId: string }

const sdk = new NodeSDK({
  resource: resourceFromAttributes({ 'service.name': 'retry-automation' }),
  logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() })],
})
sdk.start()
const logger = logs.getLogger('retry-automation')
const run = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: traceId.slice(16), traceFlags: 1 }) // each run is a trace

for (let attempt = 1; attempt <= attempts; attempt += 1) {
  const error = await fetch(`${url}/captures`, { method: 'POST', headers: { Authorization: 'Bearer unused' }, signal: AbortSignal.timeout(timeoutMs) })
    .then((response) => `status ${response.status}`, (failure: unknown) => (failure as Error).name)
  logger.emit({
    eventName: 'payment.capture.retry',
    timestamp: new Date(),
    context: run,
    body: webhook as never,
    attributes: {
      'audit.actor.id': 'retry-automation', 'audit.actor.type': 'service', 'audit.action': 'EXECUTE',
      'audit.target.id': webhook.payment.id, 'audit.target.type': 'payment', 'audit.outcome': 'failure',
      'blotter.integration': 'payments', 'blotter.delivery.id': webhook.id, 'blotter.delivery.attempt': attempt,
      'error.type': error, 'blotter.reason': `no answer within ${timeoutMs} ms`,
    },
  })
  await new Promise((resolve) => { setTimeout(resolve, 60) })
}
await sdk.shutdown()

// A service with the stock OpenTelemetry SDK that logs through an outage of its collector, and writes down what its
// exporter was told about each record. Run by outage.test.ts:
//
//   node outage-client.ts URL SECONDS
//
// Prints `{acknowledged, refused}` as JSON: the ids of records whose export succeeded and of those whose export failed.

import { setTimeout as delay } from 'node:timers/promises'
import { logs } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'

export interface Told { readonly emitted: number; readonly acknowledged: readonly string[]; readonly refused: readonly string[] }

const [, , url, seconds] = process.argv
const acknowledged: string[] = []
const refused: string[] = []

/** The stock exporter, listened to. */
class ListenedExporter extends OTLPLogExporter {
  override export(records: ReadableLogRecord[], done: Parameters<OTLPLogExporter['export']>[1]): void {
    super.export(records, (result) => {
      (result.code === 0 ? acknowledged : refused).push(...records.map(({ attributes }) => String(attributes['audit.record.id'])))
      done(result)
    })
  }
}

const sdk = new NodeSDK({
  serviceName: 'shop', autoDetectResources: false, metricReaders: [],
  logRecordProcessors: [new BatchLogRecordProcessor({ exporter: new ListenedExporter({ url: `${url}/v1/logs`, timeoutMillis: 5000 }), scheduledDelayMillis: 100, maxExportBatchSize: 50 })],
  traceExporter: { export: (_, done) => { done({ code: 0 }) }, shutdown: async () => {} },
})
sdk.start()
const audit = logs.getLogger('shop.audit')
let emitted = 0
for (const endMs = Date.now() + Number(seconds) * 1000; Date.now() < endMs;) {
  for (let i = 0; i < 5; i += 1) {
    audit.emit({
      eventName: 'payment.refund',
      attributes: {
        'audit.record.id': `outage-${emitted++}`, 'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'CREATE', 'audit.outcome': 'success', 'blotter.integration': 'stripe',
      },
    })
  }
  await delay(50)
}
await sdk.shutdown()
process.stdout.write(JSON.stringify({ emitted, acknowledged, refused } satisfies Told))

// What the outage table compares, each set up as its own README says.

import { logs } from '@opentelemetry/api'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createAudit } from '@blotter/sdk'
import { blotterLogs } from '@blotter/sdk/otel'
import type { BlotterLogs, LogsOptions } from '@blotter/sdk/otel'
import type { LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { Task } from './outage-run.ts'

export interface EmittingSubject {
  /** When the service has started: what takes promises has kept its first. */
  ready(): Promise<void>
  emit(id: string): void
  shutdown(): Promise<void>
  /** When what earlier processes left behind is delivered. */
  drained(): Promise<void>
}

export type Tell = (ids: readonly string[]) => void

export function createSubject(task: Task, tell: Tell): EmittingSubject {
  return subjects[task.subject](task, tell)
}

const subjects: Record<Task['subject'], (task: Task, tell: Tell) => EmittingSubject> = {
  stock: ({ url }, tell) => throughSdk(new BatchLogRecordProcessor({ exporter: listened(url, tell) }), () => {}),
  audit: throughAudit,
  plugin: (task, tell) => throughPlugin(task, { endpoint: task.url }, tell),
  exporter: (task, tell) => throughPlugin(task, { exporter: new OTLPLogExporter({ url: `${task.url}/v1/logs` }) }, tell),
}

/** The stock exporter, listened to: success is what it tells its processor. */
function listened(url: string, tell: Tell): OTLPLogExporter {
  const exporter = new OTLPLogExporter({ url: `${url}/v1/logs` })
  const send = exporter.export.bind(exporter)
  exporter.export = (records: ReadableLogRecord[], done) => {
    send(records, (result) => {
      if (result.code === 0) tell(records.map(({ attributes }) => String(attributes['audit.record.id'])))
      done(result)
    })
  }
  return exporter
}

/** Spooled: the promise of each record says when it is safe. */
function throughAudit({ url, directory }: Task, tell: Tell): EmittingSubject {
  const audit = createAudit({ endpoint: url, integration: 'stripe', delivery: 'spooled', service: { name: 'shop' }, spool: { directory: join(directory, 'spool') }, maxQueue: 100_000 })
  return {
    emit(recordId) { audit.record({ ...event, recordId }).then(() => { tell([recordId]) }, () => {}) },
    ready: async () => { await audit.record({ ...event, event: 'service.start' }) },
    shutdown: async () => { await audit.close() },
    async drained() {
      await delay(1500)
      while (audit.status().spoolRecords > 0) await delay(50)
      await audit.close()
    },
  }
}

/** No call returns anything here either: that all is safe is told by the end of `shutdown()`. */
function throughPlugin({ directory }: Task, options: Partial<LogsOptions>, tell: Tell): EmittingSubject {
  const plugin = blotterLogs({ integration: 'stripe', spool: { directory: join(directory, 'spool') }, ...options })
  const emitted: string[] = []
  return { ...throughSdk(plugin, () => { tell(emitted) }, (id) => emitted.push(id)), drained: () => emptied(plugin) }
}

/** What earlier processes left is taken up a second after the start. */
async function emptied(plugin: BlotterLogs): Promise<void> {
  await delay(1500)
  while (plugin.status().spooled > 0) await delay(50)
  await plugin.shutdown()
}

function throughSdk(processor: LogRecordProcessor, safe: () => void, told: (id: string) => void = () => {}): EmittingSubject {
  const sdk = new NodeSDK({ serviceName: 'shop', autoDetectResources: false, instrumentations: [], spanProcessors: [], metricReaders: [], logRecordProcessors: [processor] })
  sdk.start()
  const logger = logs.getLogger('shop')
  return {
    emit(id) {
      logger.emit({ eventName: 'payment.refund', attributes: { ...attributes, 'audit.record.id': id }, body: payload })
      told(id)
    },
    ready: () => Promise.resolve(),
    shutdown: () => sdk.shutdown().then(safe),
    drained: () => Promise.resolve(),
  }
}

const attributes = {
  'audit.actor.id': 'user-17', 'audit.actor.type': 'user', 'audit.action': 'EXECUTE', 'audit.outcome': 'success', 'audit.target.id': 'ch_1', 'audit.target.type': 'payment',
  'blotter.integration': 'stripe', 'blotter.reason': 'duplicate order', 'blotter.request.id': 'req-7f3a',
}
const payload = { charge: 'ch_1', amount: 1200, currency: 'eur', note: 'second attempt', apiKey: 'never leaves this process' }
const event = { event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', target: { id: 'ch_1', type: 'payment' }, reason: 'duplicate order', requestId: 'req-7f3a', payload } as const

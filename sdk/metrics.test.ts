import { metrics } from '@opentelemetry/api'
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { afterEach, expect, test } from 'vitest'
import { createAudit } from './audit.ts'
import { createStats } from './deliver/stats.ts'
import { watchMetrics } from './metrics.ts'
import { startFakeCollector } from './testing/fake-collector.ts'

interface Measured { collect(): Promise<Record<string, { value: unknown; attributes: unknown; unit: string }[]>>; end(): Promise<void> }

function startMeters(): Measured {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })] })
  metrics.setGlobalMeterProvider(provider)
  return {
    async collect() {
      exporter.reset()
      await provider.forceFlush()
      const found = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics).filter(({ scope }) => scope.name === '@blotter/sdk').flatMap((scope) => scope.metrics)
      return Object.fromEntries(found.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints.map(({ value, attributes }) => ({ value, attributes, unit: descriptor.unit }))]))
    },
    end: () => provider.shutdown(),
  }
}

let meters: Measured | undefined
afterEach(async () => {
  await meters?.end()
  metrics.disable()
})

/** Names of their own: what an earlier test counted stays counted. */
let tests = 0
const integration = (): string => `integration-${tests += 1}`

test('an audit is counted by the draft’s names in the app’s meter', async () => {
  meters = startMeters()
  await using collector = await startFakeCollector()
  const name = integration()
  const audit = createAudit({ endpoint: collector.endpoint, integration: name, spool: false })
  await audit.record({ event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' })
  const of = async (metric: string): Promise<unknown> => (await meters!.collect())[metric]?.find(({ attributes }) => (attributes as Record<string, string>)['blotter.integration'] === name)
  const attributes = { 'blotter.integration': name }
  expect(await of('audit.records.emitted')).toEqual({ value: 1, attributes, unit: '{record}' })
  expect(await of('audit.records.exported')).toEqual({ value: 1, attributes, unit: '{record}' })
  expect(await of('audit.records.dropped')).toEqual({ value: 0, attributes, unit: '{record}' })
  expect(await of('audit.queue.depth')).toEqual({ value: 0, attributes, unit: '{record}' })
  expect(await of('audit.export.duration')).toMatchObject({ value: { count: 1 }, attributes: { ...attributes, 'blotter.export.outcome': 'success' }, unit: 's' })
  await audit.close()
  expect(await of('audit.records.emitted'), 'a counter does not fall when its audit is closed').toMatchObject({ value: 1 })
})

test('two audits of one integration are added up', async () => {
  meters = startMeters()
  const name = integration()
  const stats = [createStats(), createStats()]
  const stops = stats.map((each) => watchMetrics({ stats: each, integration: name }))
  for (const { counts } of stats) Object.assign(counts, { emitted: 2, pending: 1, spoolRecords: 3 })
  const measured = await meters.collect()
  expect(measured['audit.records.emitted']).toContainEqual({ value: 4, attributes: { 'blotter.integration': name }, unit: '{record}' })
  expect(measured['audit.queue.depth']).toContainEqual({ value: 8, attributes: { 'blotter.integration': name }, unit: '{record}' })
  for (const stop of [...stops, ...stops]) stop()
})

test('a meter provider that comes after the audit is found with the next export', async () => {
  const name = integration()
  const stats = createStats()
  const stop = watchMetrics({ stats, integration: name })
  stats.counts.emitted = 1
  meters = startMeters()
  stats.exported(250, 'retry')
  const measured = await meters.collect()
  expect(measured['audit.records.emitted']).toContainEqual({ value: 1, attributes: { 'blotter.integration': name }, unit: '{record}' })
  expect(measured['audit.export.duration']).toContainEqual(expect.objectContaining({ value: expect.objectContaining({ sum: 0.25 }), attributes: { 'blotter.integration': name, 'blotter.export.outcome': 'retry' } }))
  stop()
})

test('a meter provider that throws costs nothing', () => {
  metrics.setGlobalMeterProvider({ getMeter() { throw new Error('broken') } })
  const stats = createStats()
  const stop = watchMetrics({ stats, integration: integration() })
  stats.exported(1, 'success')
  stop()
})

// What became of audit records, through the app's own meter: the draft's names where it has them, `blotter.` elsewhere.
// Counters are read when the app's reader asks, so that a record costs nothing here. Without @opentelemetry/api, or
// without a meter provider, nothing happens.
//
// All audits of a process share the instruments: two with one name and equal attributes would overwrite each other.

import type { Meter, MeterProvider, ObservableResult } from '@opentelemetry/api'
import type { Stats } from './deliver/stats.ts'
import { otelApi } from './otel-api.ts'

export interface MetricsSource {
  readonly stats: Stats
  /** An attribute of every measurement. The integration of the options, so of low cardinality; never that of an event. */
  readonly integration: string
}

type CountName = keyof Stats['counts']

interface Instrument { readonly name: string; readonly kind: 'counter' | 'gauge'; readonly unit: string; readonly description: string; readonly counts: readonly CountName[] }

const counter = (name: string, count: CountName, description: string): Instrument => ({ name, kind: 'counter', unit: '{record}', description, counts: [count] })

const instruments: readonly Instrument[] = [
  counter('audit.records.emitted', 'emitted', 'Records that the app made'),
  counter('audit.records.exported', 'accepted', 'Records that the collector has, with those that earlier processes left in the spool'),
  counter('audit.records.dropped', 'dropped', 'Records lost because there was no room; above 0 it is critical'),
  counter('blotter.records.refused', 'refused', 'Records that the collector will never take'),
  counter('blotter.records.spooled', 'spooled', 'Records written to the disk of this machine'),
  { name: 'audit.queue.depth', kind: 'gauge', unit: '{record}', description: 'Records in memory and in the spool that the collector does not have', counts: ['pending', 'spoolRecords'] },
  { name: 'blotter.spool.size', kind: 'gauge', unit: 'By', description: 'Bytes of the spool’s directory, all processes together', counts: ['spoolBytes'] },
]

export const integrationKey = 'blotter.integration'
export const outcomeKey = 'blotter.export.outcome'

const live = new Set<MetricsSource>()
/** Of audits that were closed: a counter must not fall. By integration, by name of the count. */
const ended = new Map<string, Map<CountName, number>>()

let provider: MeterProvider | undefined
let record: (durationSeconds: number, attributes: Record<string, string>) => void = () => {}

/** Returns what ends it, when the audit is closed and its counts are final. */
export function watchMetrics(source: MetricsSource): () => void {
  if (otelApi === undefined) return () => {}
  live.add(source)
  meet()
  setImmediate(meet).unref() // an app may start its SDK right after it created its audit
  const endExports = source.stats.onExport((durationMs, outcome) => {
    meet()
    record(durationMs / 1000, { [integrationKey]: source.integration, [outcomeKey]: outcome })
  })
  return function stop() {
    if (!live.delete(source)) return
    endExports()
    keep(source)
  }
}

function keep({ integration, stats }: MetricsSource): void {
  const kept = ended.get(integration) ?? new Map<CountName, number>()
  for (const { kind, counts: [name] } of instruments) if (kind === 'counter') kept.set(name!, (kept.get(name!) ?? 0) + stats.counts[name!])
  ended.set(integration, kept)
}

/** A meter provider may come later than the first audit, and be replaced: the API has no stand-in that passes on to it. */
function meet(): void {
  try {
    const current = otelApi!.metrics.getMeterProvider()
    if (current === provider) return
    provider = current
    register(current.getMeter('@blotter/sdk'))
  } catch {
    // a foreign meter must not cost an audit record
  }
}

function register(meter: Meter): void {
  for (const instrument of instruments) {
    const { name, kind, unit, description } = instrument
    const observable = kind === 'counter' ? meter.createObservableCounter(name, { unit, description }) : meter.createObservableGauge(name, { unit, description })
    observable.addCallback((result) => { observe(instrument, result) })
  }
  const histogram = meter.createHistogram('audit.export.duration', { unit: 's', description: 'One request to the collector' })
  record = (durationSeconds, attributes) => { histogram.record(durationSeconds, attributes) }
}

function observe({ kind, counts }: Instrument, result: ObservableResult): void {
  const sums = new Map<string, number>()
  const add = (integration: string, value: number): void => { sums.set(integration, (sums.get(integration) ?? 0) + value) }
  for (const { integration, stats } of live) for (const name of counts) add(integration, stats.counts[name])
  if (kind === 'counter') for (const [integration, kept] of ended) add(integration, kept.get(counts[0]!) ?? 0)
  for (const [integration, value] of sums) result.observe(value, { [integrationKey]: integration })
}

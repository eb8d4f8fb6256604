// Every metric, in one table. No label holds anything that a sender wrote: labels come from fixed lists, so that their
// number is bounded and nothing leaks through them.

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export interface Metrics {
  readonly registry: Registry
  /** received = kept + duplicate + rejected(reason) + failed(reason), on each path. */
  readonly received: Counter<'path'>
  readonly kept: Counter<'path'>
  readonly duplicate: Counter<'path'>
  readonly rejected: Counter<'path' | 'reason'>
  readonly failed: Counter<'path' | 'reason'>
  readonly refusedRequests: Counter<'path' | 'reason'>
  readonly redacted: Counter<'rule'>
  readonly ackSeconds: Histogram<'path'>
  readonly stepErrors: Counter<'step'>
  readonly stored: Counter
  readonly forwarded: Counter<'destination'>
  readonly erased: Counter
}

export interface Gauges {
  readonly journalBytes: () => number
  readonly journalIndex: () => number
  readonly journalFailed: () => number
  readonly steps: () => readonly { readonly name: string; readonly next: number }[]
  readonly sealedSize: () => number
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> =>
    new Counter({ name: `blotter_${name}`, help, labelNames, registers: [registry] })
  return {
    registry,
    received: counter('records_received_total', 'Records that arrived in a request whose body could be decoded.', ['path']),
    kept: counter('records_kept_total', 'Records that are durable in the journal and were acknowledged.', ['path']),
    duplicate: counter('records_duplicate_total', 'Records that were there already: acknowledged again, kept once.', ['path']),
    rejected: counter('records_rejected_total', 'Records that were refused, by reason.', ['path', 'reason']),
    failed: counter('records_failed_total', 'Records that could not be kept, by reason; their senders were told to send again.', ['path', 'reason']),
    refusedRequests: counter('requests_refused_total', 'Requests that were answered with an error, by its code.', ['path', 'reason']),
    redacted: counter('values_redacted_total', 'Values that the collector redacted, by rule.', ['rule']),
    ackSeconds: new Histogram({ name: 'blotter_ack_seconds', help: 'Time from a decoded request to its acknowledgement.', labelNames: ['path'], buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5], registers: [registry] }),
    stepErrors: counter('step_errors_total', 'Attempts of a background step that failed; it tries again.', ['step']),
    stored: counter('records_stored_total', 'Records inserted into the store.'),
    forwarded: counter('records_forwarded_total', 'Records delivered to a destination.', ['destination']),
    erased: counter('records_erased_total', 'Records deleted because they had been kept long enough.'),
  }
}

/** Gauges read the state of the parts when they are asked for. */
export function registerGauges({ registry }: Metrics, { journalBytes, journalIndex, journalFailed, steps, sealedSize }: Gauges): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name: `blotter_${name}`, help, registers: [registry], collect() { this.set(read()) } })
  }
  gauge('journal_bytes', 'Size of the journal on disk.', journalBytes)
  gauge('journal_next_index', 'One past the last durable entry.', journalIndex)
  gauge('journal_failed', '1 while the journal cannot be written: nothing is acknowledged.', journalFailed)
  gauge('log_size', 'Entries under the last signed checkpoint.', sealedSize)
  new Gauge({
    name: 'blotter_step_lag_records', help: 'Durable entries that a background step has not done yet.', labelNames: ['step'], registers: [registry],
    collect() { for (const { name, next } of steps()) this.set({ step: name }, Math.max(0, journalIndex() - next)) },
  })
}

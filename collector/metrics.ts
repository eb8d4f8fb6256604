// Every metric, in one table. No label holds anything that a sender wrote: labels come from fixed lists, so that their
// number is bounded and nothing leaks through them.

import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { journalProblems } from './journal/problem.ts'
import type { JournalProblem } from './journal/problem.ts'

export interface Metrics {
  readonly registry: Registry
  /** received = kept + duplicate + rejected(reason) + failed(reason), on each path. */
  readonly received: Counter<'path'>
  readonly kept: Counter<'path'>
  readonly duplicate: Counter<'path'>
  readonly rejected: Counter<'path' | 'reason'>
  readonly failed: Counter<'path' | 'reason'>
  readonly refusedRequests: Counter<'path' | 'reason'>
  readonly inFlightBytes: Gauge
  readonly keys: Gauge<'state'>
  readonly redacted: Counter<'rule'>
  readonly observed: Counter<'rule'>
  /** Results: collector/fingerprint/api.ts. */
  readonly lookUps: Counter<'result'>
  readonly fingerprintEpochs: Gauge<'state'>
  /** Of the Loki API. Results: collector/query/loki/question.ts. */
  readonly queries: Counter<'endpoint' | 'result'>
  readonly querySeconds: Histogram<'endpoint'>
  readonly queryRows: Counter
  readonly oldFingerprints: Counter
  readonly ackSeconds: Histogram<'path'>
  readonly stepErrors: Counter<'step'>
  readonly stored: Counter
  /** kept = forwarded + filtered + dead letters + queued, for each destination. */
  readonly forwarded: Counter<'destination'>
  readonly filtered: Counter<'destination'>
  readonly deadLettered: Counter<'destination' | 'reason'>
  readonly replayed: Counter<'destination'>
  readonly forwardRetries: Counter<'destination' | 'reason'>
  /** What gauges of destinations read when they are asked for. */
  readonly destinations: (() => DestinationGauges)[]
  readonly erased: Counter
  readonly tombstones: Counter
  readonly journalTorn: Counter
  readonly journalQuarantined: Counter
  /** Reasons: collector/listen/limits.ts. */
  readonly closedConnections: Counter<'reason'>
  readonly certificateReloadErrors: Counter
}

export interface DestinationGauges {
  readonly destination: string
  readonly lagSeconds: number
  readonly deadLetters: number
  readonly problem: string | null
}

export interface Gauges {
  readonly journalBytes: () => number
  readonly journalIndex: () => number
  readonly journalFailed: () => number
  /** Why it cannot be written, when it cannot. */
  readonly journalProblem?: () => JournalProblem | undefined
  readonly steps: () => readonly { readonly name: string; readonly next: number }[]
  readonly sealedSize: () => number
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const counter = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Counter<Label> =>
    new Counter({ name: `blotter_${name}`, help, labelNames, registers: [registry] })
  const destinations: Metrics['destinations'] = []
  const destinationGauge = (name: string, help: string, read: (gauges: DestinationGauges) => number): void => {
    new Gauge({ name: `blotter_forward_${name}`, help, labelNames: ['destination'], registers: [registry], collect() { for (const gauges of destinations.map((ask) => ask())) this.set({ destination: gauges.destination }, read(gauges)) } })
  }
  destinationGauge('lag_seconds', 'How long the oldest record that was tried has been waiting for a destination; 0 when it has caught up.', ({ lagSeconds }) => lagSeconds)
  destinationGauge('dead_letters', 'Records in the dead-letter file of a destination.', ({ deadLetters }) => deadLetters)
  destinationGauge('blocked', '1 while a destination waits for an operator: see blotter forward status.', ({ problem }) => (problem === null ? 0 : 1))
  return {
    registry,
    received: counter('records_received_total', 'Records that arrived in a request whose body could be decoded.', ['path']),
    kept: counter('records_kept_total', 'Records that are durable in the journal and were acknowledged.', ['path']),
    duplicate: counter('records_duplicate_total', 'Records that were there already: acknowledged again, kept once.', ['path']),
    rejected: counter('records_rejected_total', 'Records that were refused, by reason.', ['path', 'reason']),
    failed: counter('records_failed_total', 'Records that could not be kept, by reason; their senders were told to send again.', ['path', 'reason']),
    refusedRequests: counter('requests_refused_total', 'Requests that were answered with an error, by its code.', ['path', 'reason']),
    inFlightBytes: new Gauge({ name: 'blotter_in_flight_bytes', help: 'Bytes set aside for the bodies that are being worked on.', registers: [registry] }),
    keys: new Gauge({ name: 'blotter_keys', help: 'API keys by state: live, expires_soon and unused (which are live too), expired, revoked.', labelNames: ['state'], registers: [registry] }),
    redacted: counter('values_redacted_total', 'Values that the collector redacted, by rule.', ['rule']),
    observed: counter('values_observed_total', 'Values that a rule in observe mode would have redacted, by rule; they were kept as they are.', ['rule']),
    lookUps: counter('fingerprint_look_ups_total', 'Fingerprints of payloads that were asked for: answered, refused as guessable or malformed, limited because their key asked too often.', ['result']),
    fingerprintEpochs: new Gauge({ name: 'blotter_fingerprint_epochs', help: 'Epochs of the fingerprint keys by state: current, overlap, retired, destroyed.', labelNames: ['state'], registers: [registry] }),
    queries: counter('queries_total', 'Questions to the Loki API, by endpoint and how they ended: ok, refused, limited, cancelled, timeout, failed.', ['endpoint', 'result']),
    querySeconds: new Histogram({ name: 'blotter_query_seconds', help: 'Time that a question to the Loki API took, waiting for its turn included.', labelNames: ['endpoint'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60], registers: [registry] }),
    queryRows: counter('query_rows_total', 'Rows that questions to the Loki API read one by one.'),
    oldFingerprints: counter('old_fingerprints_total', 'Records that brought a fingerprint of an epoch that is not the current one: senders that do not have the new key.'),
    ackSeconds: new Histogram({ name: 'blotter_ack_seconds', help: 'Time from a decoded request to its acknowledgement.', labelNames: ['path'], buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5], registers: [registry] }),
    stepErrors: counter('step_errors_total', 'Attempts of a background step that failed; it tries again.', ['step']),
    stored: counter('records_stored_total', 'Records inserted into the store.'),
    forwarded: counter('records_forwarded_total', 'Records delivered to a destination.', ['destination']),
    filtered: counter('records_filtered_total', 'Records that the filter of a destination passed over.', ['destination']),
    deadLettered: counter('records_dead_lettered_total', 'Records that a destination will not take as they are, kept in its dead-letter file, by reason.', ['destination', 'reason']),
    replayed: counter('records_replayed_total', 'Dead letters that were delivered when they were sent again.', ['destination']),
    forwardRetries: counter('forward_retries_total', 'Deliveries that failed and are tried again, by the reason: a status, timeout, unreachable, tls, …', ['destination', 'reason']),
    destinations,
    tombstones: counter('tombstones_total', 'Entries that an erasure left in the log.'),
    erased: counter('records_erased_total', 'Records deleted because they had been kept long enough.'),
    journalTorn: counter('journal_torn_bytes_total', 'Bytes of torn writes, which were never acknowledged, cut off at the start.'),
    journalQuarantined: counter('journal_quarantined_bytes_total', 'Damaged bytes that no step needed any more, moved to journal/quarantine at the start.'),
    closedConnections: counter('connections_closed_total', 'Connections that were closed before their client did, by reason.', ['reason']),
    certificateReloadErrors: counter('certificate_reload_errors_total', 'Changed certificate files that could not be used; the old certificate stays.'),
  }
}

/** Gauges read the state of the parts when they are asked for. */
export function registerGauges({ registry }: Metrics, { journalBytes, journalIndex, journalFailed, journalProblem = () => undefined, steps, sealedSize }: Gauges): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name: `blotter_${name}`, help, registers: [registry], collect() { this.set(read()) } })
  }
  gauge('journal_bytes', 'Size of the journal on disk.', journalBytes)
  gauge('journal_next_index', 'One past the last durable entry.', journalIndex)
  gauge('journal_failed', '1 while the journal cannot be written: nothing is acknowledged.', journalFailed)
  new Gauge({
    name: 'blotter_journal_problem', help: '1 for the cause for which the journal cannot be written.', labelNames: ['cause'], registers: [registry],
    collect() { for (const cause of journalProblems) this.set({ cause }, journalProblem() === cause ? 1 : 0) },
  })
  gauge('log_size', 'Entries under the last signed checkpoint.', sealedSize)
  new Gauge({
    name: 'blotter_step_lag_records', help: 'Durable entries that a background step has not done yet.', labelNames: ['step'], registers: [registry],
    collect() { for (const { name, next } of steps()) this.set({ step: name }, Math.max(0, journalIndex() - next)) },
  })
}

/** The same for the port. `certificateExpiresSeconds`: only with TLS. */
export function registerPortGauges({ registry }: Metrics, connections: () => number, certificateExpiresSeconds?: () => number): void {
  new Gauge({ name: 'blotter_connections_open', help: 'Open connections.', registers: [registry], collect() { this.set(connections()) } })
  if (certificateExpiresSeconds === undefined) return
  new Gauge({ name: 'blotter_certificate_expires_seconds', help: 'Time until the certificate that is served expires; negative when it has. Only with TLS.', registers: [registry], collect() { this.set(certificateExpiresSeconds()) } })
}

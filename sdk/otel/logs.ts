// `blotterLogs`: one line in an app that already emits through OpenTelemetry. Each log record is redacted where it is,
// before any other processor has it; a copy goes to this machine's disk, and from there to the collector.

import type { Stats } from '../deliver/stats.ts'
import { AuditError } from '../errors.ts'
import type { WorkspaceKey } from '../keyring.ts'
import { watchMetrics } from '../metrics.ts'
import { realTiming } from '../time.ts'
import type { Timing } from '../time.ts'
import { atEnd } from './at-end.ts'
import { checkDirectory } from './directory.ts'
import { createPluginKey } from './fingerprint-key.ts'
import { createGapEntry } from './gap-entry.ts'
import { createLanes } from './lanes.ts'
import type { Lanes } from './lanes.ts'
import type { EmittedLogRecord } from './log-record.ts'
import { withEnvelope } from './log-record.ts'
import { checkLogsOptions } from './logs-check.ts'
import type { CheckedLogsOptions, LogsOptions } from './logs-options.ts'
import { createRedactStep } from './redact.ts'
import { createReports } from './reports.ts'
import type { Reports } from './reports.ts'
import { createSendExport } from './send-export.ts'
import { createSendRequest } from './send-request.ts'
import { entryOf } from './spool-text.ts'
import { within } from './within.ts'

export interface LogsStatus {
  /** Log records taken from the app. */
  readonly emitted: number
  /** The collector, or the exporter, has them. With those that earlier processes left in the spool. */
  readonly accepted: number
  /** It never will; they lie in the spool's file of refused records. */
  readonly refused: number
  /** Lost, and told. */
  readonly dropped: number
  /** Records that could not be redacted, and were delivered without their content. */
  readonly wiped: number
  /** In memory alone. */
  readonly unsaved: number
  /** On this machine's disk, and not delivered. */
  readonly spooled: number
  readonly spoolBytes: number
  readonly lastProblem?: AuditError
}

/** Structurally a LogRecordProcessor of sdk-logs, 2.x and 3.x. */
export interface BlotterLogs {
  onEmit(logRecord: EmittedLogRecord, context?: unknown): void
  /**
   * Resolves when everything emitted so far is delivered. Rejects after `flushTimeoutMs` with DEADLINE when some is not,
   * which is then on disk and delivered later, and with REFUSED when a record was refused since the last flush.
   */
  forceFlush(): Promise<void>
  /**
   * Takes no more, and delivers for `flushTimeoutMs` at most. Resolves when everything is delivered or safe on disk, where
   * the next start of the service finds it; rejects when a record is lost.
   */
  shutdown(): Promise<void>
  status(): LogsStatus
}

/**
 * Redacts, fingerprints and durably delivers every log record of an app. Put it before other processors. Throws
 * INVALID_OPTIONS with every problem, and SPOOL_FAILED when a directory that was named cannot be used.
 *
 * @example
 * new NodeSDK({ logRecordProcessors: [blotterLogs({ integration: 'stripe' })] }).start()
 */
export function blotterLogs(options: LogsOptions): BlotterLogs {
  return blotterLogsWith(checkLogsOptions(options), realTiming)
}

/** For tests: with other timers. */
export function blotterLogsWith(options: CheckedLogsOptions, timing: Timing): BlotterLogs {
  const { flushTimeoutMs, exporter } = options
  const reports = createReports(options.onProblem)
  for (const note of options.notes) reports.problem(new AuditError('INVALID_OPTIONS', note))
  const spool = checkDirectory(options.spool, reports)
  const key = createPluginKey(options, spool?.directory, timing)
  const current = (): WorkspaceKey | undefined => key.current
  const step = createRedactStep(options, current)
  const aborter = new AbortController()
  const send = options.exporter === undefined ? createSendRequest({ ...options, timing, signal: aborter.signal }) : createSendExport(options.exporter, timing)
  const lanes = createLanes({ spool, send, maxBatch: options.maxBatch, timing, reports, gapEntry: createGapEntry(options.integration, current), redactResource: step.resource })
  key.want()
  reports.stats.onExport((_, outcome) => { if (outcome === 'success') key.want() })
  const stopMetrics = watchMetrics({ stats: withGauges(reports.stats, lanes), integration: options.integration })
  const takeBack = atEnd({ hold: () => (lanes.unsaved > 0 ? within(flushTimeoutMs, lanes.delivered(), timing) : undefined), save: () => lanes.closeSync() })
  let shut: Promise<void> | undefined

  async function shutdown(): Promise<void> {
    await within(flushTimeoutMs, lanes.delivered(), timing) // whether or not it was enough: the rest is on disk
    aborter.abort()
    const lost = await lanes.close()
    takeBack()
    stopMetrics()
    await exporter?.shutdown?.()
    if (lost > 0) throw new AuditError('SPOOL_FAILED', `${lost} log records are lost`)
  }

  return {
    onEmit(logRecord) {
      const redacted = step.take(logRecord)
      reports.stats.counts.emitted += 1
      if (shut !== undefined) return reports.dropped(1, new AuditError('CLOSED'))
      const record = withEnvelope(redacted, logRecord)
      lanes.of(logRecord.resource).add(entryOf(record), record)
    },
    forceFlush: () => flush(lanes, reports, flushTimeoutMs, timing),
    shutdown: () => (shut ??= shutdown()),
    status: () => statusOf(lanes, reports, step.wiped),
  }
}

/** Of one flush to the next. */
async function flush(lanes: Lanes, reports: Reports, timeoutMs: number, timing: Timing): Promise<void> {
  const refusedBefore = reports.toldRefused
  const done = await within(timeoutMs, lanes.delivered(), timing)
  const refused = reports.stats.counts.refused - refusedBefore
  reports.toldRefused += refused
  if (!done) throw new AuditError('DEADLINE', `${lanes.open} log records are not delivered, ${lanes.unsaved} of them in memory alone`)
  if (refused > 0) throw new AuditError('REFUSED', `${refused} log records`)
}

function withGauges(stats: Stats, lanes: Lanes): Stats {
  return { ...stats, get counts() { return { ...stats.counts, pending: lanes.unsaved, spoolRecords: lanes.spooled, spoolBytes: lanes.spoolBytes } } }
}

function statusOf(lanes: Lanes, { stats: { counts }, lastProblem }: Reports, wiped: number): LogsStatus {
  const { emitted, accepted, refused, dropped } = counts
  return { emitted, accepted, refused, dropped, wiped, unsaved: lanes.unsaved, spooled: lanes.spooled, spoolBytes: lanes.spoolBytes, ...(lastProblem === undefined ? {} : { lastProblem }) }
}

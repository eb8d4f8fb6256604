// What became of log records, counted and told. Nobody who emits a log record gets an answer, so that what goes wrong is
// told here: to `onProblem`, or as a process warning.

import type { AuditError } from '../errors.ts'
import { createStats } from '../deliver/stats.ts'
import type { ExportOutcome, WritableStats } from '../deliver/stats.ts'

export interface Reports {
  readonly stats: WritableStats
  readonly lastProblem: AuditError | undefined
  /** Refused records of which a flush has told. */
  toldRefused: number
  accepted(this: void, count: number): void
  refused(this: void, count: number, why: AuditError): void
  dropped(this: void, count: number, why: AuditError): void
  /** Nothing is lost by it yet. */
  problem(this: void, problem: AuditError): void
  attempted(this: void, durationMs: number, outcome: ExportOutcome): void
}

export function createReports(onProblem: (problem: AuditError) => void = warn): Reports {
  const stats = createStats()
  const { counts } = stats
  let lastProblem: AuditError | undefined
  let dropping = false

  function problem(error: AuditError): void {
    lastProblem = error
    try {
      onProblem(error)
    } catch {
      warn(error) // it must not cost the records behind this one
    }
  }

  return {
    stats,
    toldRefused: 0,
    get lastProblem() { return lastProblem },
    accepted(count) {
      counts.accepted += count
      dropping = false
    },
    refused(count, why) {
      counts.refused += count
      problem(why)
    },
    dropped(count, why) {
      counts.dropped += count
      if (!dropping) problem(why) // once: there may be thousands of them
      dropping = true
    },
    problem,
    attempted: (durationMs, outcome) => { stats.exported(durationMs, outcome) },
  }
}

export function warn({ message, code, reason, recordId }: AuditError): void {
  const details = [...(reason === undefined ? [] : [reason]), ...(recordId === undefined ? [] : [`record ${recordId.replace(/[^\w.:-]/g, '?').slice(0, 128)}`])]
  process.emitWarning(`log records of OpenTelemetry: ${message}${details.length === 0 ? '' : ` (${details.join(', ')})`}`, { type: 'AuditWarning', code })
}

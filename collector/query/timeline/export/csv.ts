// For a spreadsheet: RFC 4180, and no cell that a spreadsheet would run. What starts as a formula gets an apostrophe in
// front, which spreadsheets take as "this is text".

import { milestoneNames, momentsOf, outcomeOf, reasonThere, shortcomings } from './story.ts'
import type { Gap, TimelineRecordView } from '../answer.ts'
import type { Exporter } from './exporter.ts'

const columns = [
  'kind', 'occurred_at', 'stored_at', 'integration', 'actor', 'actor_type', 'event', 'action', 'target', 'target_type', 'outcome', 'reason', 'error_type', 'attempt', 'duration_ms',
  'request_id', 'trace_id', 'session_id', 'delivery_id', 'idempotency_key', 'fingerprint', 'folded', 'folded_from', 'folded_to', 'milestones', 'found_by', 'depth', 'environment', 'record_id',
] as const

type Row = Partial<Record<(typeof columns)[number], string | number | undefined>>

export const csv: Exporter = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  * write(answer) {
    yield csvLine(columns)
    for (const moment of momentsOf(answer)) yield rowLine(moment.kind === 'record' ? recordRow(moment.record) : gapRow(moment.gap))
    for (const note of shortcomings(answer)) yield rowLine({ kind: 'note', reason: note })
  },
}

function recordRow(record: TimelineRecordView): Row {
  const { folded } = record
  return {
    kind: 'record', occurred_at: record.occurredAt, stored_at: record.storedAt, integration: record.integration, actor: record.actor.id, actor_type: record.actor.type,
    event: record.event, action: record.action, target: record.target.id, target_type: record.target.type, outcome: outcomeOf(record), reason: record.reason, error_type: record.errorType,
    attempt: record.attempt, duration_ms: record.durationMs, request_id: record.requestId, trace_id: record.traceId, session_id: record.sessionId, delivery_id: record.deliveryId,
    idempotency_key: record.idempotencyKey, fingerprint: record.fingerprint, folded: folded?.count, folded_from: folded?.firstOccurredAt, folded_to: folded?.lastOccurredAt,
    milestones: record.milestones?.map((kind) => milestoneNames[kind]).join('; '), found_by: reasonThere(record) || 'question', depth: record.depth, environment: record.environment, record_id: record.id,
  }
}

function gapRow({ integration, from, to, kind, minutes, expectedMinutes, missing }: Gap): Row {
  const reason = kind === 'missing' ? `${missing ?? 'some'} numbered records are missing until ${to}` : `no record for ${minutes} min until ${to}; usually every ${expectedMinutes} min`
  return { kind: 'gap', occurred_at: from, integration, reason }
}

function rowLine(row: Row): string {
  return csvLine(columns.map((column) => row[column]))
}

export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/** Control characters other than line breaks and tabs have no place in a CSV file; NUL ends it for some readers. */
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Surrogate}/gu

function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = guardFormula(value.replace(control, '·'))
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Also after blanks, which some spreadsheets skip, and in the wide forms that they take for the narrow ones. */
function guardFormula(text: string): string {
  return /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(text) ? `'${text}` : text
}

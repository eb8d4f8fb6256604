// For Timesketch, which wants `message`, `datetime` and `timestamp_desc` of every event and takes further columns as they
// come. `timestamp` is in microseconds. Silences are events too, so that they stand in the sketch.

import { csvLine } from './csv.ts'
import { line } from './ndjson.ts'
import { milestoneNames, momentsOf, outcomeOf, reasonThere, targetOf } from './story.ts'
import { gapText } from './markdown.ts'
import { oneLine } from './text.ts'
import type { Gap, TimelineAnswer, TimelineRecordView } from '../answer.ts'
import type { Exporter } from './exporter.ts'

const columns = ['message', 'timestamp', 'datetime', 'timestamp_desc', 'integration', 'actor', 'actor_type', 'event', 'action', 'target', 'target_type', 'outcome', 'reason', 'request_id', 'trace_id', 'session_id', 'delivery_id', 'idempotency_key', 'fingerprint', 'stored_at', 'folded', 'found_by', 'record_id', 'tag'] as const

type Sketched = Partial<Record<(typeof columns)[number], string | number | readonly string[] | undefined>>

export const timesketch: Exporter = {
  contentType: 'text/csv; charset=utf-8; header=present',
  extension: 'csv',
  * write(answer) {
    yield csvLine(columns)
    for (const event of eventsOf(answer)) yield csvLine(columns.map((column) => flat(event[column])))
  },
}

export const timesketchJsonl: Exporter = {
  contentType: 'application/x-ndjson',
  extension: 'jsonl',
  * write(answer) {
    for (const event of eventsOf(answer)) yield line(event)
  },
}

function flat(value: Sketched[keyof Sketched]): string | number | undefined {
  return typeof value === 'object' ? JSON.stringify(value) : value
}

function* eventsOf(answer: TimelineAnswer): Generator<Sketched> {
  for (const moment of momentsOf(answer)) yield moment.kind === 'record' ? recordEvent(moment.record) : gapEvent(moment.gap)
}

function recordEvent(record: TimelineRecordView): Sketched {
  const { folded } = record
  const why = record.reason ?? record.errorType
  const times = folded === undefined ? '' : ` (×${folded.count + 1})`
  return {
    message: oneLine(`${record.integration}: ${record.actor.id} ${record.action} ${targetOf(record)} → ${outcomeOf(record)}${times}${why === undefined ? '' : `: ${why}`}`),
    ...timesOf(record.occurredAt), timestamp_desc: 'Record occurred', integration: record.integration, actor: record.actor.id, actor_type: record.actor.type, event: record.event,
    action: record.action, target: record.target.id, target_type: record.target.type, outcome: outcomeOf(record), reason: record.reason, request_id: record.requestId, trace_id: record.traceId,
    session_id: record.sessionId, delivery_id: record.deliveryId, idempotency_key: record.idempotencyKey, fingerprint: record.fingerprint, stored_at: record.storedAt, folded: folded?.count,
    found_by: reasonThere(record) || 'question', record_id: record.id, tag: record.milestones?.map((kind) => milestoneNames[kind].replaceAll(' ', '-')),
  }
}

function gapEvent(gap: Gap): Sketched {
  return { message: oneLine(`${gap.integration}: ${gapText(gap)}, until ${gap.to}`), ...timesOf(gap.from), timestamp_desc: gap.kind === 'missing' ? 'Numbers missing' : 'Silence began', integration: gap.integration, tag: ['gap'] }
}

function timesOf(time: string): Pick<Sketched, 'timestamp' | 'datetime'> {
  const fraction = (time.slice(20, -1) + '000000').slice(0, 6)
  return { timestamp: Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(fraction), datetime: `${time.slice(0, 19)}.${fraction}+00:00` }
}

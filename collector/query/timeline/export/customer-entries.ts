// What a customer may be told: when, what kind of thing, by whom as a role, and how it ended. It is built up from what is
// allowed, not stripped down from what is there: an integration, a field or a word that nobody released is not in it.

import { rolesOf } from './roles.ts'
import { oneLine } from './text.ts'
import { outcomeOf } from './story.ts'
import type { TimelineAnswer, TimelineRecordView } from '../answer.ts'
import type { CustomerField, ExportOptions } from './exporter.ts'

export interface CustomerEntry {
  readonly time: string
  readonly until?: string
  readonly what: string
  readonly by: string
  readonly result: string
  /** How many steps or attempts it stands for. */
  readonly steps: number
  readonly mark?: string
  readonly attempt?: number
  readonly duration?: number
  readonly error?: string
  readonly reason?: string
  readonly target?: string
}

const results: Readonly<Record<string, string>> = { success: 'completed', failure: 'failed', denied: 'refused' }
const marks: Readonly<Record<string, string>> = { first_failure: 'problem began', first_success_after: 'working again' }

export function* entriesOf({ records }: TimelineAnswer, { share = [], fields = [] }: ExportOptions): Generator<CustomerEntry> {
  const shared = new Set(share)
  const isShared = ({ integration }: TimelineRecordView): boolean => shared.has(integration)
  const theirs = records.filter(({ event }) => !isOwn(event))
  const roles = rolesOf(theirs.filter(isShared))
  let inside: TimelineRecordView[] = []
  for (const record of theirs) {
    if (inside.length > 0 && (isShared(record) || isTurn(record, inside.at(-1)!))) { // a change of outcome is never folded away
      yield internal(inside)
      inside = []
    }
    if (isShared(record)) yield told(record, roles(record), fields)
    else inside.push(record)
  }
  if (inside.length > 0) yield internal(inside)
}

/** What Blotter noted about itself is not the customer's story. */
function isOwn(event: string): boolean {
  return event.startsWith('blotter.')
}

function isTurn(record: TimelineRecordView, before: TimelineRecordView): boolean {
  return (outcomeOf(record) === 'success') !== (outcomeOf(before) === 'success')
}

function internal(records: readonly TimelineRecordView[]): CustomerEntry {
  const ok = outcomeOf(records[0]!) === 'success'
  return {
    time: secondOf(records[0]!.occurredAt), ...untilOf(records[0]!, records.at(-1)!), what: 'internal processing', by: 'our systems', result: ok ? 'completed' : 'failed',
    steps: records.reduce((sum, record) => sum + stepsOf(record), 0), ...markOf(records),
  }
}

function told(record: TimelineRecordView, role: string, fields: readonly CustomerField[]): CustomerEntry {
  const has = new Set(fields)
  return {
    time: secondOf(record.occurredAt), ...untilOf(record, record), what: `${record.integration}: ${words(record.event) ?? 'activity'}`, by: role,
    result: results[outcomeOf(record)] ?? 'unknown', steps: stepsOf(record), ...markOf([record]),
    ...(has.has('attempt') && record.attempt !== undefined ? { attempt: record.attempt } : {}),
    ...(has.has('duration') && record.durationMs !== undefined ? { duration: record.durationMs } : {}),
    ...(has.has('error') && words(record.errorType ?? '') !== undefined ? { error: words(record.errorType!)! } : {}),
    ...(has.has('target') && words(record.target.type) !== undefined ? { target: words(record.target.type)! } : {}),
    ...(has.has('reason') && record.reason !== undefined ? { reason: withoutIds(record.reason, record) } : {}),
  }
}

function stepsOf({ folded }: TimelineRecordView): number {
  return 1 + (folded?.count ?? 0)
}

function untilOf(first: TimelineRecordView, last: TimelineRecordView): { readonly until?: string } {
  const until = secondOf(last.folded?.lastOccurredAt ?? last.occurredAt)
  return until <= secondOf(first.occurredAt) ? {} : { until }
}

function markOf(records: readonly TimelineRecordView[]): { readonly mark?: string } {
  const mark = records.flatMap(({ milestones = [] }) => milestones.flatMap((kind) => marks[kind] ?? []))[0]
  return mark === undefined ? {} : { mark }
}

/** Seconds, UTC: more would tell how our systems run. */
function secondOf(time: string): string {
  return `${time.slice(0, 19)}Z`
}

/** `payment.capture` → `payment capture`. What is not made of words alone might hold an id. */
function words(name: string): string | undefined {
  return /^[A-Za-z]+(?:[._ -][A-Za-z]+)*$/.test(name) && name.length <= 60 ? name.replaceAll(/[._-]/g, ' ') : undefined
}

/** Free text, without the names and ids of its record and without anything that has the look of one. */
function withoutIds(text: string, record: TimelineRecordView): string {
  const own = [record.actor.id, record.target.id, record.source?.id, record.requestId, record.sessionId, record.deliveryId, record.idempotencyKey, record.traceId, record.id, record.workspace]
    .filter((id) => id !== undefined && id.length > 1) as string[]
  const named = own.sort((a, b) => b.length - a.length).reduce((rest, id) => rest.replaceAll(id, '[…]'), oneLine(text))
  return named.replace(/[^\s,;()"'“”]+/gu, (word) => (looksLikeId(word) ? '[…]' : word))
}

function looksLikeId(word: string): boolean {
  return /[@_/\\]|\d{4}|\.\w+\.|[0-9a-f]{8}/i.test(word) || (/\d/.test(word) && /[a-z]/i.test(word) && word.length > 3)
}

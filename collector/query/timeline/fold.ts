// Attempts of one delivery and repeats of one failure stand behind the first of them, so that a story of five things that
// were tried forty times reads as five lines. A run ends where anything about it changes: its outcome, its error, or that
// the same thing worked in between; and whatever is a milestone stands for itself.

import { fields, text } from '@blotter/processors'
import { rfc3339 } from '../view.ts'
import { keyOfRecord, recordIdOf } from './story.ts'
import type { FieldName } from '@blotter/processors'
import type { Folded } from './answer.ts'
import type { TimelineRecord } from './story.ts'

export interface FoldedRecord { readonly record: TimelineRecord; readonly folded?: Folded }

interface Run { readonly head: TimelineRecord; readonly members: TimelineRecord[]; readonly sign: string; readonly attempt: string | undefined; attempts: boolean; ended: boolean; lastNano: bigint }

/** Repeats that are further apart are not one go at it. Attempts may be: who delivers waits longer each time. */
const repeatNano = 5n * 60n * 1_000_000_000n
const mostIds = 100

/** `records`: in order. `standing`: keys of records that stand for themselves. */
export function fold(records: readonly TimelineRecord[], standing: ReadonlySet<string>): FoldedRecord[] {
  const runs: Run[] = []
  const open = new Map<string, Run>()
  for (const found of records) {
    const signs = signsOf(found)
    const run = standing.has(keyOfRecord(found)) ? undefined : runFor(found, signs, open)
    if (run === undefined) runs.push(begin(found, signs, open))
    else join(run, found, signs, open)
  }
  return runs.map((run) => (run.members.length === 0 ? { record: run.head } : { record: run.head, folded: foldedOf(run) }))
}

function runFor({ record: { timeUnixNano } }: TimelineRecord, { subject, attempt, sign, repeats }: Signs, open: Map<string, Run>): Run | undefined {
  const byAttempt = attempt === undefined ? undefined : open.get(attempt)
  const bySubject = open.get(subject)
  if (byAttempt !== undefined && byAttempt.sign !== sign) byAttempt.ended = true
  if (bySubject !== undefined && bySubject.sign !== sign && !isPure(bySubject)) bySubject.ended = true // another delivery that went well says nothing of this one
  if (byAttempt?.ended === false) return byAttempt
  return repeats && bySubject?.ended === false && bySubject.sign === sign && timeUnixNano - bySubject.lastNano <= repeatNano ? bySubject : undefined
}

/** Attempts of one delivery, and nothing else. */
function isPure({ attempt, attempts }: Run): boolean {
  return attempts && attempt !== undefined
}

function begin(head: TimelineRecord, { subject, attempt, sign }: Signs, open: Map<string, Run>): Run {
  const run: Run = { head, members: [], sign, attempt, attempts: true, ended: false, lastNano: head.record.timeUnixNano }
  open.set(subject, run)
  if (attempt !== undefined) open.set(attempt, run)
  return run
}

function join(run: Run, found: TimelineRecord, { attempt }: Signs, open: Map<string, Run>): void {
  run.members.push(found)
  run.attempts &&= attempt !== undefined && attempt === run.attempt
  run.lastNano = found.record.timeUnixNano
  if (attempt !== undefined) open.set(attempt, run)
}

interface Signs {
  /** Who does what to what. */
  readonly subject: string
  /** The same in one delivery or under one idempotency key. */
  readonly attempt: string | undefined
  /** How it went: equal within a run. */
  readonly sign: string
  /** Whether others of the same kind may be repeats of it. */
  readonly repeats: boolean
}

function signsOf({ record }: TimelineRecord): Signs {
  const value = (field: FieldName): string => text(record.attributes, fields[field].key)
  const subject = JSON.stringify([record.eventName, value('integration'), value('actorType'), value('actorId'), value('action'), value('targetType'), value('targetId')])
  const tie = value('deliveryId') !== '' ? `delivery ${value('deliveryId')}` : value('idempotencyKey') !== '' ? `key ${value('idempotencyKey')}` : undefined
  const repeats = value('outcome') === 'failure'
  const why = repeats ? [value('errorType'), tie === undefined || value('errorType') === '' ? value('reason') : ''] : []
  return { subject, attempt: tie === undefined ? undefined : `${subject} ${tie}`, sign: JSON.stringify([value('outcome'), value('decision'), ...why]), repeats }
}

function foldedOf({ head, members, attempts }: Run): Folded {
  return {
    kind: attempts ? 'attempts' : 'repeats',
    count: members.length,
    firstOccurredAt: rfc3339(head.record.timeUnixNano),
    lastOccurredAt: rfc3339(members.at(-1)!.record.timeUnixNano),
    recordIds: members.slice(0, mostIds).map(recordIdOf),
    outcomes: { [outcomeWord(head)]: members.length + 1 },
  }
}

function outcomeWord({ record: { attributes } }: TimelineRecord): string {
  return text(attributes, fields.decision.key) === 'deny' ? 'denied' : text(attributes, fields.outcome.key)
}

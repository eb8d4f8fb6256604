// The moments that a review asks for first: when it began to fail, when somebody could know, when it failed last, when
// it worked again.

import { fields, text } from '@blotter/processors'
import { rfc3339 } from '../view.ts'
import { integrationOf, isAlert, isFailure } from './engine.ts'
import { keyOfRecord, recordIdOf } from './story.ts'
import type { Milestone, MilestoneKind } from './answer.ts'
import type { TimelineRecord } from './story.ts'

export interface Milestones {
  readonly list: readonly Milestone[]
  /** By key of the record. */
  readonly kindsOf: ReadonlyMap<string, readonly MilestoneKind[]>
}

/** `story`: in order of occurrence. */
export function findMilestones(story: readonly TimelineRecord[]): Milestones {
  const firstFailure = story.find(isFailure)
  const lastFailure = story.findLast(isFailure)
  const found: [MilestoneKind, TimelineRecord | undefined][] = [
    ['first_failure', firstFailure],
    ['first_alert', story.find(isAlert)],
    ['last_failure', lastFailure === firstFailure ? undefined : lastFailure],
    ['first_success_after', lastFailure && story.slice(story.indexOf(lastFailure) + 1).find((record) => makesGood(record, lastFailure))],
  ]
  const there = found.filter((one): one is [MilestoneKind, TimelineRecord] => one[1] !== undefined).sort(([, a], [, b]) => story.indexOf(a) - story.indexOf(b))
  const beganNano = (firstFailure ?? there[0]?.[1])?.record.timeUnixNano ?? 0n
  return {
    list: there.map(([kind, found]) => ({ kind, recordId: recordIdOf(found), occurredAt: rfc3339(found.record.timeUnixNano), afterMs: Math.round(Number(found.record.timeUnixNano - beganNano) / 1e6) })),
    kindsOf: new Map([...Map.groupBy(there, ([, record]) => keyOfRecord(record))].map(([key, kinds]) => [key, kinds.map(([kind]) => kind)])),
  }
}

/** A success of the same action, at the same platform or with the same target: any other says nothing about what had failed. */
function makesGood(later: TimelineRecord, failed: TimelineRecord): boolean {
  const value = ({ record }: TimelineRecord, field: 'outcome' | 'action' | 'targetId'): string => text(record.attributes, fields[field].key)
  return value(later, 'outcome') === 'success' && value(later, 'action') === value(failed, 'action')
    && (integrationOf(later) === integrationOf(failed) || (value(failed, 'targetId') !== '' && value(later, 'targetId') === value(failed, 'targetId')))
}

// Who did what how often, how it ended, and the reasons given: for the part of a review that asks about people and programs.

import { outcomeOf } from './story.ts'
import type { TimelineRecordView } from '../answer.ts'

export interface ActorTally { readonly actor: string; readonly type: string; readonly deeds: readonly Deed[] }

export interface Deed { readonly what: string; readonly outcomes: readonly (readonly [string, number])[]; readonly reasons: readonly string[] }

/** A reader takes in no more than this. */
const mostReasons = 3

/** In the order in which they first appear. */
export function tallyActors(records: readonly TimelineRecordView[]): ActorTally[] {
  const actors = Map.groupBy(records, ({ actor }) => JSON.stringify([actor.id, actor.type]))
  return [...actors.values()].map((theirs) => ({ actor: theirs[0]!.actor.id, type: theirs[0]!.actor.type, deeds: deedsOf(theirs) }))
}

function deedsOf(records: readonly TimelineRecordView[]): Deed[] {
  return [...Map.groupBy(records, ({ action, target, integration }) => `${action} ${target.type} (${integration})`)].map(([what, same]) => ({
    what, outcomes: countOutcomes(same), reasons: [...new Set(same.flatMap(({ reason }) => (reason === undefined ? [] : [reason])))].slice(0, mostReasons),
  }))
}

/** Those that were folded count as well. */
function countOutcomes(records: readonly TimelineRecordView[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const record of records) {
    const outcomes = record.folded === undefined ? [[outcomeOf(record), 1] as const] : Object.entries(record.folded.outcomes)
    for (const [outcome, count] of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + count)
  }
  return [...counts]
}

// From a page of records to the answer: what is folded, missing, out of step, and what the reader may see of it.

import { maskedText } from '../access.ts'
import { rfc3339, viewOf } from '../view.ts'
import { integrationOf, readPage } from './engine.ts'
import { findGaps, gapLimits, missingNumbers } from './gaps.ts'
import { fold } from './fold.ts'
import { findMilestones } from './milestones.ts'
import { fieldsAsked } from './question.ts'
import { findSkew } from './skew.ts'
import type { LinkKind, RecordPlace, Scope, Snapshot, Store } from '../../store/store.ts'
import type { Mask } from '../access.ts'
import type { Completeness, TimelineAnswer, TimelineRecordView } from './answer.ts'
import type { Page, PagePosition, TimelineQuestion } from './engine.ts'
import type { FoldedRecord } from './fold.ts'
import type { Stretch } from './gaps.ts'
import type { Milestones } from './milestones.ts'
import type { TimelineRecord, Via } from './story.ts'

export interface Telling {
  readonly store: Store
  readonly scope: Scope
  readonly question: TimelineQuestion
  readonly position: PagePosition & { readonly asOf: Snapshot }
  readonly fold: boolean
  readonly mask: Mask | undefined
  readonly complete: boolean
  readonly drainedUpToNano: bigint
  readonly isSilent: (integration: string) => boolean
  /** The cursor of the page before this one. */
  readonly cursorOf: (older: RecordPlace, wide: boolean) => string
}

export interface Told {
  readonly answer: TimelineAnswer
  /** The records of the page, what was folded included. */
  readonly records: readonly TimelineRecord[]
}

export async function tell(telling: Telling): Promise<Told> {
  const { store, scope, question, position, mask } = telling
  const page = await readPage(store, scope, question, position)
  const milestones = findMilestones(page.story)
  const shown = shownStretch(question, page, position.asOf)
  const silences = shown === undefined ? [] : await findGaps(store, scope, shown, sourcesAsked(question, page), position.asOf)
  const folded: readonly FoldedRecord[] = telling.fold ? fold(page.records, new Set(milestones.kindsOf.keys())) : page.records.map((record) => ({ record }))
  const answer: TimelineAnswer = {
    records: folded.map((one) => recordView(one, milestones, mask)),
    gaps: [...missingNumbers(page.story), ...silences].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)),
    milestones: milestones.list,
    skew: findSkew(page.story),
    completeness: completenessOf(telling, page.records),
    notFollowed: page.notFollowed.map((link) => ({ ...link, id: shownId(link.link, link.id, mask) })),
    ...(page.stopped === undefined ? {} : { stopped: page.stopped }),
    ...(page.older === undefined ? {} : { older: telling.cursorOf(page.older, page.wide) }),
    truncated: page.older !== undefined,
    complete: telling.complete,
  }
  return { answer, records: page.records }
}

/** The window that was asked for; without one, or when it is too long for silence to mean anything, from the first record to the last. */
function shownStretch({ fromNano, toNano }: TimelineQuestion, { story, wide }: Page, { storedAtNano }: Snapshot): Stretch | undefined {
  const first = story[0]?.record.timeUnixNano, last = story.at(-1)?.record.timeUnixNano
  const now = storedAtNano
  const to = toNano === undefined || toNano > now ? now : toNano
  if (!wide && fromNano !== undefined && to > fromNano && to - fromNano <= gapLimits.mostNano) return { fromNano, toNano: to }
  return first === undefined || last === undefined ? undefined : { fromNano: first, toNano: last }
}

/** Whose silence matters: of a question for a window alone everybody's, else that of those who have a part in the story. */
function sourcesAsked({ all, integration, outcome, action, events, text }: TimelineQuestion, { story }: Page): readonly string[] | undefined {
  if (integration !== undefined) return [integration]
  const windowAlone = all.length === 0 && outcome === undefined && action === undefined && events === undefined && text === undefined
  return windowAlone ? undefined : [...new Set(story.map(integrationOf))]
}

function recordView({ record: found, folded }: FoldedRecord, milestones: Milestones, mask: Mask | undefined): TimelineRecordView {
  const { record, masked } = mask?.apply(found.record) ?? { record: found.record, masked: [] }
  const kinds = milestones.kindsOf.get(`${found.leafIndex} ${found.origin}`)
  return {
    ...viewOf({ ...found, record, via: shownVia(found.via, mask) }), depth: found.depth,
    ...(folded === undefined ? {} : { folded }), ...(kinds === undefined ? {} : { milestones: kinds }), ...(masked.length === 0 ? {} : { masked }),
  }
}

function shownVia(via: Via, mask: Mask | undefined): Via {
  return via.link === 'query' || via.link === 'watch' ? via : { ...via, id: shownId(via.link, via.id, mask) }
}

function shownId(link: LinkKind, id: string, mask: Mask | undefined): string {
  const hidden = mask?.hides(fieldsAsked[link])
  return hidden === undefined ? id : maskedText(hidden)
}

function completenessOf({ drainedUpToNano, isSilent }: Telling, records: readonly TimelineRecord[]): Completeness {
  const bySource = Map.groupBy(records, integrationOf)
  const newest = (times: readonly bigint[]): string => rfc3339(times.reduce((a, b) => (a > b ? a : b)))
  const sources = [...bySource].map(([integration, own]) => ({
    integration, newestOccurredAt: newest(own.map(({ record }) => record.timeUnixNano)), newestStoredAt: newest(own.map(({ storedAtNano }) => storedAtNano)), silent: isSilent(integration),
  }))
  return { drainedUpTo: rfc3339(drainedUpToNano), sources: sources.sort((a, b) => (a.integration < b.integration ? -1 : 1)) }
}

// What a story is made of: records, each with why it is there, in the order in which they happened.

import { linksOf } from '../../store/links.ts'
import type { FoundRecord, Link, LinkKind, RecordPlace } from '../../store/store.ts'

/**
 * Why a record is there: it matched the question itself, or it shares `link` `id` with the record `from`. `watch`: the
 * collector reported something about the integration `id`, which has records in the story.
 */
export type Via = { readonly link: 'query' } | { readonly link: LinkKind | 'watch'; readonly id: string; readonly from: string }

/** `depth`: how many links away from the question. */
export interface TimelineRecord extends FoundRecord { readonly via: Via; readonly depth: number }

export interface NotFollowed { readonly link: LinkKind; readonly id: string; readonly records: number }

export type Stopped = 'depth' | 'records' | 'time'

export interface Story {
  /** In order. */
  readonly records: readonly TimelineRecord[]
  readonly notFollowed: readonly NotFollowed[]
  readonly stopped?: Stopped
}

export function keyOfLink({ kind, id }: Link): string {
  return `${kind}:${id}`
}

/** Leaf indices begin anew in each log. */
export function keyOfRecord({ origin, leafIndex }: Pick<FoundRecord, 'origin' | 'leafIndex'>): string {
  return `${leafIndex} ${origin}`
}

export function recordIdOf({ record }: FoundRecord): string {
  return linksOf(record).find(({ kind }) => kind === 'record_id')?.id ?? ''
}

export function placeOf({ record, leafIndex, origin }: FoundRecord): RecordPlace {
  return { timeNano: record.timeUnixNano, leafIndex, origin }
}

/** In order of occurrence, then of the log, as the store orders them. */
export function comparePlaces(a: RecordPlace, b: RecordPlace): number {
  if (a.timeNano !== b.timeNano) return a.timeNano < b.timeNano ? -1 : 1
  return a.leafIndex - b.leafIndex || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : 0)
}

export function inOrder<Found extends FoundRecord>(records: Iterable<Found>): Found[] {
  return [...records].sort((a, b) => comparePlaces(placeOf(a), placeOf(b)))
}

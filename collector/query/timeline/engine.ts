// One page of a timeline. When the matches fit into one answer, the story is told from them, followed along their links,
// and pages are its parts; it is told anew for each page, from the same snapshot of the store, so that pages fit together
// whatever arrives meanwhile. When they do not fit, the question was for a stretch of the record rather than a story:
// pages are its matches, and no links are followed.

import { fields, text } from '@blotter/processors'
import { follow } from './follow.ts'
import { comparePlaces, inOrder, keyOfRecord, placeOf, recordIdOf } from './story.ts'
import type { RecordFilter, RecordPlace, Scope, Snapshot, Store } from '../../store/store.ts'
import type { Budget } from './follow.ts'
import type { NotFollowed, Stopped, Story, TimelineRecord } from './story.ts'

export interface TimelineQuestion extends Omit<RecordFilter, 'any' | 'before' | 'asOf'> {
  /** Records of a page at most. */
  readonly limit: number
  /** How many links away from the matches; 0 follows none. */
  readonly depth: number
}

/** Where a page ends, and of which moment of the store it speaks. */
export interface PagePosition { readonly asOf?: Snapshot; readonly before?: RecordPlace; /** Pages are matches, not parts of a story. */ readonly wide?: boolean }

export interface Page extends Story {
  /** Records of the whole story, in order; of a wide question those of the page. */
  readonly story: readonly TimelineRecord[]
  readonly wide: boolean
  /** Where the page before this one ends. Absent on the oldest. */
  readonly older?: RecordPlace
}

/** Records of a story, of which a page may be a part. */
export const storyRecords = 1000
/** After this no further links are looked up. */
const followMs = 2000

export async function readPage(store: Store, scope: Scope, question: TimelineQuestion, { asOf, before, wide = false }: PagePosition = {}, nowMs: () => number = () => performance.now()): Promise<Page> {
  const { limit, depth, ...conditions } = question
  const filter: RecordFilter = { ...conditions, any: [], ...(asOf === undefined ? {} : { asOf }) }
  const budget: Budget = { depth, records: Math.max(limit, storyRecords), deadlineMs: nowMs() + followMs, nowMs }
  const matches = await store.find(scope, wide && before !== undefined ? { ...filter, before } : filter, limit + 1)
  if (wide || matches.length > limit) return widePage(matches, limit, depth > 0)
  const story = await withAlerts(store, scope, await follow(store, scope, matches, question.all, asOf, budget), depth, asOf)
  return partOf(story, limit, before)
}

function widePage(matches: readonly Omit<TimelineRecord, 'via' | 'depth'>[], limit: number, related: boolean): Page {
  const records = matches.slice(-limit).map((match): TimelineRecord => ({ ...match, via: { link: 'query' }, depth: 0 }))
  const older = matches.length > limit ? { older: placeOf(records[0]!) } : {}
  return { records, story: records, wide: true, notFollowed: [], ...(related ? { stopped: 'records' as Stopped } : {}), ...older }
}

function partOf(story: Story, limit: number, before: RecordPlace | undefined): Page {
  const upTo = before === undefined ? story.records : story.records.filter((record) => comparePlaces(placeOf(record), before) < 0)
  const records = upTo.slice(-limit)
  return { ...story, records, story: story.records, wide: false, ...(upTo.length > limit ? { older: placeOf(records[0]!) } : {}) }
}

/** Events by which the collector reports that something is wrong. */
const alertEvents = ['blotter.alert.*', 'blotter.source.silent', 'blotter.sequence.gap', 'blotter.sequence.violation']

export function isAlert({ record: { eventName } }: Pick<TimelineRecord, 'record'>): boolean {
  return alertEvents.some((name) => (name.endsWith('*') ? eventName.startsWith(name.slice(0, -1)) : eventName === name))
}

export function isFailure(found: Pick<TimelineRecord, 'record'>): boolean {
  return text(found.record.attributes, fields.outcome.key) === 'failure' && !isAlert(found)
}

/** How long after its last record an alert may still be about a story; and how long after its first failure one is looked for at most. */
const alertNano = 15n * 60n * 1_000_000_000n
const alertsNano = 24n * 3600n * 1_000_000_000n
const mostAlerts = 100

/** What the collector reported meanwhile about the integrations of a story in which something failed. */
async function withAlerts(store: Store, scope: Scope, story: Story, depth: number, asOf: Snapshot | undefined): Promise<Story> {
  const failure = story.records.find(isFailure), last = story.records.at(-1)
  if (depth === 0 || failure === undefined || last === undefined) return story
  const fromNano = failure.record.timeUnixNano
  const toNano = last.record.timeUnixNano - fromNano > alertsNano ? fromNano + alertsNano : last.record.timeUnixNano + alertNano
  const alerts = await store.find(scope, { all: [], any: [], events: alertEvents, fromNano, toNano, ...(asOf === undefined ? {} : { asOf }) }, mostAlerts)
  const here = new Set(story.records.map(keyOfRecord))
  const sources = new Map([...story.records].reverse().map((found) => [integrationOf(found), recordIdOf(found)]))
  const added = alerts.filter((alert) => !here.has(keyOfRecord(alert)) && sources.has(integrationOf(alert)))
    .map((alert): TimelineRecord => ({ ...alert, depth: 1, via: { link: 'watch', id: integrationOf(alert), from: sources.get(integrationOf(alert))! } }))
  return added.length === 0 ? story : { ...story, records: inOrder([...story.records, ...added]) }
}

export function integrationOf({ record }: Pick<TimelineRecord, 'record'>): string {
  return text(record.attributes, fields.integration.key)
}

export type { NotFollowed }

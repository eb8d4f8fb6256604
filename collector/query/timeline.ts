// The timeline: from what someone has in hand (a request id, an actor, a fingerprint, a window) to the records that
// carry it, and on to those that share a request, a trace, a delivery or a payload with them, in order, each with the
// link that pulled it in.

import { linksOf } from '../store/links.ts'
import type { FoundRecord, Link, LinkKind, RecordFilter, Scope, Store } from '../store/store.ts'

export interface TimelineQuery extends Pick<RecordFilter, 'all' | 'integration' | 'fromNano' | 'toNano'> {
  /** Records at most, seeds and related together. */
  readonly limit: number
  /** Whether to follow links. */
  readonly related: boolean
}

/** Why a record is there: it matched the query itself, or it shares `kind` `id` with the record `from`. */
export type Via = { readonly link: 'query' } | { readonly link: LinkKind; readonly id: string; readonly from: string }

export interface TimelineRecord extends FoundRecord { readonly via: Via }

export interface Timeline {
  readonly records: readonly TimelineRecord[]
  /** More records match than the limit lets through; the newest are shown. */
  readonly truncated: boolean
  /** Links that too many records share to mean anything: named, not followed. */
  readonly notFollowed: readonly { readonly link: LinkKind; readonly id: string; readonly records: number }[]
}

/** Links that tie the records of one story. An actor or a target ties everything it ever touched. */
const followed: ReadonlySet<LinkKind> = new Set(['request_id', 'trace_id', 'delivery_id', 'idempotency_key', 'fingerprint'])

/** Steps away from the query: a request, the delivery behind it, the request that caused that. */
export const maxDepth = 3

/** A link shared by more records than this is a hub: a health check's fingerprint, a job's single request id. */
export const hubRecords = 1000

export async function timeline(store: Store, scope: Scope, query: TimelineQuery): Promise<Timeline> {
  const seeds = await store.find(scope, { ...query, any: [] }, query.limit + 1)
  const truncated = seeds.length > query.limit
  const found = new Map<number, TimelineRecord>()
  let level = seeds.slice(-query.limit)
  for (const seed of level) found.set(seed.leafIndex, { ...seed, via: { link: 'query' } })
  const known = new Set(query.all.map(keyOf))
  const notFollowed: { link: LinkKind; id: string; records: number }[] = []
  for (let depth = 0; query.related && depth < maxDepth && level.length > 0 && found.size < query.limit; depth += 1) {
    const fresh = freshLinks(level, known)
    const wanted = await withoutHubs(store, scope, [...fresh.values()].map(({ link }) => link), notFollowed)
    if (wanted.length === 0) break
    const reached = await store.find(scope, { all: [], any: wanted }, query.limit)
    level = reached.filter(({ leafIndex }) => !found.has(leafIndex)).slice(-(query.limit - found.size))
    for (const record of level) found.set(record.leafIndex, { ...record, via: viaOf(record, fresh) })
  }
  return { records: [...found.values()].sort(byOccurrence), truncated, notFollowed }
}

interface FreshLink { readonly link: Link; readonly from: string }

/** Links of these records that were not looked at yet, each with the record that has it. */
function freshLinks(records: readonly FoundRecord[], known: Set<string>): Map<string, FreshLink> {
  const fresh = new Map<string, FreshLink>()
  for (const { record } of records) {
    const links = linksOf(record)
    const from = links.find(({ kind }) => kind === 'record_id')?.id ?? ''
    for (const link of links) {
      const key = keyOf(link)
      if (!followed.has(link.kind) || known.has(key)) continue
      known.add(key)
      fresh.set(key, { link, from })
    }
  }
  return fresh
}

async function withoutHubs(store: Store, scope: Scope, links: readonly Link[], notFollowed: { link: LinkKind; id: string; records: number }[]): Promise<Link[]> {
  const counts = await store.count(scope, links)
  return links.filter((link, i) => {
    if (counts[i]! <= hubRecords) return counts[i]! > 1 // one record has it, and that one is here already
    notFollowed.push({ link: link.kind, id: link.id, records: counts[i]! })
    return false
  })
}

function viaOf({ record }: FoundRecord, fresh: ReadonlyMap<string, FreshLink>): Via {
  for (const link of linksOf(record)) {
    const source = fresh.get(keyOf(link))
    if (source !== undefined) return { link: link.kind, id: link.id, from: source.from }
  }
  throw new Error('BUG: a related record shares no link')
}

function keyOf({ kind, id }: Link): string {
  return `${kind}:${id}`
}

function byOccurrence(a: FoundRecord, b: FoundRecord): number {
  const difference = a.record.timeUnixNano - b.record.timeUnixNano
  return difference === 0n ? a.leafIndex - b.leafIndex : difference < 0n ? -1 : 1
}

// From the records that match a question to those that share a request, a trace, a delivery or a payload with them, and
// on to what those share, breadth-first. Each level asks the store twice at most: how many records each link has, and
// for the records of the links worth following.

import { linksOf } from '../../store/links.ts'
import { inOrder, keyOfLink, keyOfRecord, recordIdOf } from './story.ts'
import type { FoundRecord, Link, LinkKind, Scope, Snapshot, Store } from '../../store/store.ts'
import type { NotFollowed, Stopped, Story, TimelineRecord, Via } from './story.ts'

/** Links that tie the records of one story. An actor, a target or a session ties everything it ever touched. */
const followed: ReadonlySet<LinkKind> = new Set(['request_id', 'trace_id', 'delivery_id', 'idempotency_key', 'fingerprint'])

/** A link shared by more records than this is a hub: a health check's fingerprint, a job's single request id. */
export const hubRecords = 1000

/** Links looked at in one level: what a question to the store may name. */
const mostLinks = 10_000

export interface Budget {
  readonly depth: number
  /** Of the story, matches included. */
  readonly records: number
  /** Of `nowMs`; after it no further level is begun. */
  readonly deadlineMs: number
  readonly nowMs: () => number
}

/** `known`: links that the question names, whose records are here already. */
export async function follow(store: Store, scope: Scope, matches: readonly FoundRecord[], known: readonly Link[], asOf: Snapshot | undefined, budget: Budget): Promise<Story> {
  const found = new Map<string, TimelineRecord>(matches.map((match) => [keyOfRecord(match), { ...match, via: { link: 'query' }, depth: 0 }]))
  const seen = new Set(known.map(keyOfLink))
  const held = new Map<string, number>()
  const notFollowed: NotFollowed[] = []
  const ended = (stopped?: Stopped): Story => ({ records: inOrder(found.values()), notFollowed, ...(stopped === undefined ? {} : { stopped }) })
  let level: readonly FoundRecord[] = matches
  let full = false
  for (let depth = 1; level.length > 0 && budget.depth > 0; depth += 1) {
    if (budget.nowMs() > budget.deadlineMs) return ended('time')
    const { links, more } = freshLinks(level, seen, held)
    const counts = await store.count(scope, [...links.values()].map(({ link }) => link), asOf)
    const choice = choose([...links.values()], counts, held, budget.records - found.size, notFollowed)
    full ||= more || choice.full
    if (choice.wanted.length === 0) break
    if (depth > budget.depth) return ended('depth')
    const reached = await store.find(scope, { all: [], any: choice.wanted, ...(asOf === undefined ? {} : { asOf }) }, choice.records)
    level = reached.filter((record) => !found.has(keyOfRecord(record))).slice(-(budget.records - found.size))
    for (const record of level) found.set(keyOfRecord(record), { ...record, via: viaOf(record, links), depth })
  }
  return ended(full ? 'records' : undefined)
}

interface FreshLink { readonly link: Link; readonly from: string }

/** Links of these records that were not looked at yet, each with the first record that has it. `held` counts how many have it. */
function freshLinks(records: readonly FoundRecord[], seen: Set<string>, held: Map<string, number>): { readonly links: Map<string, FreshLink>; readonly more: boolean } {
  const links = new Map<string, FreshLink>()
  let more = false
  for (const found of records) {
    for (const link of linksOf(found.record)) {
      const key = keyOfLink(link)
      if (!followed.has(link.kind)) continue
      held.set(key, (held.get(key) ?? 0) + 1)
      if (seen.has(key)) continue
      if (links.size === mostLinks) { more = true; continue }
      seen.add(key)
      links.set(key, { link, from: recordIdOf(found) })
    }
  }
  return { links, more }
}

interface Choice { readonly wanted: readonly Link[]; readonly records: number; /** There was no room for some. */ readonly full: boolean }

/** The rarest first, each as a whole: a link half followed would look like a story that ended. */
function choose(fresh: readonly FreshLink[], counts: readonly number[], held: ReadonlyMap<string, number>, room: number, notFollowed: NotFollowed[]): Choice {
  const wanted: Link[] = []
  let records = 0, left = room, full = false
  const byCount = fresh.map(({ link }, i) => ({ link, count: counts[i]!, missing: counts[i]! - held.get(keyOfLink(link))! })).sort((a, b) => a.count - b.count)
  for (const { link, count, missing } of byCount) {
    if (missing <= 0) continue // all that have it are here
    if (count <= hubRecords && missing <= left) {
      wanted.push(link)
      records += count
      left -= missing
    } else {
      notFollowed.push({ link: link.kind, id: link.id, records: count })
      full ||= count <= hubRecords
    }
  }
  return { wanted, records, full }
}

function viaOf({ record }: FoundRecord, fresh: ReadonlyMap<string, FreshLink>): Via {
  for (const link of linksOf(record)) {
    const source = fresh.get(keyOfLink(link))
    if (source !== undefined) return { link: link.kind, id: link.id, from: source.from }
  }
  throw new Error('BUG: a related record shares no link')
}

// Clocks that disagree. Who asked and who answered leave records under one request or delivery: the longer of the two
// stretches encloses the shorter, whatever the clocks say, and that bounds by how much one is ahead of the other. A queue
// between the two would look the same; so an estimate counts only when the collector's clock, by which both were stored,
// agrees with it. Nothing is ever corrected by it: people are told, and judge for themselves.

import { fields, text } from '@blotter/processors'
import { integrationOf } from './engine.ts'
import type { Skew } from './answer.ts'
import type { TimelineRecord } from './story.ts'

interface Interval { readonly low: number; readonly high: number }

interface Times { readonly first: number; readonly last: number }

/** In milliseconds: what arrival times may differ by without meaning anything. */
const jitterMs = 250
/** Findings of an answer, the largest first. */
const mostSkews = 20
const mostSources = 50

export function findSkew(story: readonly TimelineRecord[]): Skew[] {
  const originNano = story[0]?.record.timeUnixNano ?? 0n
  const ms = (nano: bigint): number => Number(nano - originNano) / 1e6
  const bySource = new Map([...Map.groupBy(story, sourceOf)].slice(0, mostSources))
  const sources = [...bySource.keys()]
  /** How long records of a source take to arrive, at best: what is less by one clock than by the other is skew. */
  const delays = new Map([...bySource].map(([source, records]) => [source, Math.min(...records.map(({ record, storedAtNano }) => ms(storedAtNano) - ms(record.timeUnixNano)))]))
  const exchanges = [...Map.groupBy(story.flatMap((found) => tiesOf(found).map((tie) => ({ tie, found }))), ({ tie }) => tie).values()]
    .map((group) => new Map([...Map.groupBy(group.map(({ found }) => found), sourceOf)].map(([source, records]) => [source, timesOf(records.map(({ record }) => ms(record.timeUnixNano)))])))
    .filter((exchange) => exchange.size > 1)
  const pairs = sources.flatMap((reference, i) => sources.slice(i + 1).flatMap((source) => estimate(source, reference, exchanges, delays.get(reference)! - delays.get(source)!) ?? []))
  return [...pairs, ...aheadOfCollector(delays)].sort((a, b) => Math.abs(b.offsetMs) - Math.abs(a.offsetMs)).slice(0, mostSkews)
}

/** Records of one process go by one clock; where the process is not named, the integration stands for it. */
function sourceOf(found: TimelineRecord): string {
  return text(found.record.resource, 'service.name') || integrationOf(found)
}

function tiesOf({ record: { attributes } }: TimelineRecord): string[] {
  return ([fields.requestId, fields.deliveryId] as const).map(({ key }) => [key, text(attributes, key)] as const).filter(([, id]) => id !== '').map((tie) => tie.join(' '))
}

function timesOf(times: readonly number[]): Times {
  return { first: Math.min(...times), last: Math.max(...times) }
}

/** `byArrival`: the offset that the collector's clock suggests. */
function estimate(source: string, reference: string, exchanges: readonly ReadonlyMap<string, Times>[], byArrival: number): Skew | undefined {
  const intervals = exchanges.flatMap((exchange) => {
    const [own, other] = [exchange.get(source), exchange.get(reference)]
    return own === undefined || other === undefined || (own.first === own.last && other.first === other.last) ? [] : [intervalOf(own, other)]
  })
  if (intervals.length === 0) return undefined
  const low = Math.max(...intervals.map((interval) => interval.low)), high = Math.min(...intervals.map((interval) => interval.high))
  const offset = (low + high) / 2, uncertainty = (high - low) / 2
  if (low > high || Math.abs(offset) <= uncertainty) return undefined // they contradict each other, or equal clocks explain it
  return Math.abs(offset - byArrival) > uncertainty + jitterMs ? undefined : { source, reference, offsetMs: rounded(offset), uncertaintyMs: rounded(uncertainty), pairs: intervals.length }
}

/** What `own` may be ahead of `other`, so that the longer of the two encloses the shorter. */
function intervalOf(own: Times, other: Times): Interval {
  const bounds = [own.first - other.first, own.last - other.last]
  return { low: Math.min(...bounds), high: Math.max(...bounds) }
}

/** What happened after it was stored was dated by a clock that is ahead, by no less than that. */
function aheadOfCollector(delays: ReadonlyMap<string, number>): Skew[] {
  return [...delays].filter(([, delayMs]) => delayMs < -1).map(([source, delayMs]) => ({ source, reference: 'collector', offsetMs: rounded(-delayMs), uncertaintyMs: 0, pairs: 0 }))
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

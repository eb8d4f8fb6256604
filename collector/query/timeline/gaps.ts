// Silence. How long a source usually pauses is taken from the time around the one that is shown; a pause that is several
// times as long is a gap. What is usual is measured as whoever looks at a random moment would find it: of a source that
// speaks in bursts, the pause between two bursts is usual, not the one within a burst.

import { fields, integer, text } from '@blotter/processors'
import { rfc3339 } from '../view.ts'
import { integrationOf } from './engine.ts'
import type { Beat, RhythmQuestion, Scope, Snapshot, Store } from '../../store/store.ts'
import type { Gap } from './answer.ts'
import type { TimelineRecord } from './story.ts'

export interface Stretch { readonly fromNano: bigint; readonly toNano: bigint }

const minuteNano = 60_000_000_000n
const hourNano = 60n * minuteNano

export const gapLimits = {
  /** Within less than this no source has to speak; over more, nights and weekends would look like gaps. */
  leastNano: minuteNano, mostNano: 24n * hourNano,
  /** A pause this many times the usual one is a gap. */
  times: 5,
  /** From fewer records nobody can tell what is usual. */
  records: 10,
  /** Of an answer, the longest. */
  gaps: 100,
} as const

const steps = 600n

/** `integrations`: whose silence matters; undefined for all. */
export async function findGaps(store: Store, scope: Scope, shown: Stretch, integrations: readonly string[] | undefined, asOf: Snapshot | undefined): Promise<Gap[]> {
  const span = shown.toNano - shown.fromNano
  if (span < gapLimits.leastNano || span > gapLimits.mostNano || integrations?.length === 0) return []
  const before = clamp(3n * span, hourNano, 24n * hourNano)
  const from = shown.fromNano > before ? shown.fromNano - before : 0n
  const question: RhythmQuestion = { fromNano: from, toNano: shown.toNano, stepNano: (shown.toNano - from) / steps + 1n, ...(integrations === undefined ? {} : { integrations }), ...(asOf === undefined ? {} : { asOf }) }
  const bySource = Map.groupBy(await store.rhythm(scope, question), ({ integration }) => integration)
  const gaps = [...bySource].filter(([integration]) => integration !== 'blotter').flatMap(([integration, beats]) => silences(integration, beats, shown))
  return gaps.sort((a, b) => b.minutes - a.minutes).slice(0, gapLimits.gaps)
}

interface Pause extends Stretch { readonly lengthNano: number }

/** `beats`: of one source, in order. A pause that still lasts ends where what is shown does. */
export function silences(integration: string, beats: readonly Beat[], shown: Stretch): Gap[] {
  const records = beats.reduce((sum, beat) => sum + beat.records, 0)
  const last = beats.at(-1)
  if (last === undefined || records < gapLimits.records) return []
  const between = beats.slice(1).map((beat, i) => pause(beats[i]!.lastNano, beat.firstNano))
  const usual = usualPause(beats, between)
  return [...between, pause(last.lastNano, shown.toNano)]
    .filter(({ fromNano, toNano, lengthNano }) => toNano > shown.fromNano && fromNano < shown.toNano && lengthNano >= Math.max(gapLimits.times * usual, Number(minuteNano)))
    .map(({ fromNano, toNano, lengthNano }) => ({ kind: 'silence', integration, from: rfc3339(fromNano), to: rfc3339(toNano), minutes: minutes(lengthNano), expectedMinutes: minutes(usual) }))
}

function pause(fromNano: bigint, toNano: bigint): Pause {
  return { fromNano, toNano, lengthNano: Math.max(0, Number(toNano - fromNano)) }
}

/** The pause that a random moment falls into, in the middle of all such moments. Within a step the pauses are taken to be equal. */
function usualPause(beats: readonly Beat[], between: readonly Pause[]): number {
  const within = beats.filter(({ records }) => records > 1).map(({ records, firstNano, lastNano }) => ({ length: Number(lastNano - firstNano) / (records - 1), total: Number(lastNano - firstNano) }))
  const all = [...within, ...between.map(({ lengthNano }) => ({ length: lengthNano, total: lengthNano }))].sort((a, b) => a.length - b.length)
  const half = all.reduce((sum, { total }) => sum + total, 0) / 2
  let sum = 0
  for (const { length, total } of all) {
    sum += total
    if (sum >= half) return length
  }
  return 0
}

/** Numbers that never came, as the watch reported them: between their neighbours where those are in the story. */
export function missingNumbers(story: readonly TimelineRecord[]): Gap[] {
  const numbered = new Map(story.map((found) => [numberOf(found), found.record.timeUnixNano]))
  return story.filter(({ record }) => record.eventName === 'blotter.sequence.gap').map((found) => {
    const { attributes, timeUnixNano } = found.record
    const first = integer(attributes, 'blotter.sequence.first') ?? 0, last = integer(attributes, 'blotter.sequence.last') ?? 0
    const since = attributes['blotter.watch.since_unix_nano']
    const noticed = typeof since === 'bigint' ? since : timeUnixNano
    const stream = text(attributes, fields.targetId.key)
    const to = numbered.get(`${stream} ${last + 1}`) ?? noticed
    const from = numbered.get(`${stream} ${first - 1}`) ?? to
    return { kind: 'missing', integration: integrationOf(found), from: rfc3339(from < to ? from : to), to: rfc3339(to), minutes: minutes(Math.max(0, Number(to - from))), expectedMinutes: 0, missing: integer(attributes, 'blotter.sequence.missing') ?? last - first + 1 }
  })
}

function numberOf({ record: { attributes } }: TimelineRecord): string {
  return `${text(attributes, fields.sequenceStream.key)} ${text(attributes, fields.sequenceNumber.key)}`
}

function minutes(nano: number): number {
  return Math.round(nano / 6e8) / 100
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value
}

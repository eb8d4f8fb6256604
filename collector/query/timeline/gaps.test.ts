import { parseRecord } from '@blotter/processors'
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../../test/support/memory-store.ts'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { rfc3339 } from '../view.ts'
import { findGaps, gapLimits, missingNumbers, silences } from './gaps.ts'
import type { Beat } from '../../store/store.ts'
import type { Gap } from './answer.ts'
import type { TimelineRecord } from './story.ts'

const minute = 60_000_000_000n
const start = 1_764_000_000_000_000_000n
const minuteOf = (n: number): bigint => start + BigInt(Math.round(n * 60)) * 1_000_000_000n
const beats = (...minutes: number[]): Beat[] => minutes.map((n) => ({ integration: 'stripe', records: 1, firstNano: minuteOf(n), lastNano: minuteOf(n) }))
const every = (pause: number, from: number, to: number): number[] => Array.from({ length: Math.floor((to - from) / pause) + 1 }, (_, i) => from + i * pause)
const shown = { fromNano: minuteOf(0), toNano: minuteOf(60) }

test('17 minutes without a record from a source that speaks every two', () => {
  expect(silences('stripe', beats(...every(2, -60, 20), ...every(2, 37, 60)), shown)).toEqual<Gap[]>([{ kind: 'silence', integration: 'stripe', from: rfc3339(minuteOf(20)), to: rfc3339(minuteOf(37)), minutes: 17, expectedMinutes: 2 }])
})

test('a silence that lasts ends where what is shown does', () => {
  expect(silences('stripe', beats(...every(2, -60, 40)), shown)).toMatchObject([{ from: rfc3339(minuteOf(40)), to: rfc3339(minuteOf(60)), minutes: 20 }])
})

test('a pause of a few times the usual one is none, nor is one outside of what is shown', () => {
  expect(silences('stripe', beats(...every(2, -60, 20), ...every(2, 29, 60)), shown)).toEqual([])
  expect(silences('stripe', beats(...every(2, -120, -60), ...every(2, -30, 60)), shown)).toEqual([])
})

test('of a source that speaks in bursts the pause between two bursts is usual', () => {
  const bursts = every(5, -120, 60).map((n): Beat => ({ integration: 'cron', records: 10, firstNano: minuteOf(n), lastNano: minuteOf(n) + 1_000_000_000n }))
  expect(silences('cron', bursts, shown)).toEqual([])
})

test('of few records nobody can tell what is usual', () => {
  expect(silences('stripe', beats(...every(2, -16, -2)), shown)).toEqual([])
  expect(silences('stripe', [], shown)).toEqual([])
})

describe('asking the store', () => {
  const scope = { workspace: 'shop', environment: 'production' }
  const spoken = [...every(1, 0, 20), ...every(1, 40, 60)]
  const store = createMemoryStore([
    ...spoken.map((n, i) => storedRecord(i, at(n * 60, { 'blotter.integration': 'stripe' }))),
    ...every(1, 0, 60).map((n, i) => storedRecord(100 + i, at(n * 60, { 'blotter.integration': 'hubspot' }))),
  ])
  test('finds who was silent', async () => {
    expect(await findGaps(store, scope, shown, undefined, undefined)).toMatchObject([{ integration: 'stripe', minutes: 20, expectedMinutes: 1 }])
    expect(await findGaps(store, scope, shown, ['hubspot'], undefined)).toEqual([])
  })
  test('is spared for a moment, for days and for nobody', async () => {
    const calls = store.calls.length
    expect(await findGaps(store, scope, { fromNano: start, toNano: start + minute - 1n }, undefined, undefined)).toEqual([])
    expect(await findGaps(store, scope, { fromNano: start, toNano: start + gapLimits.mostNano + 1n }, undefined, undefined)).toEqual([])
    expect(await findGaps(store, scope, shown, [], undefined)).toEqual([])
    expect(store.calls).toHaveLength(calls)
  })
})

test('numbers that never came lie between their neighbours, where those are in the story', () => {
  const numbered = (i: number, second: number, number: number): TimelineRecord => found(i, second, { 'audit.sequence.stream_id': 's', 'audit.sequence.number': BigInt(number) })
  function found(i: number, second: number, attributes: Parameters<typeof at>[1], eventName = 'x'): TimelineRecord {
    const { canonical, ...stored } = storedRecord(i, at(second, { 'blotter.integration': 'stripe', ...attributes }, { eventName }))
    return { ...stored, record: parseRecord(canonical), via: { link: 'query' }, depth: 0 }
  }
  const gap = found(9, 600, { 'audit.target.id': 's', 'blotter.sequence.first': 5n, 'blotter.sequence.last': 7n, 'blotter.sequence.missing': 3n, 'blotter.watch.since_unix_nano': minuteOf(5) }, 'blotter.sequence.gap')
  expect(missingNumbers([numbered(0, 0, 4), numbered(1, 120, 8), gap])).toEqual([{ kind: 'missing', integration: 'stripe', from: rfc3339(minuteOf(0)), to: rfc3339(minuteOf(2)), minutes: 2, expectedMinutes: 0, missing: 3 }])
  expect(missingNumbers([gap])).toMatchObject([{ from: rfc3339(minuteOf(5)), to: rfc3339(minuteOf(5)), missing: 3 }])
})

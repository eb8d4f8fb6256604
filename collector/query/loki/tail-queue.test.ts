import { expect, test } from 'vitest'
import { createTailQueue } from './tail-queue.ts'
import type { Processed } from '../logql/pipeline.ts'

const none: Processed['stream'] = new Map()
const entry = (timeNano: bigint): Processed => ({ timeNano, line: String(timeNano), stream: none, metadata: none, parsed: none })
const times = (entries: readonly Processed[]): bigint[] => entries.map(({ timeNano }) => timeNano)

test('what is due comes in order of time, each once', () => {
  const queue = createTailQueue({ delayMs: 100 })
  queue.add(entry(3n), 0)
  queue.add(entry(1n), 50)
  queue.add(entry(2n), 120)
  expect(times(queue.take(99).entries)).toEqual([])
  expect(times(queue.take(150).entries)).toEqual([1n, 3n])
  expect(times(queue.take(1000).entries)).toEqual([2n])
  expect(queue.take(2000)).toEqual({ entries: [], dropped: [] })
})

test('a client that does not keep up loses the oldest, and is told', () => {
  const queue = createTailQueue({ delayMs: 0, most: 3 })
  for (let i = 1n; i <= 5n; i += 1n) queue.add(entry(i), 0)
  const { entries, dropped } = queue.take(0)
  expect([times(entries), times(dropped)]).toEqual([[3n, 4n, 5n], [1n, 2n]])
  expect(queue.take(0).dropped).toEqual([])
})

test('one message has so many entries and no more', () => {
  const queue = createTailQueue({ delayMs: 0 })
  for (let i = 0n; i < 1500n; i += 1n) queue.add(entry(i), 0)
  expect([queue.take(0).entries.length, queue.take(0).entries.length]).toEqual([1000, 500])
})

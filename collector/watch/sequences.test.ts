import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSequences } from './sequences.ts'
import type { Numbered, Sequences } from './sequences.ts'

const second = 1_000_000_000n
const record = (number: number, at: number, more: Partial<Numbered> = {}): Numbered => ({ workspace: 'shop', environment: 'production', integration: 'stripe', stream: 's1', number, end: false, storedAtNano: BigInt(at) * second, ...more })
const open = (fromStart = true): Sequences => createSequences([], { graceNano: 60n * second, fromStart })
const ranges = (sequences: Sequences, at: number): [number, number][] => sequences.due(BigInt(at) * second).map(({ first, last }) => [first, last])

test('a number that does not come is told once, after the grace time', () => {
  const sequences = open()
  for (const number of [1, 2, 5]) sequences.observe(record(number, 10))
  expect(ranges(sequences, 69)).toEqual([])
  expect(ranges(sequences, 70)).toEqual([[3, 4]])
  expect(ranges(sequences, 71)).toEqual([])
})

test('what comes in another order is no gap, whatever the order', () => {
  fc.assert(fc.property(fc.shuffledSubarray(Array.from({ length: 30 }, (_, i) => i + 1), { minLength: 30 }), (order) => {
    const sequences = open()
    for (const number of order) sequences.observe(record(number, 1))
    expect(ranges(sequences, 1000)).toEqual([])
  }))
})

test('exactly what never came is told, whatever the order and however often', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 120 }), (numbers) => {
    const sequences = open()
    for (const number of numbers) sequences.observe(record(number, 1))
    const missing = ranges(sequences, 1000).flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
    const seen = new Set(numbers)
    expect(missing.sort((a, b) => a - b)).toEqual(Array.from({ length: Math.max(...numbers) }, (_, i) => i + 1).filter((number) => !seen.has(number)))
  }))
})

test('a state that was written and read goes on as if nothing had happened', () => {
  const before = open()
  for (const number of [1, 4]) before.observe(record(number, 5))
  const after = createSequences(JSON.parse(JSON.stringify(before.state())) as ReturnType<Sequences['state']>, { graceNano: 60n * second, fromStart: true })
  after.observe(record(3, 6))
  expect(ranges(after, 100)).toEqual([[2, 2]])
})

test('a stream that began before anybody watched is followed from where it is', () => {
  const sequences = open(false)
  for (const number of [70, 72]) sequences.observe(record(number, 1))
  expect(ranges(sequences, 1000)).toEqual([[71, 71]])
})

test('a record after the end of its stream is told, and one that came late is not', () => {
  const sequences = open()
  for (const [number, end] of [[1, false], [3, true], [2, false]] as const) sequences.observe(record(number, 1, { end }))
  expect(sequences.due(0n)).toEqual([])
  sequences.observe(record(4, 2))
  expect(sequences.due(0n)).toMatchObject([{ kind: 'after_end', first: 4 }])
})

test('streams of other workspaces are other streams', () => {
  const sequences = open()
  sequences.observe(record(1, 1))
  sequences.observe(record(2, 1, { workspace: 'clinic' }))
  expect(sequences.due(1000n * second)).toMatchObject([{ workspace: 'clinic', first: 1, last: 1 }])
})

test('the number of streams is bounded, and a finished one is forgotten after a day', () => {
  const sequences = open()
  for (let i = 0; i < 10_010; i += 1) sequences.observe(record(1, 1, { stream: `s${i}` }))
  expect(sequences.size).toBe(10_000)
  sequences.due(100_000n * second)
  expect(sequences.size).toBe(0)
})

import { expect, test } from 'vitest'
import { createProgress } from './progress.ts'

test('everything acknowledged by now is there when the store has caught up, else by the last time that it is past', () => {
  const state = { durable: 0, stored: 0, now: 100n }
  const progress = createProgress({ origin: 'test', durableIndex: () => state.durable, storedIndex: () => state.stored, nowNano: () => state.now })
  const step = (changes: Partial<typeof state>): bigint => { Object.assign(state, changes); const upTo = progress.drainedUpToNano(); progress.mark(); return upTo }
  expect(step({})).toBe(100n)
  expect(step({ durable: 10, stored: 10, now: 200n })).toBe(200n)
  expect(step({ durable: 20, now: 300n })).toBe(200n)
  expect(step({ durable: 30, now: 400n })).toBe(200n)
  expect(step({ stored: 19, now: 450n })).toBe(200n)
  expect(step({ stored: 20, now: 500n })).toBe(300n)
  expect(step({ stored: 30, now: 600n })).toBe(600n)
  expect(progress.snapshot()).toEqual({ origin: 'test', leafIndex: 30, storedAtNano: 600n })
})

test('before anything was noted nothing is promised, and what is remembered is bounded', () => {
  const state = { durable: 5, stored: 0 }
  const progress = createProgress({ origin: 'test', durableIndex: () => state.durable, storedIndex: () => state.stored, nowNano: () => BigInt(state.durable) })
  expect(progress.drainedUpToNano()).toBe(0n)
  for (let i = 0; i < 5000; i += 1) { state.durable += 1; progress.mark() }
  state.stored = 4000
  expect(progress.drainedUpToNano()).toBe(4000n)
})

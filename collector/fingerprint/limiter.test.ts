import { expect, test } from 'vitest'
import { createLimiter } from './limiter.ts'

test('a burst is allowed, then as many as time brings, for each key by itself', () => {
  let nowMs = 0
  const limiter = createLimiter({ burst: 3, perSecond: 0.5, nowMs: () => nowMs })
  expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([true, true, true, false])
  expect(limiter.take('b')).toBe(true)
  nowMs = 1_999
  expect(limiter.take('a')).toBe(false)
  nowMs = 2_000
  expect([limiter.take('a'), limiter.take('a')]).toEqual([true, false])
  nowMs = 1_000_000
  expect([1, 2, 3, 4].map(() => limiter.take('a'))).toEqual([true, true, true, false])
})

test('who is refused waits no longer for asking again, and a clock that goes back gives nothing away', () => {
  let nowMs = 10_000
  const limiter = createLimiter({ burst: 1, perSecond: 1, nowMs: () => nowMs })
  limiter.take('a')
  for (let i = 0; i < 9; i += 1) { nowMs += 100; expect(limiter.take('a')).toBe(false) }
  nowMs += 101
  expect(limiter.take('a')).toBe(true)
  nowMs = 0
  expect(limiter.take('a')).toBe(false)
})

test('it follows a bounded number of keys', () => {
  const limiter = createLimiter({ burst: 1, perSecond: 0, nowMs: () => 0, most: 2 })
  expect(['a', 'b', 'c', 'c', 'b', 'a'].map((key) => limiter.take(key))).toEqual([true, true, true, false, false, true])
})

import { expect, test } from 'vitest'
import { createReplayStore, replayKey } from './replay.ts'

test('a claim counts until its time is over', () => {
  let nowMs = 0
  const store = createReplayStore({ now: () => nowMs })
  expect(store.claim('a', 100)).toBe(true)
  nowMs = 99
  expect(store.claim('a', 100)).toBe(false)
  nowMs = 100
  expect(store.claim('a', 100)).toBe(true)
  expect(store.claim('a', 100)).toBe(false)
})

test('a claim that is released can be made again', () => {
  const store = createReplayStore()
  expect(store.claim('a', 1_000)).toBe(true)
  store.release('a')
  expect(store.claim('a', 1_000)).toBe(true)
})

test('a full store refuses what is new and still knows what is old', () => {
  let nowMs = 0
  const store = createReplayStore({ capacity: 2, now: () => nowMs })
  store.claim('a', 5_000)
  store.claim('b', 10_000)
  expect(() => store.claim('c', 5_000)).toThrow('full')
  expect(store.claim('a', 5_000)).toBe(false)
  nowMs = 6_000
  expect(store.claim('c', 5_000)).toBe(true)
  expect(store.claim('b', 5_000)).toBe(false)
})

test('with evict the oldest is forgotten, and no more than the capacity is kept', () => {
  const store = createReplayStore({ capacity: 2, whenFull: 'evict', now: () => 0 })
  for (const key of ['a', 'b', 'c']) expect(store.claim(key, 5_000)).toBe(true)
  expect([store.claim('b', 1), store.claim('c', 1)]).toEqual([false, false])
  expect(store.claim('a', 5_000)).toBe(true)
})

test('the key depends on scheme and material and shows neither', () => {
  const keys = [replayKey('a', ['x']), replayKey('b', ['x']), replayKey('a', ['y']), replayKey('a', [Buffer.from('x')])]
  expect(new Set(keys).size).toBe(3)
  expect(keys[0]).toBe(keys[3])
  for (const key of keys) expect(key).toMatch(/^[\w-]{43}$/)
})

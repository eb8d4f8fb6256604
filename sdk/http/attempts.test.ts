import { expect, test } from 'vitest'
import { createAttempts } from './attempts.ts'
import type { CallIdentity } from './attempts.ts'

const call: CallIdentity = { method: 'POST', url: 'https://api.example.com/orders?x=1', idempotencyKey: undefined, body: 'a', streams: false }

test('a call that failed and is made again is a retry', () => {
  const attempts = createAttempts(1_000, 10, () => 0)
  const first = attempts.begin(call)
  first.settle(true)
  const second = attempts.begin(call)
  second.settle(true)
  expect([first.number, second.number, attempts.begin(call).number]).toEqual([1, 2, 3])
})

test('a call that succeeded, or has not ended, is another one', () => {
  const attempts = createAttempts(1_000, 10, () => 0)
  expect(attempts.begin(call).number).toBe(1)
  const open = attempts.begin(call)
  open.settle(false)
  expect([open.number, attempts.begin(call).number]).toEqual([1, 1])
})

test('another URL, method or body is another call', () => {
  const attempts = createAttempts(1_000, 10, () => 0)
  attempts.begin(call).settle(true)
  for (const other of [{ url: 'https://api.example.com/orders?x=2' }, { method: 'PUT' }, { body: 'b' }, { body: undefined }, { body: new Uint8Array([97, 0]) }]) expect(attempts.begin({ ...call, ...other }).number).toBe(1)
  expect(attempts.begin({ ...call, body: Buffer.from('a') }).number).toBe(2)
})

test('the same idempotency key is the same call, whatever became of it', () => {
  const attempts = createAttempts(1_000, 10, () => 0)
  const keyed = { ...call, idempotencyKey: 'k1' }
  attempts.begin(keyed).settle(false)
  expect(attempts.begin({ ...keyed, body: undefined, streams: true }).number).toBe(2)
  expect(attempts.begin({ ...keyed, idempotencyKey: 'k2' }).number).toBe(1)
  expect(attempts.begin({ ...keyed, url: 'https://other.example.com/orders' }).number).toBe(1)
})

test('a stream cannot be compared', () => {
  const attempts = createAttempts(1_000, 10, () => 0)
  const streaming = { ...call, body: undefined, streams: true }
  attempts.begin(streaming).settle(true)
  expect(attempts.begin(streaming).number).toBe(1)
})

test('after the window it is a new call', () => {
  let nowMs = 0
  const attempts = createAttempts(1_000, 10, () => nowMs)
  const slow = attempts.begin(call)
  nowMs = 5_000
  slow.settle(true) // the window runs from the end
  nowMs = 5_999
  const second = attempts.begin(call)
  second.settle(true)
  nowMs = 7_100
  expect([second.number, attempts.begin(call).number]).toEqual([2, 1])
})

test('no more calls are remembered than the limit', () => {
  const attempts = createAttempts(1_000, 2, () => 0)
  for (const body of ['a', 'b', 'c']) attempts.begin({ ...call, body }).settle(true)
  expect(['c', 'b', 'a'].map((body) => attempts.begin({ ...call, body }).number)).toEqual([2, 2, 1])
})

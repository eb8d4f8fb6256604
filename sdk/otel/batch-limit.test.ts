import { expect, test } from 'vitest'
import { createBatchLimit } from './batch-limit.ts'

test('halving ends at one', () => {
  const limit = createBatchLimit(512)
  const tried = [512]
  while (tried.at(-1)! > 1) tried.push(limit.halve(tried.at(-1)!))
  expect(tried).toEqual([512, 256, 128, 64, 32, 16, 8, 4, 2, 1])
  expect(limit.halve(1)).toBe(1)
})

test('when the record to blame was found, requests are whole again', () => {
  const limit = createBatchLimit(512)
  limit.halve(2)
  limit.found()
  expect(limit.records).toBe(512)
})

test('after a size that was accepted again and again, twice as much is tried, and never more than the most', () => {
  const limit = createBatchLimit(100)
  limit.halve(100)
  for (let n = 0; n < 15; n += 1) limit.accepted()
  expect(limit.records).toBe(50)
  limit.accepted()
  expect(limit.records).toBe(100)
  for (let n = 0; n < 100; n += 1) limit.accepted()
  expect(limit.records).toBe(100)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBudget } from './budget.ts'
import type { Held } from './budget.ts'

const busy = expect.objectContaining({ code: 'BUSY' }) as unknown
const create = (maxBytes: number, maxRequests = 1000): ReturnType<typeof createBudget> => createBudget({ maxBytes, maxRequests })

test('a workspace that is alone may hold half, and is told to come back for more', () => {
  const shop = create(100).of('shop')
  const held = shop.take(30)
  shop.take(20)
  expect(() => shop.take(1)).toThrow(busy)
  held.release()
  shop.take(30)
  expect(shop.used).toBe(50)
})

test('whoever comes next finds room, however much one workspace asks for', () => {
  const budget = create(1000)
  expect(() => { for (;;) budget.of('flood').take(10) }).toThrow(busy)
  expect(budget.of('flood').used).toBe(500)
  budget.of('shop').take(250)
  expect(() => budget.of('shop').take(10)).toThrow(busy)
  budget.of('bank').take(125)
  expect(budget.used).toBe(875)
})

test('workspaces that all ask for as much as they can end up with the same', () => {
  const budget = create(4000)
  const names = ['a', 'b', 'c']
  for (let round = 0; round < 4000; round += 1) for (const name of names) { try { budget.of(name).take(1) } catch { /* told to come back */ } }
  const held = names.map((name) => budget.of(name).used)
  expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1)
  expect(held[0]).toBeGreaterThanOrEqual(999)
})

test('requests of one workspace at the same time are bounded, however small, and those of others are not touched', () => {
  const budget = create(1_000_000, 3)
  const releases = [1, 2, 3].map(() => budget.of('shop').take(1))
  expect(() => budget.of('shop').take(1)).toThrow(busy)
  budget.of('bank').take(1)
  releases[0]!.release()
  budget.of('shop').take(1)
})

test('what is given back twice is given back once', () => {
  const shop = create(100).of('shop')
  const held = shop.take(30)
  shop.take(10)
  held.release()
  held.release()
  expect(shop.used).toBe(10)
})

test('a body that is larger than the budget is taken alone, so that it is not told to come back for ever', () => {
  const budget = create(100)
  const held = budget.of('shop').take(500)
  for (const workspace of ['shop', 'bank']) expect(() => budget.of(workspace).take(1)).toThrow(busy)
  held.release()
  budget.of('bank').take(1)
})

test('whatever is asked for, what is held is within the budget, and all given back is nothing held', () => {
  fc.assert(fc.property(fc.array(fc.record({ workspace: fc.constantFrom('a', 'b', 'c', 'd'), bytes: fc.integer({ min: 0, max: 100 }), next: fc.constantFrom('hold', 'release', 'grow', 'shrink') }), { maxLength: 200 }), (steps) => {
    const budget = create(100)
    const releases: Held[] = []
    for (const { workspace, bytes, next } of steps) {
      try { releases.push(budget.of(workspace).take(bytes)) } catch { /* told to come back */ }
      expect(budget.used).toBeLessThanOrEqual(100)
      if (next === 'release') releases.shift()?.release()
      try { if (next === 'grow') releases.at(-1)?.resize(Math.min(100, bytes * 3)); if (next === 'shrink') releases.at(-1)?.resize(0) } catch { /* told to come back */ }
    }
    for (const held of releases) held.release()
    expect(budget.used).toBe(0)
  }))
})

test('what is held can grow as far as there is room, and shrink', () => {
  const budget = create(100)
  const held = budget.of('shop').take(10)
  const other = budget.of('bank').take(10)
  held.resize(60)
  expect(() => held.resize(91)).toThrow(busy)
  expect(budget.used).toBe(70)
  held.resize(5)
  held.release()
  other.release()
  expect(budget.used).toBe(0)
})

test('one of several bodies of a workspace grows within its share', () => {
  const shop = create(100).of('shop')
  shop.take(10)
  const held = shop.take(10)
  held.resize(40)
  expect(() => held.resize(41)).toThrow(busy)
})

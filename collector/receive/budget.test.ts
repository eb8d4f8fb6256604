import { expect, test } from 'vitest'
import { createBudget } from './budget.ts'

test('bodies that fit together are taken, one that does not is told to come back', () => {
  const budget = createBudget(100)
  const release = budget.take(60)
  budget.take(40)
  expect(() => budget.take(1)).toThrow(expect.objectContaining({ code: 'BUSY' }))
  release()
  budget.take(60)
  expect(budget.used).toBe(100)
})

test('what is given back twice is given back once', () => {
  const budget = createBudget(100)
  const release = budget.take(60)
  budget.take(10)
  release()
  release()
  expect(budget.used).toBe(10)
})

test('a body that is larger than the budget is taken alone, so that it is not told to come back for ever', () => {
  const budget = createBudget(100)
  const release = budget.take(500)
  expect(() => budget.take(1)).toThrow(expect.objectContaining({ code: 'BUSY' }))
  release()
  budget.take(1)
})

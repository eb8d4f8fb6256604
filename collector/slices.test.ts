import { expect, test } from 'vitest'
import { createSlices } from './slices.ts'

/** Ten pieces of work of 4 ms each, by a clock that only they move; the turn in which each of them ran. */
async function turnsOf(sliceMs: number): Promise<number[]> {
  let now = 0, turn = 0
  const count = (): void => { turn += 1; if (turn < 12) setImmediate(count) }
  setImmediate(count) // before the slices ask for their first turn: each turn is counted before it works
  const slices = createSlices(sliceMs, () => now)
  return Promise.all(Array.from({ length: 10 }, () => slices.run(() => { now += 4; return turn })))
}

test('what fits into a slice runs at once, the rest in the turns after it, in order', async () => {
  expect(await turnsOf(1000)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  const turns = await turnsOf(10)
  expect(turns.slice(0, 3)).toEqual([0, 0, 0])
  expect([...turns].sort((a, b) => a - b)).toEqual(turns)
  for (const turn of new Set(turns)) expect(turns.filter((other) => other === turn).length).toBeLessThanOrEqual(3)
  expect(turns.at(-1)).toBeGreaterThan(0)
})

test('each turn does at least one piece, however long it takes', async () => {
  expect(new Set(await turnsOf(0)).size).toBe(10)
})

test('what fails fails for its caller alone', async () => {
  let now = 0
  const slices = createSlices(0, () => now)
  const work = [slices.run(() => { now += 1; return 'first' }), slices.run(() => { throw new Error('mine') }), slices.run(() => 'last')]
  expect(await Promise.allSettled(work)).toMatchObject([{ value: 'first' }, { reason: { message: 'mine' } }, { value: 'last' }])
})

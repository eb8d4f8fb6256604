import { expect, test } from 'vitest'
import { BlockPool } from './block-pool.ts'

test('memory is given out again two turns after the last in which it was read from, and not before', () => {
  const pool = new BlockPool(64)
  pool.turn(undefined)
  const first = pool.take(64)
  pool.turn(undefined)
  const second = pool.take(10)
  expect(second.buffer).not.toBe(first.buffer)
  pool.turn(undefined)
  expect(pool.take(64).buffer).toBe(first.buffer)
  expect(pool.take(64).buffer).not.toBe(second.buffer)
})

test('what is still being read from stays for the turn that goes on with it', () => {
  const pool = new BlockPool(64)
  pool.turn(undefined)
  const current = pool.take(64)
  pool.turn(current.subarray(3, 9)) // the second turn reads on in it
  pool.turn(undefined)
  expect(pool.take(64).buffer).not.toBe(current.buffer)
  pool.turn(undefined)
  expect(pool.take(64).buffer).toBe(current.buffer)
})

test('memory that nobody needed for sixteen turns is let go', () => {
  const pool = new BlockPool(64)
  pool.turn(undefined)
  const blocks = [pool.take(64), pool.take(64), pool.take(64)]
  for (let turn = 0; turn < 15; turn += 1) pool.turn(undefined)
  const [first, second] = [pool.take(64), pool.take(64)]
  expect(blocks.map(({ buffer }) => buffer)).toEqual(expect.arrayContaining([first.buffer, second.buffer]))
  pool.turn(undefined)
  expect(blocks.map(({ buffer }) => buffer)).not.toContain(pool.take(64).buffer)
})

test('what is larger than a block serves again for what is as large, and for what is smaller', () => {
  const pool = new BlockPool(64)
  pool.turn(undefined)
  const large = pool.take(100)
  const small = pool.take(64)
  pool.turn(undefined)
  pool.turn(undefined)
  expect(pool.take(90).buffer).toBe(large.buffer)
  expect(pool.take(65).buffer).not.toBe(small.buffer)
  expect(pool.take(64).buffer).toBe(small.buffer)
})

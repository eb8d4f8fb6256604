import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClock } from './clock.ts'

const second = 1_000_000_000n

/** A system clock that can be set and a monotonic one that cannot. */
function clocks(): { systemMs: number; tick: bigint; now: () => bigint; pass: (ms: number) => void } {
  const time = { systemMs: 1_700_000_000_000, tick: 5n }
  const now = createClock(() => time.systemMs, () => time.tick)
  return Object.assign(time, { now, pass(ms: number) { time.systemMs += ms; time.tick += BigInt(ms) * 1_000_000n } })
}

test('the clock says what the system says, finer than a millisecond', () => {
  const time = clocks()
  expect(time.now()).toBe(1_700_000_000n * second)
  time.tick += 1234n
  expect(time.now()).toBe(1_700_000_000n * second + 1234n)
})

test('no two readings are equal, even when no time passes', () => {
  const time = clocks()
  const readings = Array.from({ length: 100 }, () => time.now())
  expect(new Set(readings).size).toBe(100)
})

test('the clock never runs backwards when the system clock is set back', () => {
  const time = clocks()
  const before = time.now()
  time.systemMs -= 3_600_000
  const after = time.now()
  expect(after).toBeGreaterThan(before)
  time.pass(1000)
  expect(time.now()).toBe(after + 1n) // it waits until the system has caught up
  time.pass(3_600_000)
  expect(time.now()).toBe(before + 1001n * 1_000_000n - 1_000_000n)
})

test('the clock follows when the system clock is set forward', () => {
  const time = clocks()
  time.now()
  time.systemMs += 3_600_000
  expect(time.now()).toBe((1_700_000_000n + 3600n) * second)
})

test('a small step of the system clock, as its upkeep makes them, is no jump', () => {
  const time = clocks()
  time.now()
  time.pass(100)
  time.systemMs += 15
  expect(time.now()).toBe(1_700_000_000n * second + 100_000_000n)
})

test('whatever both clocks do, readings go up', () => {
  fc.assert(fc.property(fc.array(fc.record({ jumpMs: fc.integer({ min: -1_000_000, max: 1_000_000 }), passMs: fc.nat({ max: 1000 }) })), (steps) => {
    const time = clocks()
    let last = time.now()
    for (const { jumpMs, passMs } of steps) {
      time.systemMs += jumpMs
      time.pass(passMs)
      const reading = time.now()
      expect(reading).toBeGreaterThan(last)
      last = reading
    }
  }))
})

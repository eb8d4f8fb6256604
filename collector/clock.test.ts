import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createClock } from './clock.ts'

const second = 1_000_000_000n

/** A system clock that can be set and a monotonic one that cannot. */
function clocks(floorNano = 0n): { systemMs: number; tick: bigint; now: () => bigint; pass: (ms: number) => void; jumps: string[] } {
  const time = { systemMs: 1_700_000_000_000, tick: 5n, jumps: [] as string[] }
  const now = createClock({ systemMs: () => time.systemMs, monotonicNs: () => time.tick, floorNano, onJump: ({ ms, followed }) => { time.jumps.push(`${ms} ${followed ? 'followed' : 'doubted'}`) } })
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

test('a jump forward by years is followed when it has lasted for a minute, and forgotten when it was a mistake', () => {
  const time = clocks()
  const before = time.now()
  const years = 10 * 366 * 86_400_000
  time.systemMs += years
  expect(time.now()).toBe(before + 1n)
  time.pass(30_000)
  expect(time.now()).toBe(before + 30n * second)
  time.systemMs -= years // the mistake is mended
  time.pass(30_000)
  expect(time.now()).toBe(before + 60n * second)
  expect(time.jumps).toEqual([`${years} doubted`])
  time.systemMs += years // this time it is meant: the machine slept
  for (let i = 0; i < 60; i += 1) { time.now(); time.pass(1000) }
  expect(time.now()).toBe(before + 120n * second + BigInt(years) * 1_000_000n)
  expect(time.jumps.slice(1)).toEqual([`${years} doubted`, `${years} followed`])
})

test('a clock that was set forward twice is doubted anew: only a time that lasts is believed', () => {
  const time = clocks()
  const before = time.now()
  for (let i = 1; i <= 10; i += 1) {
    time.systemMs += 86_400_000
    time.pass(30_000)
    expect(time.now()).toBe(before + BigInt(i) * 30n * second)
  }
  expect(time.jumps).toHaveLength(10)
})

test('over a restart the clock goes on behind the newest sink time, also when the system clock was set back meanwhile', () => {
  const floor = 1_700_003_600n * second
  const time = clocks(floor)
  expect(time.now()).toBe(floor + 1n)
  time.pass(1000)
  expect(time.now()).toBe(floor + 2n)
  time.pass(3_600_000)
  expect(time.now()).toBe(1_700_003_601n * second)
})

test('a jump is told once, with its size', () => {
  const time = clocks()
  time.now()
  time.systemMs -= 5000
  for (let i = 0; i < 5; i += 1) { time.pass(10); time.now() }
  time.systemMs += 60_000
  for (let i = 0; i < 5; i += 1) { time.pass(10); time.now() }
  expect(time.jumps).toEqual(['-5000 followed', '60000 followed'])
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

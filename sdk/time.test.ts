import { expect, test } from 'vitest'
import { createClock, pauseMs, pauseUntil } from './time.ts'
import { createManualTime } from './testing/manual-time.ts'

const second = 1_000_000_000n

function setUp(startNano: bigint): { clock: () => bigint; source: { wall: bigint; monotonic: bigint } } {
  const source = { wall: startNano, monotonic: 77n }
  return { source, clock: createClock({ wallNano: () => source.wall, monotonicNano: () => source.monotonic }, startNano) }
}

test('every call returns more than the one before', () => {
  const { clock } = setUp(1_000n * second)
  expect([clock(), clock(), clock()]).toEqual([1_000n * second, 1_000n * second + 1n, 1_000n * second + 2n])
})

test('it runs on the monotonic clock, with its resolution', () => {
  const { clock, source } = setUp(1_000n * second)
  source.monotonic += 5_001n
  expect(clock()).toBe(1_000n * second + 5_001n)
})

test('it follows the wall clock when that leaps forwards, and keeps running', () => {
  const { clock, source } = setUp(1_000n * second)
  source.wall += 3_600n * second
  expect(clock()).toBe(4_600n * second)
  source.monotonic += 7n
  expect(clock()).toBe(4_600n * second + 7n)
})

test('it waits for the wall clock when that was set back', () => {
  const { clock, source } = setUp(1_000n * second)
  clock()
  source.wall -= 10n * second
  expect(clock()).toBe(1_000n * second + 1n)
  source.wall += 20n * second
  source.monotonic += 20n * second
  expect(clock()).toBe(1_010n * second)
})

test('the system clock is at most a second from the wall clock', () => {
  const distance = Number(createClock()() / 1_000_000n) - Date.now()
  expect(Math.abs(distance)).toBeLessThan(1_500)
})

test('pauses double up to a ceiling, with jitter in their upper half, and honour Retry-After up to a minute', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => pauseMs(failures, 0, 0))).toEqual([100, 200, 400, 800, 1_600, 2_500, 2_500])
  expect(pauseMs(1, 0, 0.5)).toBe(150)
  expect(pauseMs(1, 3_000, 0.5)).toBe(3_000)
  expect(pauseMs(6, 3_000, 1)).toBe(5_000)
  expect(pauseMs(1, 86_400_000, 0)).toBe(60_000)
})

test('a pause does not keep the process alive', async () => {
  const time = createManualTime()
  const pause = pauseUntil(50, time)
  expect(time.timers).toMatchObject([{ dueMs: 50, keepAlive: false }])
  await time.advance(50)
  await pause
})

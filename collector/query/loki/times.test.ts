import { expect, test } from 'vitest'
import { parsePrometheusDuration, parseStep, parseTime } from './times.ts'

const second = 1_000_000_000n

test('short integers are seconds, long ones nanoseconds', () => {
  expect(parseTime('1795549280')).toBe(1_795_549_280n * second)
  expect(parseTime('4000000000')).toBe(4_000_000_000n * second)
  expect(parseTime('12345678901')).toBe(12_345_678_901n)
  expect(parseTime('1795549224498765432')).toBe(1_795_549_224_498_765_432n)
  expect(parseTime('-5')).toBe(-5n * second)
})

test('a point makes it seconds, to the millisecond', () => {
  expect(parseTime('1795549280.5')).toBe(1_795_549_280_500_000_000n)
  expect(parseTime('1.0006')).toBe(1_001_000_000n)
})

test('RFC 3339 is taken with zones and nanoseconds', () => {
  expect(parseTime('2026-11-24T19:00:00Z')).toBe(1_795_546_800n * second)
  expect(parseTime('2026-11-24T19:00:00+02:00')).toBe(1_795_539_600n * second)
  expect(parseTime('2026-11-24T19:00:00.123456789Z')).toBe(1_795_546_800_123_456_789n)
})

test.each(['x', '', '1e9', '2026-11-24', '2026-02-30T00:00:00Z', '2026-11-24T25:00:00Z', '2026-11-24 19:00:00Z', '99999999999999999999', 'NaN', 'Infinity', '1.2.3', '.', ' 1', '0x10'])('%j is no time', (text) => {
  expect(parseTime(text)).toBeUndefined()
})

test('steps are seconds or durations of Prometheus', () => {
  expect(['15', '0.5', '60.000000', '250ms', '1d', '2h30m', '1w', '0', '-1'].map(parseStep)).toEqual([15n * second, 500_000_000n, 60n * second, 250_000_000n, 86_400n * second, 9_000n * second, 604_800n * second, 0n, -second])
  expect(['x', '', '1m1h', '1.5h', 'NaN', 'Inf', '-1m', '1e300', '99999999999999999999y'].map(parseStep)).toEqual(Array.from({ length: 9 }))
})

test('a duration alone is no number', () => {
  expect(parsePrometheusDuration('5m')).toBe(300n * second)
  expect(parsePrometheusDuration('5')).toBeUndefined()
})

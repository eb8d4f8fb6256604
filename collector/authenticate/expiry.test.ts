import { expect, test } from 'vitest'
import { parseExpiry, parseOverlapMs } from './expiry.ts'

const now = new Date('2026-11-24T06:00:00Z')
const invalid = expect.objectContaining({ code: 'INVALID_KEY_REQUEST' }) as unknown

test.each([
  ['90m', '2026-11-24T07:30:00.000Z'], ['24h', '2026-11-25T06:00:00.000Z'], ['30d', '2026-12-24T06:00:00.000Z'], ['2w', '2026-12-08T06:00:00.000Z'],
  ['2027-06-30', '2027-06-30T00:00:00.000Z'], ['2026-11-24T08:00:00+01:00', '2026-11-24T07:00:00.000Z'], ['2026-11-24T06:00:00.5Z', '2026-11-24T06:00:00.500Z'],
])('%s is %s', (text, expected) => {
  expect(parseExpiry(text, now, 'expires')).toBe(expected)
})

test.each(['', '0h', '-1d', '1', 'd', '1y', '30 d', '99999w', '2026-11-24', '2026-13-45', '2020-01-01', '9999-12-31', 'tomorrow', '1e3d', '2026-11-24T06:00:00Z', '30d\n'])('%j is no end of a key', (text) => {
  expect(() => parseExpiry(text, now, 'expires')).toThrow(invalid)
})

test('an overlap may be nothing at all, and three months at most', () => {
  expect([parseOverlapMs('0h', 'overlap'), parseOverlapMs('24h', 'overlap'), parseOverlapMs('90d', 'overlap')]).toEqual([0, 86_400_000, 90 * 86_400_000])
  for (const text of ['91d', '', '2027-06-30', '-1h']) expect(() => parseOverlapMs(text, 'overlap')).toThrow(invalid)
})

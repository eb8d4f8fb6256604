import { expect, test } from 'vitest'
import { parsePolicy } from '@blotter/processors'
import { planRetention } from './plan.ts'
import type { Partition } from '../store/store.ts'

const policy = parsePolicy({
  version: 1, default: 'operations',
  classes: [{ name: 'security', keep: '400d', why: 'the law', match: { decision: 'deny' } }, { name: 'operations', keep: '30d', why: 'one month' }],
})

const partition = (retentionClass: string, period: string): Partition => ({ retentionClass, period, rows: 3, bytes: 100, firstOccurred: '', lastOccurred: '' })
const plan = (now: string, ...partitions: Partition[]) => planRetention(partitions, policy, Date.parse(now))

test('a day is erased when all of it was kept long enough, and not a moment before', () => {
  const day = partition('operations', '2026-10-01') // ends with the first moment of the 2nd, and is kept 30 days from then
  expect(plan('2026-10-31T23:59:59.999Z', day)).toMatchObject({ erase: [], keep: [{ period: '2026-10-01', expiredAt: '2026-11-01T00:00:00.000Z' }] })
  expect(plan('2026-11-01T00:00:00.000Z', day)).toMatchObject({ erase: [{ period: '2026-10-01', keepDays: 30, why: 'one month', rows: 3 }], keep: [] })
})

test('a month is erased when its last day was kept long enough', () => {
  const month = partition('security', '2025-09')
  expect(plan('2026-11-04T23:59:59Z', month).erase).toEqual([])
  expect(plan('2026-11-05T00:00:00Z', month).erase).toMatchObject([{ period: '2025-09', keepDays: 400 }])
})

test('the last month of a year ends with the year', () => {
  expect(plan('2027-02-05T00:00:00Z', partition('security', '2025-12')).erase).toHaveLength(1)
  expect(plan('2027-02-04T23:59:59Z', partition('security', '2025-12')).erase).toHaveLength(0)
})

test.each([partition('forgotten', '2020-01-01'), partition('operations', 'always'), partition('operations', ''), partition('', '2020-01-01')])('what the policy cannot speak about is kept, and named: %o', (odd) => {
  expect(plan('2026-11-24T00:00:00Z', odd)).toEqual({ erase: [], keep: [], unknown: [odd] })
})

test('every partition stands in exactly one list', () => {
  const partitions = [partition('operations', '2026-01-01'), partition('operations', '2026-11-24'), partition('security', '2020-01'), partition('x', '2026-01-01')]
  const { erase, keep, unknown } = plan('2026-11-24T12:00:00Z', ...partitions)
  expect([erase.length, keep.length, unknown.length]).toEqual([2, 1, 1])
})

test('a shorter policy erases more, a longer one less: the plan shows it before anything happens', () => {
  const day = partition('operations', '2026-11-01')
  const keep = (days: string) => parsePolicy({ version: 1, default: 'operations', classes: [{ name: 'operations', keep: days }] })
  const now = Date.parse('2026-11-24T00:00:00Z')
  expect(planRetention([day], keep('7d'), now).erase).toHaveLength(1)
  expect(planRetention([day], keep('90d'), now).erase).toHaveLength(0)
})

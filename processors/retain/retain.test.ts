import { expect, test } from 'vitest'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { fields } from '../fields.ts'
import { text } from '../record.ts'
import { expiresMs, periodEndMs, periodOf } from './period.ts'
import { parseDuration, parsePolicy, PolicyError } from './policy.ts'
import { createRetain } from './retain.ts'

const policy = parsePolicy({
  version: 1,
  classes: [
    { name: 'refusals', keep: '7y', why: 'evidence', match: { decision: 'deny' } },
    { name: 'money', keep: '400d', match: { event: ['payment.*', 'refund'], outcome: ['success', 'failure'] } },
    { name: 'operations', keep: '30d' },
  ],
  default: 'operations',
})

const classFor = (eventName: string, attributes = {}): string => text(createRetain(policy).process(sampleRecord({ eventName }, attributes)).attributes, fields.retentionClass.key)

test('the first class all of whose conditions hold is the class', () => {
  expect(classFor('payment.refund')).toBe('money')
  expect(classFor('payment.refund', { 'blotter.decision': 'deny' })).toBe('refusals')
  expect(classFor('payment.refund', { 'audit.outcome': 'unknown' })).toBe('operations')
  expect(classFor('xpayment.refund')).toBe('operations')
  expect(classFor('refund')).toBe('money')
})

test('stamping twice is stamping once', () => {
  const retain = createRetain(policy)
  const once = retain.process(sampleRecord())
  expect(retain.process(once)).toBe(once)
})

test('all problems of a policy are told at once, each with its place', () => {
  try {
    parsePolicy({ version: 2, classes: [{ name: 'A B', keep: '0d', match: { colour: 'red' }, extra: 1 }, { name: 'ok', keep: '30 days' }], default: 'none' })
    expect.unreachable()
  } catch (error) {
    expect((error as PolicyError).problems.map(({ path }) => path).sort()).toEqual(['classes[0].extra', 'classes[0].keep', 'classes[0].match.colour', 'classes[0].name', 'classes[1].keep', 'default', 'version'])
  }
  expect(() => parsePolicy('text')).toThrow(PolicyError)
})

test('durations never round down', () => {
  expect(['1d', '2w', '6m', '7y', '0d', '1.5d', '3h', 30].map(parseDuration)).toEqual([1, 14, 186, 2562, undefined, undefined, undefined, undefined])
})

test('a period ends with its day or month, and expires once its youngest record has been kept', () => {
  const at = Date.UTC(2026, 10, 24, 13)
  expect(periodOf({ keepDays: 30 }, at, at)).toBe('2026-11-24')
  expect(periodOf({ keepDays: 400 }, at, at)).toBe('2026-11')
  expect(periodEndMs('2026-11-24')).toBe(Date.UTC(2026, 10, 25))
  expect(periodEndMs('2026-12')).toBe(Date.UTC(2027, 0, 1))
  expect(periodEndMs('nonsense')).toBeNaN()
  expect(expiresMs('2026-11-24', 30)).toBe(Date.UTC(2026, 11, 25))
})

test('no clock of a sender stretches a life or makes periods without end', () => {
  const storedAt = Date.UTC(2026, 10, 24, 13)
  expect(periodOf({ keepDays: 30 }, Date.UTC(2100, 0, 1), storedAt)).toBe('2026-11-24')
  expect(periodOf({ keepDays: 30 }, Date.UTC(2026, 10, 1), storedAt)).toBe('2026-11-01')
  const tooLate = periodOf({ keepDays: 30 }, 0, storedAt)
  expect(tooLate).toBe('2026-10-24')
  expect(expiresMs(tooLate, 30)).toBeLessThanOrEqual(storedAt)
  expect(expiresMs(periodOf({ keepDays: 400 }, 0, storedAt), 400)).toBeLessThanOrEqual(storedAt)
})

import { parseRecord } from '@blotter/processors'
import { expect, test } from 'vitest'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { findMilestones } from './milestones.ts'
import type { Value } from '@blotter/processors'
import type { TimelineRecord } from './story.ts'

function record(i: number, outcome: string, attributes: Record<string, Value> = {}, eventName = 'payment.refund'): TimelineRecord {
  const { canonical, ...stored } = storedRecord(i, at(i, { 'audit.record.id': `r${i}`, 'audit.action': 'REFUND', 'blotter.integration': 'stripe', 'audit.outcome': outcome, ...attributes }, { eventName }))
  return { ...stored, record: parseRecord(canonical), via: { link: 'query' }, depth: 0 }
}

const found = (...story: TimelineRecord[]): [string, string, number][] => findMilestones(story).list.map(({ kind, recordId, afterMs }) => [kind, recordId, afterMs])

test('the first failure, the first alert, the last failure, the first success of the same thing', () => {
  expect(found(
    record(0, 'success'), record(1, 'failure'), record(2, 'failure', {}, 'blotter.source.silent'), record(3, 'failure'), record(4, 'success', { 'audit.action': 'READ', 'audit.target.id': 'other' }), record(5, 'success'), record(6, 'success'),
  )).toEqual([['first_failure', 'r1', 0], ['first_alert', 'r2', 1000], ['last_failure', 'r3', 2000], ['first_success_after', 'r5', 4000]])
})

test('a single failure is the first, and not the last as well', () => {
  expect(found(record(0, 'failure'), record(1, 'success'))).toEqual([['first_failure', 'r0', 0], ['first_success_after', 'r1', 1000]])
})

test('a success of the same action with the same target counts, whoever the platform', () => {
  const target = { 'audit.target.id': 'pay_1', 'blotter.integration': 'adyen' }
  expect(found(record(0, 'failure', { 'audit.target.id': 'pay_1' }), record(1, 'success', { ...target, 'audit.action': 'READ' }), record(2, 'success', target))).toEqual([['first_failure', 'r0', 0], ['first_success_after', 'r2', 2000]])
})

test('where nothing failed there are none, and an alert alone is one', () => {
  expect(found(record(0, 'success'), record(1, 'unknown'))).toEqual([])
  expect(found(record(0, 'failure', {}, 'blotter.alert.opened'))).toEqual([['first_alert', 'r0', 0]])
  expect(findMilestones([])).toEqual({ list: [], kindsOf: new Map() })
})

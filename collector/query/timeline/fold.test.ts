import fc from 'fast-check'
import { expect, test } from 'vitest'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { parseRecord } from '@blotter/processors'
import { fold } from './fold.ts'
import { keyOfRecord, recordIdOf } from './story.ts'
import type { Value } from '@blotter/processors'
import type { FoldedRecord } from './fold.ts'
import type { TimelineRecord } from './story.ts'

/** Record `i`, at `second`, of one subject unless said otherwise. */
function record(i: number, second: number, attributes: Record<string, Value>): TimelineRecord {
  const { canonical, ...stored } = storedRecord(i, at(second, { 'audit.record.id': `r${i}`, 'audit.actor.id': 'robot', 'audit.action': 'DELIVER', 'audit.target.id': 'hook', 'blotter.integration': 'stripe', ...attributes }))
  return { ...stored, record: parseRecord(canonical), via: { link: 'query' }, depth: 0 }
}

const failed = { 'audit.outcome': 'failure', 'error.type': 'timeout' }
const worked = { 'audit.outcome': 'success' }
const story = (...records: Record<string, Value>[]): TimelineRecord[] => records.map((attributes, i) => record(i, i, attributes))
const shape = (folded: readonly FoldedRecord[]): string[] => folded.map(({ record: head, folded: run }) => (run === undefined ? recordIdOf(head) : `${recordIdOf(head)} + ${run.recordIds.join(' ')} (${run.kind} ${run.count})`))
const shapeOf = (records: readonly TimelineRecord[], standing: readonly TimelineRecord[] = []): string[] => shape(fold(records, new Set(standing.map(keyOfRecord))))

test('attempts of one delivery are one record, until one ends otherwise', () => {
  const delivery = { 'blotter.delivery.id': 'd' }
  expect(shapeOf(story({ ...delivery, ...failed }, { ...delivery, ...failed }, { ...delivery, ...failed }, { ...delivery, ...worked }))).toEqual(['r0 + r1 r2 (attempts 2)', 'r3'])
})

test('so are attempts under one idempotency key, however far apart', () => {
  const records = [0, 60, 3600, 86_400].map((second, i) => record(i, second, { 'blotter.idempotency.key': 'k', ...failed }))
  const [head] = fold(records, new Set())
  expect(head!.folded).toEqual({ kind: 'attempts', count: 3, firstOccurredAt: '2025-11-24T16:00:00.000000000Z', lastOccurredAt: '2025-11-25T16:00:00.000000000Z', recordIds: ['r1', 'r2', 'r3'], outcomes: { failure: 4 } })
})

test('other deliveries in between do not break a run of attempts', () => {
  const [a, b] = [{ 'blotter.delivery.id': 'a' }, { 'blotter.delivery.id': 'b' }]
  expect(shapeOf(story({ ...a, ...failed }, { ...b, ...worked }, { ...a, ...failed }, { ...b, ...worked }))).toEqual(['r0 + r2 (attempts 1)', 'r1 + r3 (attempts 1)'])
})

test('repeats of one failure are one record, until it works or fails in another way', () => {
  expect(shapeOf(story(failed, failed, worked, failed, { ...failed, 'error.type': 'refused' }))).toEqual(['r0 + r1 (repeats 1)', 'r2', 'r3', 'r4'])
})

test('deliveries that fail alike one after the other are repeats', () => {
  expect(shapeOf(story(...['a', 'b', 'c'].map((id) => ({ 'blotter.delivery.id': id, ...failed }))))).toEqual(['r0 + r1 r2 (repeats 2)'])
})

test('a failure after a success stands after it, whatever went before', () => {
  const [a, b] = [{ 'blotter.delivery.id': 'a' }, { 'blotter.delivery.id': 'b' }]
  expect(shapeOf(story({ ...a, ...failed }, { ...b, ...failed }, worked, { ...b, ...failed }))).toEqual(['r0 + r1 (repeats 1)', 'r2', 'r3'])
})

test('repeats that are far apart are not one go at it; successes are never repeats', () => {
  expect(shapeOf([record(0, 0, failed), record(1, 299, failed), record(2, 700, failed)])).toEqual(['r0 + r1 (repeats 1)', 'r2'])
  expect(shapeOf(story(worked, worked))).toEqual(['r0', 'r1'])
})

test.each(['audit.actor.id', 'audit.target.id', 'audit.action', 'blotter.integration', 'blotter.decision', 'blotter.reason'])('another %s is another thing', (key) => {
  expect(shapeOf(story({ 'audit.outcome': 'failure' }, { 'audit.outcome': 'failure', [key]: 'another' }))).toEqual(['r0', 'r1'])
})

test('what stands for itself is neither folded nor jumped over', () => {
  const records = story(failed, failed, failed, failed)
  expect(shapeOf(records, [records[3]!])).toEqual(['r0 + r1 r2 (repeats 2)', 'r3'])
})

test('ids are told up to a hundred, all are counted', () => {
  const [head] = fold(Array.from({ length: 300 }, (_, i) => record(i, i, failed)), new Set())
  expect(head!.folded).toMatchObject({ count: 299, outcomes: { failure: 300 } })
  expect(head!.folded!.recordIds).toHaveLength(100)
})

test('whatever the story, each record is told once, and a run has one outcome', () => {
  const attributes = fc.record({ 'audit.outcome': fc.constantFrom('success', 'failure', 'unknown'), 'blotter.delivery.id': fc.constantFrom('', 'a', 'b'), 'error.type': fc.constantFrom('', 'timeout'), 'audit.target.id': fc.constantFrom('x', 'y') })
  fc.assert(fc.property(fc.array(fc.record({ gap: fc.nat(400), attributes }), { maxLength: 60 }), fc.nat(59), (drawn, protectedIndex) => {
    let second = 0
    const records = drawn.map(({ gap, attributes: one }, i) => record(i, second += gap, one))
    const folded = fold(records, new Set(records.slice(protectedIndex, protectedIndex + 1).map(keyOfRecord)))
    expect(folded.flatMap(({ record: head, folded: run }) => [recordIdOf(head), ...run?.recordIds ?? []]).sort()).toEqual(records.map(recordIdOf).sort())
    const outcomeOf = new Map(records.map((one) => [recordIdOf(one), one.record.attributes['audit.outcome']]))
    for (const { record: head, folded: run } of folded) expect(new Set([recordIdOf(head), ...run?.recordIds ?? []].map((id) => outcomeOf.get(id))).size).toBe(1)
    if (records.length > protectedIndex) expect(folded.map(({ record: head }) => recordIdOf(head))).toContain(`r${protectedIndex}`)
  }))
})

import { emptyRecord, fields, fingerprintKey, text, valueMap } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { expect, test } from 'vitest'
import { gapKeys, gapSignature } from '../deliver/gap.ts'
import type { AuditError } from '../errors.ts'
import type { SpoolEntry } from '../spool/spool.ts'
import { keyBytes } from '../testing/fake-collector.ts'
import { createManualTime, settle } from '../testing/manual-time.ts'
import type { Sent } from './courier.ts'
import { createGapEntry } from './gap-entry.ts'
import { createLane } from './lane.ts'
import type { LaneOptions } from './lane.ts'
import { createReports } from './reports.ts'
import { entryOf, recordsOf } from './spool-text.ts'

const key = { ...fingerprintKey('e1', keyBytes), secret: keyBytes }

function laneWith(options: Partial<LaneOptions> = {}) {
  const problems: AuditError[] = []
  const sent: SpoolEntry[] = []
  const answers: Sent[] = []
  const timing = createManualTime()
  const reports = createReports((problem) => { problems.push(problem) })
  const lane = createLane({
    resource: () => '{"attributes":[]}', ready: () => Promise.resolve(), disk: undefined, maxBatch: 10, timing, reports, gapEntry: createGapEntry('stripe', () => key),
    send: async (_, entries) => {
      const answer = answers.shift() ?? { kind: 'accepted' }
      if (answer.kind === 'accepted') sent.push(...entries)
      return answer
    },
    ...options,
  })
  return { lane, problems, sent, answers, timing, counts: reports.stats.counts }
}

function recordOf(n: number): AuditRecord {
  return { ...emptyRecord, eventName: 'e', body: 'x'.repeat(500), observedTimeUnixNano: BigInt(n), attributes: valueMap([[fields.recordId.key, `rec-${n}`]]) }
}

const down: Sent = { kind: 'retry', code: 'DEADLINE', why: '', afterMs: 0 }

test('without room the newest are dropped, told once, and a signed record says how many and when', async () => {
  const { lane, problems, sent, answers, timing, counts } = laneWith({ unsavedLimit: 1_500 })
  answers.push(down)
  for (let n = 1; n <= 6; n += 1) lane.add(entryOf(recordOf(n)), recordOf(n))
  await settle()
  expect(problems.map(({ code }) => code)).toEqual(['QUEUE_FULL', 'DEADLINE'])
  await timing.advance(10_000)
  await lane.delivered()
  const records = recordsOf('{"attributes":[]}', sent)!
  const gap = records.at(-1)!
  expect(records.slice(0, -1).map(({ attributes }) => text(attributes, fields.recordId.key))).toEqual(['rec-1', 'rec-2', 'rec-3'])
  expect(gap).toMatchObject({ eventName: 'blotter.records.dropped', timeUnixNano: 4n, observedTimeUnixNano: 6n })
  expect(gap.attributes[gapKeys.count]).toBe(3n)
  expect(text(gap.attributes, gapKeys.value)).toBe(gapSignature(gap, keyBytes, 'e1'))
  expect(counts.dropped).toBe(3)
})

test('a disk that cannot be opened does not keep records from being sent', async () => {
  const { lane, problems, sent } = laneWith({ disk: { open: () => Promise.reject(new Error('EROFS')), openSync: () => { throw new Error('EROFS') } } })
  lane.add(entryOf(recordOf(1)), recordOf(1))
  await settle()
  expect(problems.map(({ code }) => code)).toEqual(['SPOOL_FAILED'])
  expect(sent.map(({ recordId }) => recordId)).toEqual(['rec-1'])
  expect(lane.unsaved).toBe(0)
})

test('at the end of the process it says how many no disk took', async () => {
  const { lane, answers } = laneWith()
  answers.push(down)
  for (let n = 1; n <= 3; n += 1) lane.add(entryOf(recordOf(n)), recordOf(n))
  await settle()
  expect(lane.closeSync()).toBe(3)
  expect(lane.closeSync()).toBe(0)
})

test('a record too large for any collector is refused without being sent', async () => {
  const { lane, problems, counts } = laneWith()
  lane.add({ recordId: 'rec-1', text: 'x'.repeat(17 * 1024 * 1024) }, recordOf(1))
  await lane.delivered()
  expect(problems).toEqual([expect.objectContaining({ code: 'TOO_LARGE', recordId: 'rec-1' })])
  expect(counts.refused).toBe(1)
})

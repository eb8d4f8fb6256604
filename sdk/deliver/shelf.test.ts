import { beforeEach, expect, test } from 'vitest'
import { emptyRecord, fields, text, valueMap } from '@blotter/processors'
import { AuditError } from '../errors.ts'
import { logRecordText, readLogRecord } from '../log-record.ts'
import type { Spool, SpoolEntry } from '../spool/spool.ts'
import { createManualTime, settle } from '../testing/manual-time.ts'
import type { ManualTime } from '../testing/manual-time.ts'
import { gapEvent, gapKeys } from './gap.ts'
import type { Item } from './item.ts'
import { createMemorySpool } from './memory-spool.ts'
import { createShelf } from './shelf.ts'
import type { Shelf } from './shelf.ts'

let time: ManualTime
let told: string[]
let memory: Spool
/** What the disk took, and what it answers next. */
let kept: SpoolEntry[]
let room: number
let fault: string | undefined

beforeEach(() => {
  time = createManualTime()
  told = []
  memory = createMemorySpool('{}')
  kept = []
  room = Number.POSITIVE_INFINITY
  fault = undefined
})

function itemOf(recordId: string, kind: 'acknowledged' | 'spooled' | 'best-effort' = 'spooled'): Item {
  const record = { ...emptyRecord, eventName: 'e', observedTimeUnixNano: 5n, attributes: valueMap([[fields.recordId.key, recordId]]) }
  return { handle: 1, recordId, text: '', acknowledged: kind === 'acknowledged', mayDrop: kind === 'best-effort', place: 'held', entry: { recordId, text: logRecordText(record) } }
}

function create(whenFull: 'block' | 'throw' | 'drop', withDisk = true): Shelf {
  const take = (entries: readonly SpoolEntry[]): void => {
    if (fault !== undefined) throw new Error(fault)
    if (entries.length > room) throw new AuditError('SPOOL_FULL')
    room -= entries.length
    kept.push(...entries)
  }
  const disk = { ...createMemorySpool('{}'), append: async (entries: readonly SpoolEntry[]) => take(entries), appendSync: take }
  return createShelf({
    memory, disk: withDisk ? disk : undefined, whenFull, gap: { integration: 'stripe', emitter: 'shop' }, timing: time,
    events: {
      spooled: ({ recordId }) => { told.push(`${recordId} spooled`) }, unsaved: ({ recordId }) => { told.push(`${recordId} in memory`) }, failed: ({ recordId }, { code }) => { told.push(`${recordId} ${code}`) },
      dropped: (item) => { told.push(`${item?.recordId ?? '?'} dropped`) }, trouble() {}, stocked() {}, rested() {},
    },
  })
}

const ids = (entries: readonly SpoolEntry[]): string[] => entries.map(({ text: line, recordId }) => (readLogRecord(line).eventName === gapEvent ? `gap of ${text(readLogRecord(line).attributes, gapKeys.count)}` : recordId))

test('block keeps the order, and goes on as soon as there is room', async () => {
  const shelf = create('block')
  room = 1
  for (const id of ['a', 'b', 'c', 'd']) shelf.put(itemOf(id))
  await settle()
  expect(told).toEqual(['a spooled'])
  room = 2
  shelf.settled()
  await settle()
  expect(told).toEqual(['a spooled', 'b spooled', 'c spooled'])
  room = 5
  await time.advance(1_000) // other processes make room without a word
  expect(ids(kept)).toEqual(['a', 'b', 'c', 'd'])
  expect(shelf.size).toBe(0)
})

test('block: what is withdrawn leaves the queue, and nothing is held up by it', async () => {
  const shelf = create('block')
  room = 0
  const [a, b] = [itemOf('a'), itemOf('b')]
  shelf.put(a)
  shelf.put(b)
  await settle()
  expect(shelf.withdraw(a)).toBe(true)
  room = 5
  shelf.settled()
  await settle()
  expect(ids(kept)).toEqual(['b'])
})

test('throw refuses what does not fit, but what nobody waits for is told in a gap record', async () => {
  const shelf = create('throw')
  room = 0
  shelf.put(itemOf('a'))
  shelf.put(itemOf('b', 'best-effort'))
  await settle()
  expect(told).toEqual(['a SPOOL_FULL', 'b dropped'])
  room = 5
  shelf.settled()
  await settle()
  expect(ids(kept)).toEqual(['gap of 1'])
})

test('drop counts each once, over several gaps', async () => {
  const shelf = create('drop')
  room = 1
  for (const id of ['a', 'b', 'c']) shelf.put(itemOf(id))
  await settle()
  room = 1
  shelf.settled()
  await settle()
  for (const id of ['d', 'e']) shelf.put(itemOf(id))
  await settle()
  room = 9
  shelf.put(itemOf('f'))
  shelf.settled()
  await time.advance(1_000)
  expect(ids(kept).filter((id) => id.startsWith('gap'))).toEqual(['gap of 2', 'gap of 2'])
  expect(told.filter((line) => line.includes('dropped'))).toHaveLength(4)
})

test('a disk that fails breaks the promise of the disk only: the others are sent from memory', async () => {
  const shelf = create('block')
  fault = 'EIO'
  for (const kind of ['acknowledged', 'spooled', 'best-effort'] as const) shelf.put(itemOf(kind, kind))
  await settle()
  expect(told).toEqual(['acknowledged in memory', 'spooled SPOOL_FAILED', 'best-effort in memory'])
  fault = undefined
  shelf.put(itemOf('later'))
  await settle()
  expect(told.at(-1)).toBe('later spooled')
})

test('a disk that fails while a gap is to be told does not keep it from being told', async () => {
  const shelf = create('drop')
  room = 0
  shelf.put(itemOf('a'))
  await settle()
  fault = 'EIO'
  await time.advance(1_000)
  expect(ids((await memory.next({ maxRecords: 9, maxBytes: 1_000_000 }))!.entries)).toEqual(['gap of 1'])
  expect(shelf.size).toBe(0)
})

test('without a disk, what is lost together is told together', async () => {
  const shelf = create('block', false)
  for (const id of ['a', 'b']) shelf.lose(readLogRecord(itemOf(id).entry!.text), undefined)
  await time.advance(0)
  expect(ids((await memory.next({ maxRecords: 9, maxBytes: 1_000_000 }))!.entries)).toEqual(['gap of 2'])
})

test('at the end of the process everything goes to the disk at once; what does not is counted', async () => {
  const shelf = create('block')
  room = 0
  for (const id of ['a', 'b']) shelf.put(itemOf(id))
  await settle()
  expect(shelf.putAllNow()).toBe(2)
  const other = create('block')
  room = 0
  for (const id of ['c', 'd']) other.put(itemOf(id))
  await settle()
  room = 2
  expect(other.putAllNow()).toBe(0)
  expect(ids(kept)).toEqual(['c', 'd'])
})

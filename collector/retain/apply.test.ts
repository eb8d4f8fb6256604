import { expect, test } from 'vitest'
import { createMemoryStore } from '../../test/support/memory-store.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { erase } from './apply.ts'
import type { MemoryStore } from '../../test/support/memory-store.ts'
import type { StoredRecord } from '../store/store.ts'
import type { ErasedPartition, Erasure, ErasureOptions } from './apply.ts'

const planned = { retentionClass: 'operations', period: '2026-11-24', rows: 2, bytes: 200, firstOccurred: '', lastOccurred: '', keepDays: 30, why: 'one month', expiredAt: '2026-12-25T00:00:00.000Z' }

interface Fixture { readonly store: MemoryStore; readonly order: string[]; readonly tombstones: ErasedPartition[]; readonly run: (changes?: Partial<ErasureOptions>) => Promise<Erasure> }

function fixture(records: readonly StoredRecord[]): Fixture {
  const store = createMemoryStore(records)
  const order = store.calls
  const tombstones: ErasedPartition[] = []
  const options: ErasureOptions = {
    origin: 'test', store,
    appendTombstone: async (tombstone) => { order.push('tombstone'); tombstones.push(tombstone); return 99 },
    exclusive: async (work) => { order.push('begin'); try { return await work() } finally { order.push('end') } },
  }
  return { store, order, tombstones, run: (changes = {}) => erase(planned, { ...options, ...changes }) }
}

const twoRecords = [storedRecord(3, at(3)), storedRecord(5, at(5))]
const other = storedRecord(4, at(4), { period: '2026-11-25' })

test('the tombstone is durable before the records go, and nothing gets in between', async () => {
  const { order, run, tombstones, store } = fixture([...twoRecords, other])
  expect(await run()).toEqual({ retentionClass: 'operations', period: '2026-11-24', rows: 2, bytes: 200, tombstoneIndex: 99 })
  expect(order).toEqual(['begin', 'tombstone', 'drop operations 2026-11-24', 'end'])
  expect(tombstones).toEqual([{ retentionClass: 'operations', period: '2026-11-24', leaves: twoRecords.map(({ leafIndex, leafHash }) => ({ leafIndex, leafHash })) }])
  expect(store.held).toEqual([other])
})

test('without a tombstone nothing goes', async () => {
  const { run, store } = fixture(twoRecords)
  await expect(run({ appendTombstone: () => Promise.reject(new Error('the journal is full')) })).rejects.toThrow('the journal is full')
  expect(store.held).toEqual(twoRecords)
})

test('a crash between tombstone and drop is made good by the next run, with a tombstone of its own', async () => {
  const { run, store, tombstones } = fixture(twoRecords)
  await expect(run({ store: { ...store, drop: () => Promise.reject(new Error('killed')) } })).rejects.toThrow('killed')
  expect(await run()).toMatchObject({ rows: 2, tombstoneIndex: 99 })
  expect(tombstones).toHaveLength(2)
  expect(tombstones[1]).toEqual(tombstones[0])
  expect(store.held).toEqual([])
})

test('records of another log are not erased with ours: the partition is left as it is', async () => {
  const foreign = storedRecord(3, at(3), { origin: 'another log' })
  const { run, store, tombstones } = fixture([...twoRecords, foreign])
  expect(await run()).toEqual({ retentionClass: 'operations', period: '2026-11-24', rows: 0, bytes: 0, skipped: 'foreign_records' })
  expect(store.held).toHaveLength(3)
  expect(tombstones).toEqual([])
})

test.each([['that is gone already', []], ['that holds nothing of ours', [storedRecord(3, at(3), { origin: 'another log' })]]])('a partition %s leaves no tombstone and is not dropped', async (_, records) => {
  const { run, order } = fixture(records)
  expect(await run()).toEqual({ retentionClass: 'operations', period: '2026-11-24', rows: 0, bytes: 0 })
  expect(order).toEqual(['begin', 'end'])
})

test('what came in after the plan was made is counted and erased as well', async () => {
  const { run, tombstones } = fixture([...twoRecords, storedRecord(8, at(8))])
  expect(await run()).toMatchObject({ rows: 3 })
  expect(tombstones[0]?.leaves.map(({ leafIndex }) => leafIndex)).toEqual([3, 5, 8])
})

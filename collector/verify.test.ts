import { beforeEach, describe, expect, test } from 'vitest'
import { MemoryDisk } from './seal/testing/memory-disk.ts'
import { origin, seed, vkey } from './seal/testing/vectors.ts'
import { commitment, erasureDigest, openLog, recordEntry, tombstoneEntry } from './seal/index.ts'
import { storedRow } from '../test/support/memory-store.ts'
import { at, storedRecord } from '../test/support/stored.ts'
import { columns } from './store/columns.ts'
import { verify } from './verify.ts'
import type { Place } from '../test/support/stored.ts'
import type { StoredRecord, StoredRow } from './store/store.ts'
import type { Tombstone } from './seal/index.ts'
import type { Verified, VerifySource } from './verify.ts'

/** A sealed log of records and tombstones, with the rows that belong to it, for tests to spoil. */
let disk: MemoryDisk
let records: StoredRecord[]
let rows: StoredRow[]

const entryOf = ({ salt, canonical, retentionClass, period }: StoredRecord): Buffer => recordEntry({ commitment: commitment(salt, canonical), retentionClass, retentionPeriod: period })

async function seal(...entries: Buffer[]): Promise<void> {
  await (await openLog({ directory: '/log', origin, seed, operations: disk })).append(entries)
}

const record = (index: number, place: Place = {}): StoredRecord => storedRecord(index, at(index, { list: [1n, 'two'], 'blotter.delivery.attempt': 2n }, { body: 'said', traceId: 'ab'.repeat(16) }), { origin, ...place })

beforeEach(async () => {
  disk = new MemoryDisk()
  records = [0, 1, 2, 3, 4].map((index) => record(index, { period: index < 2 ? '2026-11-23' : '2026-11-24' }))
  rows = records.map(storedRow)
  await seal(...records.map(entryOf))
})

async function check(changes: Partial<VerifySource> = {}): Promise<Verified> {
  return verify({ origin, vkey, partialView: false, read: (path) => disk.read(`/log/${path}`), rows: async function* rowsInOrder() { yield* rows }, ...changes })
}

const codes = ({ problems }: Verified): string[] => problems.map(({ code }) => code)

function tombstone(erased: readonly StoredRecord[], changes: Partial<Tombstone> = {}): Buffer {
  return tombstoneEntry({
    class: erased[0]!.retentionClass, period: erased[0]!.period, count: erased.length, first: erased[0]!.leafIndex, last: erased.at(-1)!.leafIndex,
    digest: erasureDigest(erased.map(({ leafHash }) => leafHash)), policy: 'v1', reason: 'retention', time: 1_764_000_000, ...changes,
  })
}

test('rows that are what the log commits to hold', async () => {
  expect(await check()).toMatchObject({ size: 5, rows: 5, erased: 0, tombstones: 0, unchecked: 0, unsealed: 0, problems: [] })
})

test('an empty log without rows holds', async () => {
  disk = new MemoryDisk()
  rows = []
  await seal()
  expect(await check()).toMatchObject({ size: 0, rows: 0, problems: [] })
})

describe('a row that was tampered with is found', () => {
  // The digest of what was received cannot be checked: nobody has that any more.
  const checked = columns.map(({ name }) => name).filter((name) => name !== 'ReceivedDigest')

  test.each(checked)('in column %s', async (name) => {
    const value = rows[2]!.columns[name]
    const changed = typeof value === 'object' && value !== null ? { ...value, added: 'x' } : `${String(value)}1`
    rows[2] = { ...rows[2]!, columns: { ...rows[2]!.columns, [name]: changed } }
    expect((await check()).problems).toEqual([{ code: 'column_changed', message: `row 2: column ${name} is not what the sealed record says` }])
  })

  test.each(checked)('when column %s is gone', async (name) => {
    const { [name]: _, ...left } = rows[2]!.columns
    rows[2] = { ...rows[2]!, columns: left }
    expect(codes(await check())).toEqual(['column_changed'])
  })

  test('when a member of a map was changed, removed or replaced', async () => {
    const attributes = rows[0]!.columns['LogAttributes'] as Record<string, string>
    const { 'audit.action': _, ...without } = attributes
    for (const changed of [{ ...attributes, 'audit.action': 'DELETE' }, without, { ...without, other: 'CREATE' }]) {
      const columnsOf = { ...rows[0]!.columns, LogAttributes: changed }
      expect(codes(await check({ rows: async function* spoiled() { yield { ...rows[0]!, columns: columnsOf }; yield* rows.slice(1) } }))).toEqual(['column_changed'])
    }
  })

  test('when the order of a map changed, it is the same map', async () => {
    const attributes = Object.fromEntries(Object.entries(rows[0]!.columns['LogAttributes'] as object).reverse())
    rows[0] = { ...rows[0]!, columns: { ...rows[0]!.columns, LogAttributes: attributes } }
    expect(codes(await check())).toEqual([])
  })

  test('in the text that the leaf commits to', async () => {
    rows[1] = { ...rows[1]!, canonical: rows[1]!.canonical.replace('maria', 'jonas') }
    expect((await check()).problems).toEqual([{ code: 'row_changed', message: 'row 1 is not what leaf 1 commits to' }])
  })

  test('in text and columns together', async () => {
    rows[1] = { ...storedRow(storedRecord(1, at(1, { 'audit.actor.id': 'jonas' }), { origin, period: '2026-11-23' })) }
    expect(codes(await check())).toEqual(['row_changed'])
  })

  test.each(['', 'AAAA', 'not base64!'])('when its salt is %j', async (salt) => {
    rows[1] = { ...rows[1]!, salt }
    expect((await check()).problems).toEqual([{ code: 'salt_missing', message: 'row 1 has no salt: its leaf cannot be opened' }])
  })

  test('when two rows were exchanged', async () => {
    const [a, b] = [rows[3]!, rows[4]!]
    rows[3] = { ...b, leafIndex: 3 }
    rows[4] = { ...a, leafIndex: 4 }
    expect(codes(await check())).toEqual(['row_changed', 'row_changed'])
  })

  test('when it was moved to another retention class, to be deleted sooner', async () => {
    rows[1] = storedRow({ ...records[1]!, retentionClass: 'short' })
    expect(codes(await check())).toContain('column_changed')
  })
})

describe('rows that are missing or too many', () => {
  test('a leaf without a row and without a tombstone is a problem', async () => {
    rows.splice(3, 1)
    expect((await check()).problems).toEqual([{ code: 'row_missing', message: 'leaf 3 has no row, and no tombstone says why' }])
  })

  test('a leaf whose row belongs to someone else is unchecked, not missing', async () => {
    rows.splice(3, 1)
    expect(await check({ partialView: true })).toMatchObject({ rows: 4, unchecked: 1, problems: [] })
  })

  test.each([0, 2, 4])('a row that is there twice (%i) is a problem', async (index) => {
    rows.splice(index, 0, rows[index]!)
    expect((await check()).problems).toEqual([{ code: 'row_twice', message: `there is more than one row with index ${index}` }])
  })

  test('a row beyond the log that nobody journaled is a problem', async () => {
    rows.push(storedRow(record(7)))
    expect(codes(await check({ unsealed: new Map() }))).toEqual(['row_beyond_log'])
  })

  test('rows that a running collector took in since its checkpoint are no problem: the next check covers them', async () => {
    rows.push(storedRow(record(5)), storedRow(record(6)))
    expect(await check()).toMatchObject({ size: 5, rows: 5, problems: [] })
  })

  test('a row that is journaled and not sealed yet is compared with its receipt', async () => {
    const next = record(5)
    rows.push(storedRow(next))
    const receipt = Buffer.from(next.leafHash).toString('base64')
    expect(await check({ unsealed: new Map([[5, receipt]]) })).toMatchObject({ rows: 5, unsealed: 1, problems: [] })
    rows[5] = storedRow({ ...next, canonical: next.canonical.replace('maria', 'jonas') })
    expect(codes(await check({ unsealed: new Map([[5, receipt]]) }))).toEqual(['row_beyond_log'])
  })

  test('a row that is not sealed yet and has lost its salt is a problem, and no crash', async () => {
    const next = record(5)
    rows.push({ ...storedRow(next), salt: '' })
    expect(codes(await check({ unsealed: new Map([[5, Buffer.from(next.leafHash).toString('base64')]]) })).length).toBeGreaterThan(0)
  })

  test('a row without a log is a problem: nothing of it can be trusted', async () => {
    disk = new MemoryDisk()
    const { size, problems } = await check()
    expect(size).toBeNull()
    expect(problems.length).toBeGreaterThan(0)
  })

  test('of very many problems the first hundred are told', async () => {
    disk = new MemoryDisk()
    records = Array.from({ length: 300 }, (_, index) => record(index))
    await seal(...records.map(entryOf))
    rows = []
    expect((await check()).problems).toHaveLength(100)
  })
})

describe('erasures', () => {
  const erased = (): StoredRecord[] => records.slice(0, 2) // all of 2026-11-23

  test('are explained by their tombstones', async () => {
    await seal(tombstone(erased()))
    rows.splice(0, 2)
    expect(await check()).toMatchObject({ size: 6, rows: 3, erased: 2, tombstones: 1, problems: [] })
  })

  test('may be told twice, after a crash between tombstone and drop', async () => {
    await seal(tombstone(erased()), tombstone(erased()))
    rows.splice(0, 2)
    expect(await check()).toMatchObject({ erased: 2, tombstones: 2, problems: [] })
  })

  test('that were told and not carried out are unfinished', async () => {
    await seal(tombstone(erased()))
    expect((await check()).problems).toMatchObject([{ code: 'erasure_unfinished', message: expect.stringContaining('2 of 2 records') as string }])
  })

  test('that were carried out in part are unfinished', async () => {
    await seal(tombstone(erased()))
    rows.splice(0, 1)
    expect(codes(await check())).toContain('erasure_unfinished')
  })

  test.each<[string, Partial<Tombstone>]>([
    ['too many', { count: 1 }], ['another digest', { digest: 'ab'.repeat(32) }], ['a range that leaves one out', { first: 1 }],
  ])('whose tombstone counts %s are not explained', async (_, changes) => {
    await seal(tombstone(erased(), changes.first === undefined ? changes : { ...changes, count: 1 }))
    rows.splice(0, 2)
    const found = await check()
    expect(codes(found)).toContain('tombstone_wrong')
    expect(codes(found)).toContain('row_missing')
    expect(found.erased).toBe(0)
  })

  test('are not a cover for other rows that are gone', async () => {
    await seal(tombstone(erased()))
    rows.splice(0, 3) // one more than was told, of another period
    expect(await check()).toMatchObject({ erased: 2, problems: [{ code: 'row_missing', message: 'leaf 2 has no row, and no tombstone says why' }] })
  })

  test('of a class that never was are wrong', async () => {
    await seal(tombstone(erased(), { class: 'other' }))
    expect(codes(await check())).toEqual(['tombstone_wrong'])
  })

  test('have no row of their own', async () => {
    await seal(tombstone(erased()))
    rows.splice(0, 2)
    rows.push(storedRow(record(5)))
    expect(codes(await check())).toEqual(['row_for_tombstone'])
  })

  test('are explained to one tenant too, while the rows of others are unchecked', async () => {
    await seal(tombstone(erased()))
    rows = [rows[3]!]
    expect(await check({ partialView: true })).toMatchObject({ rows: 1, erased: 2, unchecked: 2, problems: [] })
  })
})

test('a log that was rolled back or forked since the last time is found', async () => {
  const { root } = await check()
  const remembered = { size: 5, root: Buffer.from(root!, 'base64') }
  expect(codes(await check({ remembered }))).toEqual([])
  expect(codes(await check({ remembered: { ...remembered, size: 6 } }))).toEqual(['checkpoint_older'])
  expect(codes(await check({ remembered: { ...remembered, root: Buffer.alloc(32) } }))).toEqual(['history_differs'])
})

test('a log of another key or name is not trusted', async () => {
  expect((await check({ vkey: vkey.replace('prod+', 'dev+') }).catch((error: unknown) => error))).not.toMatchObject({ problems: [] })
  expect(codes(await check({ origin: 'another' })).length).toBeGreaterThan(0)
})

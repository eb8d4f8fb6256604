// On the real engine, embedded: what is proven here is what the SQL does, not what it looks like.

import fc from 'fast-check'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRecord, text, withValues } from '@blotter/processors'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { makeDirectory, removeDirectory } from '../../test/support/directory.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { openClickHouse } from './clickhouse.ts'
import { base64, columns } from './columns.ts'
import { connect } from './connect.ts'
import { linkHash, linksOf } from './links.ts'
import type { Place } from '../../test/support/stored.ts'
import type { Connection } from './connect.ts'
import type { Link, LinkKind, RecordFilter, Store, StoredRecord, StoredRow } from './store.ts'

let directory: string
let connection: Connection
let store: Store

beforeAll(async () => {
  directory = await makeDirectory()
  connection = await connect({ kind: 'embedded', directory: join(directory, 'store') })
  store = await openClickHouse(connection)
})

afterAll(async () => {
  await store.close()
  await removeDirectory(directory)
})

/** Every test has names of its own, since all of them share one database. */
let names = 0
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const members: T[] = []
  for await (const member of source) members.push(member)
  return members
}

function place(): Required<Pick<Place, 'origin' | 'workspace' | 'retentionClass'>> {
  names += 1
  return { origin: `log-${names}`, workspace: `shop-${names}`, retentionClass: `class-${names}` }
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

const allRows = (origin: string): Promise<StoredRow[]> => collect(store.rows(origin, 0, Number.MAX_SAFE_INTEGER))

/** How many rows each leaf has in each table. */
async function rowsPerLeaf(table: string, origin: string): Promise<Record<number, number>> {
  const rows = await connection.query<{ LeafIndex: string; Count: string }>(`SELECT toString(LeafIndex) AS LeafIndex, toString(count()) AS Count FROM blotter.${table} WHERE Origin = {origin:String} GROUP BY LeafIndex`, { origin })
  return Object.fromEntries(rows.map(({ LeafIndex, Count }) => [Number(LeafIndex), Number(Count)]))
}

/** Each leaf stands once in records and salts, and once for each of its identifiers. */
async function expectOnce(origin: string, records: readonly StoredRecord[]): Promise<void> {
  const per = (count: (record: StoredRecord) => number): Record<number, number> => Object.fromEntries(records.map((record) => [record.leafIndex, count(record)]).filter(([, rows]) => rows !== 0))
  expect(await rowsPerLeaf('records', origin)).toEqual(per(() => 1))
  expect(await rowsPerLeaf('salts', origin)).toEqual(per(() => 1))
  expect(await rowsPerLeaf('identifiers', origin)).toEqual(per(({ canonical }) => linksOf(parseRecord(canonical)).length))
}

const found = async (where: { workspace: string }, filter: Partial<RecordFilter>, limit = 100): Promise<number[]> =>
  (await store.find({ environment: 'production', ...where }, { all: [], any: [], ...filter }, limit)).map(({ leafIndex }) => leafIndex)

describe('the table', () => {
  test('has exactly the columns that are written and verified, in that order', async () => {
    const described = await connection.query<{ name: string }>('DESCRIBE TABLE blotter.records')
    expect(described.map(({ name }) => name)).toEqual(columns.map(({ name }) => name))
  })

  test('gives back every column of any record as it was derived from it', async () => {
    const where = place()
    const records = fc.sample(anyRecord, { numRuns: 150, seed: 7 }).map((record, i) => storedRecord(i, record, where))
    await store.insert(records)
    const rows = await allRows(where.origin)
    expect(rows.map(({ leafIndex }) => leafIndex)).toEqual(records.map(({ leafIndex }) => leafIndex))
    rows.forEach((row, i) => {
      const stored = records[i]!
      expect(row).toMatchObject({ canonical: stored.canonical, salt: base64(stored.salt), leafHash: base64(stored.leafHash) })
      const record = parseRecord(stored.canonical)
      for (const { name, of } of columns) {
        const implied = of(record, stored)
        if (typeof implied === 'object') expect(new Map(Object.entries(row.columns[name] as object)), name).toEqual(new Map(Object.entries(implied)))
        else expect(String(row.columns[name]), name).toBe(String(implied))
      }
    })
  })

  test('holds times to the nanosecond, from 1970 to 2105', async () => {
    const where = place()
    const times = [0n, 1n, 999_999_999n, 12_345_000_000_001n, 99_999_999_999_999_999n, 1_700_000_000_123_456_789n, 4_291_747_199_999_999_999n]
    await store.insert(times.map((timeUnixNano, i) => storedRecord(i, at(0, {}, { timeUnixNano, observedTimeUnixNano: timeUnixNano }), where)))
    const rows = await allRows(where.origin)
    expect(rows.map((row) => row.columns['Timestamp'])).toEqual(times.map(String))
    expect(rows.map((row) => row.columns['ObservedTimestamp'])).toEqual(times.map(String))
  })

  test('is made once: opening again changes nothing', async () => {
    const before = await connection.query('SELECT * FROM blotter.migrations ORDER BY Number')
    await openClickHouse(connection)
    expect(await connection.query('SELECT * FROM blotter.migrations ORDER BY Number')).toEqual(before)
  })

  test('is not touched by a migration that was changed after it ran', async () => {
    const changed: Connection = { ...connection, query: async <Row>(sql: string, parameters?: Record<string, unknown>) => {
      const rows = await connection.query<Row>(sql, parameters)
      return sql.includes('blotter.migrations') ? rows.map((row) => ({ ...row, Checksum: createHash('sha256').update('other').digest('hex') })) : rows
    } }
    await expect(openClickHouse(changed)).rejects.toThrow('BUG: migration 0001_records.sql changed after it ran')
  })
})

describe('inserting', () => {
  const tables = ['identifiers', 'salts', 'records'] as const

  /** A store whose insert into one table fails once, before or after it was applied. */
  async function failing(table: string, when: 'before' | 'after'): Promise<Store> {
    let armed = true
    return openClickHouse({
      ...connection,
      async insert(into, names, rows) {
        const hit = armed && into === `blotter.${table}`
        if (hit) armed = false
        if (!hit || when === 'after') await connection.insert(into, names, rows)
        if (hit) throw new Error('the connection broke')
      },
    })
  }

  const batch = (where: Place, from: number, to: number): StoredRecord[] =>
    Array.from({ length: to - from }, (_, i) => storedRecord(from + i, at(from + i, { 'blotter.request.id': `request ${(from + i) % 3}` }), { ...where, period: i % 2 === 0 ? '2026-11-24' : '2026-11-23' }))

  describe.each(tables)('that breaks at %s', (table) => {
    test.each(['before', 'after'] as const)('%s it was applied leaves each leaf once, when it is reconciled and done again', async (when) => {
      const where = place()
      const broken = await failing(table, when)
      await broken.reconcile(where.origin, 0)
      await expect(broken.insert(batch(where, 0, 6))).rejects.toThrow('the connection broke')
      await broken.reconcile(where.origin, 0)
      await broken.insert(batch(where, 0, 6))
      await expectOnce(where.origin, batch(where, 0, 6))
    })

    test.each(['before', 'after'] as const)('%s it was applied leaves each leaf once, when another process goes on with more', async (when) => {
      const where = place()
      await expect((await failing(table, when)).insert(batch(where, 0, 4))).rejects.toThrow('the connection broke')
      const next = await openClickHouse(connection)
      await next.reconcile(where.origin, 0)
      await next.insert(batch(where, 0, 3)) // the journal gives what it gives, in pieces of its own
      await next.insert(batch(where, 3, 7))
      await next.insert(batch(where, 7, 9))
      await expectOnce(where.origin, batch(where, 0, 9))
    })
  })

  test('rows that were made ready before it broke are not inserted twice', async () => {
    const where = place()
    const broken = await failing('salts', 'after')
    await broken.reconcile(where.origin, 0)
    const [first, second] = [batch(where, 0, 4), batch(where, 4, 8)]
    const ready = [await broken.prepare(first), await broken.prepare(second)] as const
    await expect(broken.insert(first, ready[0])).rejects.toThrow('the connection broke')
    await broken.reconcile(where.origin, 0)
    await broken.insert(first, ready[0])
    await broken.insert(second, ready[1])
    await expectOnce(where.origin, batch(where, 0, 8))
  })

  test('twice leaves each leaf once, as long as it is reconciled in between', async () => {
    const where = place()
    for (let i = 0; i < 3; i += 1) {
      await store.reconcile(where.origin, 0)
      await store.insert(batch(where, 0, 5))
    }
    await expectOnce(where.origin, batch(where, 0, 5))
  })

  test('looks at its own log only', async () => {
    const one = place()
    const other = place()
    await store.insert(batch(one, 0, 3))
    await store.reconcile(other.origin, 0)
    await store.insert(batch(other, 0, 3))
    await expectOnce(one.origin, batch(one, 0, 3))
    await expectOnce(other.origin, batch(other, 0, 3))
  })

  test('nothing is nothing', async () => {
    const where = place()
    await store.insert([])
    expect(await allRows(where.origin)).toEqual([])
  })

  test('a record without any identifier is inserted all the same, and reconciled', async () => {
    const where = place()
    const bare = storedRecord(0, { ...at(0), attributes: withValues({}, {}) }, where)
    expect(linksOf(parseRecord(bare.canonical))).toEqual([])
    await store.insert([bare])
    await store.reconcile(where.origin, 0)
    await store.insert([bare])
    await expectOnce(where.origin, [bare])
  })
})

describe('finding', () => {
  const keys: Record<Exclude<LinkKind, 'trace_id'>, string> = {
    request_id: 'blotter.request.id', session_id: 'session.id', delivery_id: 'blotter.delivery.id', idempotency_key: 'blotter.idempotency.key',
    actor: 'audit.actor.id', target: 'audit.target.id', fingerprint: 'blotter.payload.hash.value', record_id: 'audit.record.id',
  }

  test.each(Object.entries(keys) as [LinkKind, string][])('by %s gives the records that carry it and no others', async (kind, key) => {
    const where = place()
    await store.insert([storedRecord(0, at(0, { [key]: 'this' }), where), storedRecord(1, at(1, { [key]: 'that' }), where), storedRecord(2, at(2, { [key]: 'this' }), where)])
    expect(await found(where, { all: [{ kind, id: 'this' }] })).toEqual([0, 2])
    expect(await found(where, { any: [{ kind, id: 'that' }] })).toEqual([1])
    expect(await found(where, { all: [{ kind, id: 'thi' }] })).toEqual([])
  })

  test('by trace id gives its records', async () => {
    const where = place()
    const traceId = 'ab'.repeat(16)
    await store.insert([storedRecord(0, at(0, {}, { traceId }), where), storedRecord(1, at(1), where)])
    expect(await found(where, { all: [{ kind: 'trace_id', id: traceId }] })).toEqual([0])
  })

  test('an id under one name is not found under another', async () => {
    const where = place()
    await store.insert([storedRecord(0, at(0, { 'audit.actor.id': 'x' }), where), storedRecord(1, at(1, { 'audit.target.id': 'x' }), where)])
    expect(await found(where, { all: [{ kind: 'actor', id: 'x' }] })).toEqual([0])
    expect(await found(where, { all: [{ kind: 'target', id: 'x' }] })).toEqual([1])
  })

  test('an id is found as it is, whatever it is made of', async () => {
    const where = place()
    const ids = ["it's", '"quoted"', 'back\\slash', "\\'", 'tab\tline\nbreak', '{a:String}', '%_*', 'ü 🦉 漢', ' spaces ', "') OR 1=1 --", 'NULL', '\u0000 zero']
    await store.insert(ids.flatMap((id, i) => [storedRecord(2 * i, at(2 * i, { 'blotter.request.id': id }), where), storedRecord(2 * i + 1, at(2 * i + 1, { 'blotter.request.id': `${id}x` }), where)]))
    for (const [i, id] of ids.entries()) expect(await found(where, { all: [{ kind: 'request_id', id }] }), id).toEqual([2 * i])
  })

  test('with several links wants all of one list and any of the other', async () => {
    const where = place()
    const link = (kind: LinkKind, id: string): Link => ({ kind, id })
    await store.insert([
      storedRecord(0, at(0, { 'audit.actor.id': 'maria', 'blotter.request.id': 'r1' }), where),
      storedRecord(1, at(1, { 'audit.actor.id': 'maria', 'blotter.request.id': 'r2' }), where),
      storedRecord(2, at(2, { 'audit.actor.id': 'jonas', 'blotter.request.id': 'r1' }), where),
    ])
    expect(await found(where, { all: [link('actor', 'maria'), link('request_id', 'r1')] })).toEqual([0])
    expect(await found(where, { any: [link('actor', 'jonas'), link('request_id', 'r2')] })).toEqual([1, 2])
    expect(await found(where, { all: [link('request_id', 'r1')], any: [link('actor', 'jonas'), link('actor', 'nobody')] })).toEqual([2])
    expect(await found(where, { all: [link('actor', 'maria'), link('actor', 'jonas')] })).toEqual([])
    expect(await found(where, {})).toEqual([0, 1, 2])
  })

  test('in a window takes its beginning and leaves its end, to the nanosecond', async () => {
    const where = place()
    const time = (i: number): bigint => 1_764_000_000_000_000_000n + BigInt(i)
    await store.insert([0, 1, 2, 3].map((i) => storedRecord(i, at(0, {}, { timeUnixNano: time(i) }), where)))
    expect(await found(where, { fromNano: time(1), toNano: time(3) })).toEqual([1, 2])
    expect(await found(where, { fromNano: time(2) })).toEqual([2, 3])
    expect(await found(where, { toNano: time(1) })).toEqual([0])
    expect(await found(where, { fromNano: time(2), toNano: time(2) })).toEqual([])
    expect(await found(where, { fromNano: 0n, toNano: 1n })).toEqual([])
    expect(await found(where, { fromNano: 0n, toNano: 253_402_300_799_000_000_000n })).toEqual([0, 1, 2, 3]) // to the year 9999
    expect(await found(where, { fromNano: 253_402_300_799_000_000_000n })).toEqual([])
  })

  test('by integration', async () => {
    const where = place()
    await store.insert([storedRecord(0, at(0, { 'blotter.integration': 'stripe' }), where), storedRecord(1, at(1, { 'blotter.integration': 'hubspot' }), where)])
    expect(await found(where, { integration: 'stripe' })).toEqual([0])
    expect(await found(where, { integration: 'stripe', all: [{ kind: 'record_id', id: 'record at 1' }] })).toEqual([])
  })

  test('gives the newest up to the limit, in order of occurrence and then of the log', async () => {
    const where = place()
    await store.insert([5, 1, 3, 3, 9].map((second, i) => storedRecord(i, at(second), where)))
    expect(await found(where, {})).toEqual([1, 2, 3, 0, 4])
    expect(await found(where, {}, 3)).toEqual([3, 0, 4])
    expect(await found(where, {}, 0)).toEqual([])
  })

  test('gives the whole record with its place', async () => {
    const where = place()
    const stored = storedRecord(4, at(1, { custom: [1n, 'two', null, 2n ** 62n] }, { body: new Uint8Array([1, 2]) }), where)
    await store.insert([stored])
    const [record] = await store.find({ ...where, environment: 'production' }, { all: [], any: [] }, 10)
    expect(record).toEqual({ record: parseRecord(stored.canonical), leafIndex: 4, leafHash: stored.leafHash, origin: where.origin, storedAtNano: stored.storedAtNano })
  })

  test('counts how many records have each link, in the order of the question', async () => {
    const where = place()
    await store.insert([0, 1, 2].map((i) => storedRecord(i, at(i, { 'blotter.request.id': i < 2 ? 'r1' : 'r2' }), where)))
    const scope = { ...where, environment: 'production' }
    const link = (id: string): Link => ({ kind: 'request_id', id })
    expect(await store.count(scope, [link('r2'), link('none'), link('r1'), link('r2')])).toEqual([1, 0, 2, 1])
    expect(await store.count(scope, [])).toEqual([])
  })
})

describe('tenants', () => {
  test('see nothing of another workspace or environment, in whatever way they ask', async () => {
    const where = place()
    const theirs = { workspace: where.workspace, environment: 'staging' }
    const link: Link = { kind: 'request_id', id: 'shared' }
    const record = at(0, { 'blotter.request.id': 'shared' })
    await store.insert([
      storedRecord(0, record, { ...where, environment: 'production' }), storedRecord(1, record, { ...where, environment: 'staging' }),
      storedRecord(2, record, { ...where, workspace: 'bank', environment: 'staging' }),
    ])
    const indices = async (filter: Partial<RecordFilter>): Promise<number[]> => (await store.find(theirs, { all: [], any: [], ...filter }, 10)).map(({ leafIndex }) => leafIndex)
    expect(await indices({ all: [link] })).toEqual([1])
    expect(await indices({ any: [link] })).toEqual([1])
    expect(await indices({})).toEqual([1])
    expect(await store.count(theirs, [link])).toEqual([1])
    expect((await collect(store.rows(where.origin, 0, 10, theirs))).map(({ leafIndex }) => leafIndex)).toEqual([1])
    expect((await collect(store.rows(where.origin, 0, 10))).map(({ leafIndex }) => leafIndex)).toEqual([0, 1, 2])
  })
})

describe('walking a log', () => {
  test('gives the rows from one index to another, each with its own salt', async () => {
    const where = place()
    const records = Array.from({ length: 10 }, (_, i) => storedRecord(i * 2, at(100 - i), where))
    await store.insert(records)
    const rows = await collect(store.rows(where.origin, 4, 9))
    expect(rows.map(({ leafIndex, salt }) => [leafIndex, salt])).toEqual(records.slice(2, 5).map(({ leafIndex, salt }) => [leafIndex, base64(salt)]))
    expect(await collect(store.rows('no such log', 0, 100))).toEqual([])
    expect(await collect(store.rows(where.origin, 100, 200))).toEqual([])
  })

  test('shows a row without a salt as one, and does not hide it', async () => {
    const where = place()
    await store.insert([storedRecord(0, at(0), where)])
    await connection.command(`ALTER TABLE blotter.salts DROP PARTITION ('${where.retentionClass}', '2026-11-24')`)
    expect(await allRows(where.origin)).toMatchObject([{ leafIndex: 0, salt: '' }])
  })

  test('gives the newest of it for the idempotency window', async () => {
    const where = place()
    const records = Array.from({ length: 6 }, (_, i) => storedRecord(i, at(50 - i), where))
    await store.insert(records)
    const known = records.slice(2).map(({ receivedDigest, leafIndex, leafHash, storedAtNano }) => ({ workspace: where.workspace, environment: 'production', recordId: `record at ${50 - leafIndex}`, receivedDigest, leafIndex, leafHash, storedAtNano }))
    expect(await all(store.newest(where.origin, 4))).toEqual(known)
    expect(await all(store.newest(where.origin, 100))).toHaveLength(6)
    expect(await all(store.newest('no such log', 4))).toEqual([])
  })
})

describe('partitions', () => {
  const partitionsOf = async (retentionClass: string): Promise<object[]> => (await store.partitions()).filter((partition) => partition.retentionClass === retentionClass)

  test('say what they hold', async () => {
    const where = place()
    await store.insert([storedRecord(0, at(0), where), storedRecord(1, at(5), where), storedRecord(2, at(9), { ...where, period: '2026-11-25' })])
    expect(await partitionsOf(where.retentionClass)).toEqual([
      { retentionClass: where.retentionClass, period: '2026-11-24', rows: 2, bytes: expect.any(Number) as number, firstOccurred: '2025-11-24T16:00:00.000000000Z', lastOccurred: '2025-11-24T16:00:05.000000000Z' },
      { retentionClass: where.retentionClass, period: '2026-11-25', rows: 1, bytes: expect.any(Number) as number, firstOccurred: '2025-11-24T16:00:09.000000000Z', lastOccurred: '2025-11-24T16:00:09.000000000Z' },
    ])
    for (const { bytes } of await partitionsOf(where.retentionClass) as { bytes: number }[]) expect(bytes).toBeGreaterThan(100)
  })

  test('list their leaves of one log in order', async () => {
    const where = place()
    const records = [2, 0, 7].map((index) => storedRecord(index, at(index), where))
    await store.insert(records)
    await store.insert([storedRecord(1, at(1), { ...where, origin: 'another log' })])
    const leaves = await store.leaves(where.origin, { retentionClass: where.retentionClass, period: '2026-11-24' })
    expect(leaves).toEqual([records[1]!, records[0]!, records[2]!].map(({ leafIndex, leafHash }) => ({ leafIndex, leafHash })))
    expect(await store.leaves(where.origin, { retentionClass: where.retentionClass, period: '2026-11-25' })).toEqual([])
  })

  test('dropped are gone from all three tables, and from nothing else', async () => {
    const where = place()
    const kept = storedRecord(1, at(1, { 'blotter.request.id': 'r' }), { ...where, period: '2026-11-25' })
    await store.insert([storedRecord(0, at(0, { 'blotter.request.id': 'r' }), where), kept])
    const partition = { retentionClass: where.retentionClass, period: '2026-11-24' }
    await store.drop(partition)
    await expectOnce(where.origin, [kept])
    expect(await found(where, { all: [{ kind: 'request_id', id: 'r' }] })).toEqual([1])
    expect(await store.count({ ...where, environment: 'production' }, [{ kind: 'request_id', id: 'r' }])).toEqual([1])
    expect(await partitionsOf(where.retentionClass)).toHaveLength(1)
    await store.drop(partition) // gone is gone
    await expectOnce(where.origin, [kept])
  })

  test('of which no parts are left on the disk', async () => {
    const where = place()
    await store.insert([storedRecord(0, at(0), where)])
    await store.drop({ retentionClass: where.retentionClass, period: '2026-11-24' })
    const left = await connection.query("SELECT table, partition FROM system.parts WHERE database = 'blotter' AND active AND partition LIKE {pattern:String}", { pattern: `%${where.retentionClass}'%` })
    expect(left).toEqual([])
  })

  test('with names that no policy can have are our mistake, and reach no SQL', async () => {
    await expect(store.drop({ retentionClass: "x') --", period: '2026-11-24' })).rejects.toThrow('BUG: partition name')
  })
})

test('the hash of a link is the one that the engine computes', async () => {
  const links = fc.sample(fc.record({ kind: fc.constantFrom<LinkKind[]>('actor', 'request_id'), id: fc.string({ unit: 'binary', maxLength: 80 }).map((id) => id.toWellFormed().replaceAll('\0', '')) }), { numRuns: 200, seed: 3 })
  const texts = links.map(({ kind, id }) => `${kind}:${id}`)
  const rows = await connection.query<{ Hash: string }>('SELECT toString(xxHash64(arrayJoin({texts:Array(String)}))) AS Hash', { texts })
  expect(rows.map(({ Hash }) => Hash)).toEqual(links.map((link) => linkHash(link).toString()))
})

test('what was inserted is there after the store was closed and opened again', async () => {
  const where = place()
  const records = [storedRecord(0, at(0), where), storedRecord(1, at(1), where)]
  await store.insert(records)
  await store.close()
  connection = await connect({ kind: 'embedded', directory: join(directory, 'store') })
  store = await openClickHouse(connection)
  expect((await allRows(where.origin)).map(({ canonical }) => canonical)).toEqual(records.map(({ canonical }) => canonical))
  expect(await store.ping()).toBe(true)
})

test('records carry what they are found by', () => {
  const record = at(0, { 'blotter.request.id': 'r', 'session.id': '' }, { traceId: 'ab'.repeat(16) })
  expect(linksOf(record)).toEqual([
    { kind: 'trace_id', id: 'ab'.repeat(16) }, { kind: 'request_id', id: 'r' }, { kind: 'actor', id: text(record.attributes, 'audit.actor.id') }, { kind: 'record_id', id: 'record at 0' },
  ])
})

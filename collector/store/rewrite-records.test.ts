// On the real engine: a directory of an older version is taken over, wherever an earlier attempt ended.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { valueMap } from '@blotter/processors'
import { makeDirectory, removeDirectory } from '../../test/support/directory.ts'
import { storedRow } from '../../test/support/memory-store.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { openClickHouse } from './clickhouse.ts'
import { columns } from './columns.ts'
import { connect } from './connect.ts'
import { encodeBlocks } from './row-encoder.ts'
import { RowWriter } from './row-writer.ts'
import { rowsOf } from './rows.ts'
import { createView } from './view.ts'
import type { Connection } from './connect.ts'

const added = ['Stream', 'Summary', 'LineBytes', 'DetectedLevel', 'Level', 'Irregular']
const records = Array.from({ length: 7 }, (_, i) => storedRecord(i, at(i, { n: BigInt(i), ...(i === 3 ? { level: 'warn' } : {}) }, { body: i % 2 === 0 ? null : 'a line', resource: valueMap([['service.name', `service ${i % 2}`]]) }), { period: `2026-11-1${i % 3}` }))

let directory: string
let connection: Connection

beforeAll(async () => {
  directory = await makeDirectory()
  connection = await connect({ kind: 'embedded', directory: join(directory, 'store') })
})

afterAll(async () => {
  await connection.close()
  await removeDirectory(directory)
})

/** As the first version left it. */
async function makeOld(): Promise<void> {
  const sql = await readFile(new URL('./migrations/0001_records.sql', import.meta.url), 'utf8')
  await connection.command('DROP DATABASE IF EXISTS blotter SYNC')
  await connection.command('CREATE DATABASE blotter')
  await connection.command('CREATE TABLE blotter.migrations (Number UInt32, Checksum String, AppliedAt DateTime DEFAULT now()) ENGINE = MergeTree ORDER BY Number')
  for (const statement of sql.split(/;\s*$/m)) if (statement.trim() !== '') await connection.command(statement)
  await connection.command(`INSERT INTO blotter.migrations (Number, Checksum) VALUES (1, '${createHash('sha256').update(sql).digest('hex')}')`)
  const old = columns.filter(({ name }) => !added.includes(name))
  const [out, view, blocks] = [new RowWriter(), createView(), encodeBlocks(records)]
  for (const record of records) {
    view.read(Buffer.from(record.canonical))
    for (const { write } of old) write(out, view, record)
  }
  await connection.insert('blotter.records', old, [out.finish()])
  await connection.insert('blotter.salts', rowsOf.salts.columns, [blocks.salts])
}

/** The store, whole, as what its leaves commit to says. */
async function expectWhole(told: [number, number][] = []): Promise<void> {
  const store = await openClickHouse(connection, undefined, (done, of) => { told.push([done, of]) })
  const rows = []
  for await (const row of store.rows('test', 0, 100)) rows.push(row)
  expect(rows).toEqual(records.map(storedRow))
  expect(await connection.query("SELECT name FROM system.tables WHERE database = 'blotter' AND name LIKE 'records%'")).toEqual([{ name: 'records' }])
  expect(await store.logRows.streams({ workspace: 'shop', environment: 'production' }, { fromNano: 0n, toNano: 2n ** 62n }, { timeoutMs: 10_000 })).toHaveLength(2)
}

test('records of the first version get their new columns, and a second start changes nothing', async () => {
  await makeOld()
  const told: [number, number][] = []
  await expectWhole(told)
  expect(told).toEqual([[records.length, records.length]]) // a start that takes minutes says how far it is
  await expectWhole()
})

test('an attempt that ended among the rows is begun anew', async () => {
  await makeOld()
  const sql = await readFile(new URL('./migrations/0002_look.sql', import.meta.url), 'utf8')
  await connection.command(sql.replace(/;\s*$/, ''))
  await connection.insert('blotter.records_next', columns, [encodeBlocks(records.slice(0, 3)).records])
  await expectWhole()
})

test('an attempt that ended after the tables changed places is finished', async () => {
  await makeOld()
  await expectWhole()
  await connection.command('ALTER TABLE blotter.migrations DELETE WHERE Number = 2 SETTINGS mutations_sync = 2')
  await expectWhole()
})

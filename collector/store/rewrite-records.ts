// Makes every row of the records anew from what its leaf commits to, in the table that takes their place. For migrations
// that add columns: what they hold is derived in one place only (columns.ts), and verification compares with it.

import { columns } from './columns.ts'
import { encodeRecords } from './row-encoder.ts'
import type { Connection } from './connect.ts'
import type { StoredRecord } from './store.ts'

const pageRows = 20_000

/** How much of a long migration is done: a start that takes minutes says so. */
export type MigrationProgress = (done: number, of: number) => void

/** From `blotter.records` into `blotter.records_next`, which becomes the former. Can be run again wherever it ended. */
export async function rewriteRecords(connection: Connection, told: MigrationProgress = () => {}): Promise<void> {
  if (!(await hasColumns(connection))) {
    await connection.command('TRUNCATE TABLE blotter.records_next')
    const of = Number((await connection.query<{ Rows: string }>('SELECT toString(count()) AS Rows FROM blotter.records'))[0]?.Rows ?? 0)
    let done = 0
    for (const origin of await origins(connection)) await rewrite(connection, origin, (rows) => { told(done += rows, of) })
    await connection.command('EXCHANGE TABLES blotter.records AND blotter.records_next')
  }
  await connection.command('DROP TABLE IF EXISTS blotter.records_next SYNC SETTINGS max_table_size_to_drop = 0')
}

async function hasColumns(connection: Connection): Promise<boolean> {
  const rows = await connection.query<{ name: string }>("SELECT name FROM system.columns WHERE database = 'blotter' AND table = 'records'")
  const names = new Set(rows.map(({ name }) => name))
  return columns.every(({ name }) => names.has(name))
}

async function origins(connection: Connection): Promise<string[]> {
  return (await connection.query<{ Origin: string }>('SELECT DISTINCT Origin FROM blotter.records')).map(({ Origin }) => Origin)
}

interface Row { readonly LeafIndex: number; readonly LeafHash: string; readonly ReceivedDigest: string; readonly StoredAtNano: string; readonly RetentionClass: string; readonly Period: string; readonly Canonical: string }

async function rewrite(connection: Connection, origin: string, written: (rows: number) => void): Promise<void> {
  for (let from = -1; ;) {
    const rows = await connection.query<Row>(
      `SELECT LeafIndex, LeafHash, ReceivedDigest, toString(toUnixTimestamp64Nano(StoredAt)) AS StoredAtNano, RetentionClass, Period, Canonical FROM blotter.records
       WHERE Origin = {origin:String} AND LeafIndex >= {from:UInt64} ORDER BY LeafIndex LIMIT {limit:UInt32}`, { origin, from: from + 1, limit: pageRows })
    if (rows.length === 0) return
    await connection.insert('blotter.records_next', columns, [encodeRecords(rows.map((row) => storedRecord(origin, row)))])
    from = Number(rows.at(-1)!.LeafIndex)
    written(rows.length)
  }
}

/** Without its salt, which stands in a table of its own. */
function storedRecord(origin: string, row: Row): StoredRecord {
  return {
    origin, leafIndex: Number(row.LeafIndex), leafHash: Buffer.from(row.LeafHash, 'base64'), salt: new Uint8Array(0), receivedDigest: Buffer.from(row.ReceivedDigest, 'base64'),
    storedAtNano: BigInt(row.StoredAtNano), retentionClass: row.RetentionClass, period: row.Period, canonical: row.Canonical,
  }
}

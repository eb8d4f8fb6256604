// The store in ClickHouse SQL, embedded or remote.
//
// Exactly once: a block is inserted as identifiers, then salts, then records, each durable when its insert returns. A
// crash or a lost answer leaves some of these applied; `reconcile` asks each table which leaf indices it has from the
// cursor on, and the next inserts leave those out. No feature of the engine has to remember anything for us.

import { columns } from './columns.ts'
import { count, find, rhythm } from './find.ts'
import { createLogRows } from './log-queries.ts'
import { migrate } from './migrate.ts'
import { createRowEncoder } from './row-encoder.ts'
import { rowsOf, tables } from './rows.ts'
import { querySettings } from './settings.ts'
import type { Connection } from './connect.ts'
import type { MigrationProgress } from './rewrite-records.ts'
import type { Blocks, Present, RowEncoder } from './row-encoder.ts'
import type { Table } from './rows.ts'
import type { KnownRecord, Partition, Scope, Store, StoredRecord, StoredRow } from './store.ts'

/** Rows read at a time when a whole log is walked. */
const pageRows = 20_000

/** `encoder`: where rows are made. Closed with the store. `migrating`: hears how far a long migration is. */
export async function openClickHouse(connection: Connection, encoder: RowEncoder = createRowEncoder(), migrating?: MigrationProgress): Promise<Store> {
  await migrate(connection, migrating)
  const settings = await querySettings(connection)
  /** What reconcile found to be there already, until the cursor is past it. */
  let present: Record<Table, Set<number>> | undefined

  return {
    prepare: (records) => rowsOfAll(encoder, records, undefined),

    async insert(records, prepared) {
      const blocks = present === undefined && prepared !== undefined ? prepared as readonly Blocks[] : await rowsOfAll(encoder, records, present)
      for (const table of tables) {
        const pieces = blocks.map((block) => block[table]).filter((piece) => piece.length > 0)
        if (pieces.length > 0) await connection.insert(`blotter.${table}`, rowsOf[table].columns, pieces)
      }
      for (const block of blocks) encoder.release(block) // inserted: nobody asks for them again, and a failed insert does not get here
      const highest = records.at(-1)?.leafIndex ?? -1
      if (present !== undefined && tables.every((table) => [...present![table]].every((index) => index <= highest))) present = undefined
    },

    async reconcile(origin, fromIndex) {
      const found = { records: new Set<number>(), identifiers: new Set<number>(), salts: new Set<number>() }
      for (const table of tables) {
        const rows = await connection.query<{ LeafIndex: number }>(`SELECT DISTINCT LeafIndex FROM blotter.${table} WHERE Origin = {origin:String} AND LeafIndex >= {from:UInt64}`, { origin, from: fromIndex })
        for (const { LeafIndex } of rows) found[table].add(Number(LeafIndex))
      }
      present = tables.every((table) => found[table].size === 0) ? undefined : found
    },

    find: (scope, filter, limit) => find({ connection, settings }, scope, filter, limit),
    count: (scope, links, asOf) => count(connection, scope, links, asOf),
    rhythm: (scope, question) => rhythm(connection, scope, question),

    logRows: createLogRows(connection, settings),

    newest: (origin, limit) => newest(connection, origin, limit),

    async partitions() {
      const rows = await connection.query<Record<keyof Partition, string>>(
        `SELECT RetentionClass AS retentionClass, Period AS period, count() AS rows, toString(min(Timestamp)) AS firstOccurred, toString(max(Timestamp)) AS lastOccurred
         FROM blotter.records GROUP BY RetentionClass, Period ORDER BY RetentionClass, Period`)
      const sizes = new Map((await connection.query<{ partition: string; bytes: string }>(
        "SELECT partition, sum(bytes_on_disk) AS bytes FROM system.parts WHERE database = 'blotter' AND active GROUP BY partition")).map(({ partition, bytes }) => [partition, Number(bytes)]))
      return rows.map(({ retentionClass, period, ...row }) => ({
        retentionClass, period, rows: Number(row.rows), bytes: sizes.get(`('${retentionClass}','${period}')`) ?? 0,
        firstOccurred: rfc3339(row.firstOccurred), lastOccurred: rfc3339(row.lastOccurred),
      }))
    },

    async leaves(origin, { retentionClass, period }) {
      const rows = await connection.query<{ LeafIndex: number; LeafHash: string }>(
        'SELECT LeafIndex, LeafHash FROM blotter.records WHERE Origin = {origin:String} AND RetentionClass = {retentionClass:String} AND Period = {period:String} ORDER BY LeafIndex',
        { origin, retentionClass, period })
      return rows.map(({ LeafIndex, LeafHash }) => ({ leafIndex: Number(LeafIndex), leafHash: Buffer.from(LeafHash, 'base64') }))
    },

    async drop({ retentionClass, period }) {
      // Salts first: from then on nothing that is left anywhere can be tied to its leaf.
      for (const table of ['salts', 'identifiers', 'records'] as const) {
        await connection.command(`ALTER TABLE blotter.${table} DROP PARTITION (${literal(retentionClass)}, ${literal(period)})`)
      }
    },

    rows: (origin, fromIndex, toIndex, scope) => rows(connection, origin, fromIndex, toIndex, scope),
    ping: () => connection.ping(),
    async close() {
      await encoder.close()
      await connection.close()
    },
  }
}

async function rowsOfAll(encoder: RowEncoder, records: readonly StoredRecord[], present: Present | undefined): Promise<Blocks[]> {
  const blocks: Blocks[] = []
  for (let from = 0; from < records.length; from += chunkRecords) blocks.push(await encoder.encode(records.slice(from, from + chunkRecords), present))
  return blocks
}

/**
 * Rows made at a time, so that what goes to another thread and back stays small. They become one insert all the same:
 * each insert is a part of the table for each partition, and what the engine merges later costs more than inserting it.
 */
const chunkRecords = 4096

interface KnownRow { readonly Workspace: string; readonly Environment: string; readonly RecordId: string; readonly ReceivedDigest: string; readonly LeafIndex: number; readonly LeafHash: string; readonly StoredAtNano: string }

async function* newest(connection: Connection, origin: string, limit: number): AsyncGenerator<KnownRecord> {
  const end = await endOf(connection, origin)
  for (let from = Math.max(end - limit, 0); from < end; from += pageRows) {
    const page = await connection.query<KnownRow>(
      `SELECT Workspace, Environment, RecordId, ReceivedDigest, LeafIndex, LeafHash, toString(toUnixTimestamp64Nano(StoredAt)) AS StoredAtNano FROM blotter.records
       WHERE Origin = {origin:String} AND LeafIndex >= {from:UInt64} AND LeafIndex < {to:UInt64} ORDER BY LeafIndex`, { origin, from, to: Math.min(from + pageRows, end) })
    yield* page.map(knownRecord)
  }
}

/** One past the highest leaf index that is there. */
async function endOf(connection: Connection, origin: string): Promise<number> {
  const [row] = await connection.query<{ Rows: string; Highest: string }>('SELECT toString(count()) AS Rows, toString(max(LeafIndex)) AS Highest FROM blotter.records WHERE Origin = {origin:String}', { origin })
  return row === undefined || row.Rows === '0' ? 0 : Number(row.Highest) + 1
}

function knownRecord(row: KnownRow): KnownRecord {
  return {
    workspace: row.Workspace, environment: row.Environment, recordId: row.RecordId, receivedDigest: Buffer.from(row.ReceivedDigest, 'base64'),
    leafIndex: Number(row.LeafIndex), leafHash: Buffer.from(row.LeafHash, 'base64'), storedAtNano: BigInt(row.StoredAtNano),
  }
}

async function* rows(connection: Connection, origin: string, fromIndex: number, toIndex: number, scope?: Scope): AsyncGenerator<StoredRow> {
  const list = columns.map(({ name, select }) => `${select} AS ${name}_`).join(', ')
  const tenant = scope === undefined ? '' : 'AND Workspace = {workspace:String} AND Environment = {environment:String}'
  const end = Math.min(toIndex, await endOf(connection, origin))
  for (let from = fromIndex; from < end; from += pageRows) {
    const parameters = { origin, from, to: Math.min(from + pageRows, end), ...(scope === undefined ? {} : { workspace: scope.workspace, environment: scope.environment }) }
    const range = 'Origin = {origin:String} AND LeafIndex >= {from:UInt64} AND LeafIndex < {to:UInt64}'
    const page = await connection.query<Record<string, unknown>>(`SELECT ${list} FROM blotter.records WHERE ${range} ${tenant} ORDER BY LeafIndex`, parameters)
    const salts = new Map((await connection.query<{ LeafIndex: number; Salt: string }>(`SELECT LeafIndex, Salt FROM blotter.salts WHERE ${range}`, parameters)).map((row) => [Number(row.LeafIndex), row.Salt]))
    for (const row of page) yield storedRow(row, salts)
  }
}

function storedRow(row: Record<string, unknown>, salts: ReadonlyMap<number, string>): StoredRow {
  const read = Object.fromEntries(columns.map(({ name }) => [name, row[`${name}_`]]))
  const leafIndex = Number(read['LeafIndex'])
  return { leafIndex, leafHash: read['LeafHash'] as string, salt: salts.get(leafIndex) ?? '', canonical: read['Canonical'] as string, columns: read }
}

/** Only for names that the policy check has passed; a quote in one is our mistake. */
function literal(name: string): string {
  if (!/^[a-z0-9-]{1,40}$/.test(name)) throw new Error('BUG: partition name with characters that no class or period has')
  return `'${name}'`
}

function rfc3339(clickhouse: string): string {
  return `${clickhouse.replace(' ', 'T')}Z`
}

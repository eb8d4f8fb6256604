// Many millions of records from some hundred thousand: the engine copies them, each copy further back in time and with
// identifiers of its own, so that what is unique stays unique and what is frequent stays as frequent. Everything that a
// query looks at is as the collector would have stored it; leaf hashes and salts are those of the first copy.

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { days, endMs, fill } from './fill.ts'
import { bar, progress } from './report.ts'
import type { Connection } from '../../../collector/store/connect.ts'
import type { Store } from '../../../collector/store/store.ts'
import type { Filled } from './fill.ts'

export interface Multiplied extends Filled { readonly base: Filled; readonly copies: number }

/** Unique to a request or a record: the last four characters become the number of the copy. */
const uniques = ['RequestId', 'TraceId', 'SessionId', 'DeliveryId', 'IdempotencyKey', 'RecordId', 'Fingerprint'] as const

export async function fillMultiplied(connection: Connection, store: Store, directory: string, records: number, copies: number): Promise<Multiplied> {
  const note = join(directory, 'bench-multiplied.json')
  const before = await readFile(note, 'utf8').then((text) => JSON.parse(text) as Multiplied, () => undefined)
  if (before?.records === records && before.copies === copies) return before
  const base = await fill(store, directory, Math.floor(records / copies), days / copies)
  const spanNano = BigInt(Math.round(days / copies * 86_400_000)) * 1_000_000n
  const beganMs = performance.now()
  for (let copy = 1; copy < copies; copy += 1) {
    progress(`${bar(copy, copies)}  copies`)
    for (const statement of statements(copy, base.records, spanNano)) await connection.command(statement)
  }
  await mergeQuiet(connection)
  progress('')
  const multiplied: Multiplied = { records: base.records * copies, copies, base, insertSeconds: (performance.now() - beganMs) / 1000, ndjsonBytes: base.ndjsonBytes * copies, zstdBytes: base.zstdBytes * copies }
  await writeFile(note, `${JSON.stringify(multiplied)}\n`)
  return multiplied
}

const renamed = (column: string, suffix: string): string =>
  column === 'Fingerprint' ? `if(EventName = 'health.check' OR length(Fingerprint) < 8, Fingerprint, ${cut(column, suffix)})` : `if(length(${column}) < 8, ${column}, ${cut(column, suffix)})`
const cut = (column: string, suffix: string): string => `concat(substring(${column}, 1, length(${column}) - 4), '${suffix}')`

/** `from`: one past the last leaf of what is copied. */
function statements(copy: number, from: number, spanNano: bigint): string[] {
  const suffix = copy.toString(16).padStart(4, '0')
  const shift = spanNano * BigInt(copy)
  const text = uniques.reduce((inner, column) => `if(length(b.${column}) < 8, ${inner}, replaceAll(${inner}, b.${column}, ${renamed(column, suffix).replaceAll(column, `b.${column}`).replaceAll('EventName', 'b.EventName')}))`,
    `replaceAll(b.Canonical, toString(toUnixTimestamp64Nano(b.Timestamp)), toString(toUnixTimestamp64Nano(b.Timestamp) - ${shift}))`)
  const inB = (column: string): string => renamed(column, suffix).replaceAll(column, `b.${column}`).replaceAll('EventName', 'b.EventName')
  const earlier = (column: string): string => `fromUnixTimestamp64Nano(toUnixTimestamp64Nano(b.${column}) - ${shift}, 'UTC')`
  const period = `if(length(b.Period) = 7, formatDateTime(${earlier('Timestamp')}, '%Y-%m'), toString(toDate(${earlier('Timestamp')})))`
  const replaced = [
    ...uniques.map((column) => `${inB(column)} AS ${column}`),
    `${earlier('Timestamp')} AS Timestamp`, `${earlier('ObservedTimestamp')} AS ObservedTimestamp`, `${earlier('StoredAt')} AS StoredAt`,
    `${period} AS Period`, `b.LeafIndex + ${copy * from} AS LeafIndex`, `${text} AS Canonical`,
  ].join(',\n    ')
  const links = [['request_id', 'RequestId'], ['session_id', 'SessionId'], ['delivery_id', 'DeliveryId'], ['idempotency_key', 'IdempotencyKey'], ['actor', 'ActorId'], ['target', 'TargetId'], ['fingerprint', 'Fingerprint'], ['record_id', 'RecordId'], ['trace_id', 'TraceId']]
  const limits = 'SETTINGS max_partitions_per_insert_block = 0, max_insert_threads = 1'
  return [
    `INSERT INTO blotter.records SELECT b.* REPLACE (${replaced}) FROM blotter.records AS b WHERE b.LeafIndex < ${from} ${limits}`,
    `INSERT INTO blotter.identifiers (IdHash, Workspace, Environment, Timestamp, LeafIndex, Origin, RetentionClass, Period)
     SELECT arrayJoin(arrayMap(link -> xxHash64(concat(link.1, ':', link.2)), arrayFilter(link -> link.2 != '', [${links.map(([kind, column]) => `('${kind}', ${column})`).join(', ')}]))), Workspace, Environment, Timestamp, LeafIndex, Origin, RetentionClass, Period
     FROM blotter.records WHERE LeafIndex >= ${copy * from} AND LeafIndex < ${(copy + 1) * from} ${limits}`,
    `INSERT INTO blotter.salts (Origin, LeafIndex, Salt, RetentionClass, Period)
     SELECT r.Origin, r.LeafIndex, s.Salt, r.RetentionClass, r.Period FROM blotter.records AS r INNER JOIN (SELECT LeafIndex + ${copy * from} AS Leaf, Salt FROM blotter.salts WHERE LeafIndex < ${from}) AS s ON r.LeafIndex = s.Leaf
     WHERE r.LeafIndex >= ${copy * from} AND r.LeafIndex < ${(copy + 1) * from} ${limits}`,
  ]
}

/** As the engine does by itself when a partition has been quiet for hours (migration 0003): all but the newest two days. */
async function mergeQuiet(connection: Connection): Promise<void> {
  const newest = new Date(endMs - 2 * 86_400_000).toISOString().slice(0, 10)
  const partitions = await connection.query<{ table: string; id: string }>("SELECT DISTINCT table, partition_id AS id FROM system.parts WHERE database = 'blotter' AND active AND table != 'migrations' AND extract(partition, '[0-9]{4}-[0-9]{2}-[0-9]{2}') BETWEEN '2000' AND {newest:String} ORDER BY table, id", { newest })
  for (const [i, { table, id }] of partitions.entries()) {
    progress(`${bar(i, partitions.length)}  merging`)
    await connection.command(`OPTIMIZE TABLE blotter.${table} PARTITION ID '${id}' FINAL`)
  }
}

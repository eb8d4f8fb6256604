// How long an investigation waits for its timeline in an embedded store of a million records, how fast that store takes
// records in, and what they cost on disk. See README.md for what each figure means.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPage } from '../../collector/query/timeline/engine.ts'
import { openClickHouse } from '../../collector/store/clickhouse.ts'
import { connect } from '../../collector/store/connect.ts'
import { days, endMs, fill, readFilled } from './support/fill.ts'
import { fail, readOptions } from './support/options.ts'
import { createRandom } from './support/random.ts'
import { figure, machine, machineLine, progress, quantile, table } from './support/report.ts'
import type { TimelineQuestion } from '../../collector/query/timeline/engine.ts'
import type { Connection } from '../../collector/store/connect.ts'
import type { Scope, Store } from '../../collector/store/store.ts'

const help = `Timelines from an embedded store with many records.

  node --conditions=@blotter/source test/bench/timeline.ts

  --records N  Default 1000000, which takes some minutes to fill and about 1.5 GB of disk
  --queries N  of each kind. Default 200
  --data DIR   keeps the filled store there, and uses it again. Default: a new directory, removed at the end
  --json       figures for a program
`

const options = readOptions(help, ['records', 'queries', 'data'])
const records = options.number('records', 1_000_000)
const queries = options.number('queries', 200)
const given = options.text('data')
const directory = given ?? await mkdtemp(join(tmpdir(), 'blotter-bench-'))
await mkdir(directory, { recursive: true })

/** A record of the store from which a question is made: what someone has in hand when they ask. */
interface Sample extends Scope { readonly requestId: string; readonly actorId: string; readonly fingerprint: string; readonly timeNano: bigint }

/** The same ones at every run, spread over the whole store; busy actors come up as often as they have records. */
async function sample(connection: Connection, count: number): Promise<Sample[]> {
  const rows = await connection.query<Record<'Workspace' | 'Environment' | 'RequestId' | 'ActorId' | 'Fingerprint' | 'Time', string>>(
    `SELECT Workspace, Environment, RequestId, ActorId, Fingerprint, toString(toUnixTimestamp64Nano(Timestamp)) AS Time
     FROM blotter.records ORDER BY sipHash64(LeafIndex) LIMIT {count:UInt32}`, { count })
  return rows.map((row) => ({ workspace: row.Workspace, environment: row.Environment, requestId: row.RequestId, actorId: row.ActorId, fingerprint: row.Fingerprint, timeNano: BigInt(row.Time) }))
}

const dayNano = 86_400_000_000_000n
const minuteNano = 60_000_000_000n

type Ask = (sample: Sample) => TimelineQuestion
const usual = { limit: 500, depth: 3 } as const // as the timeline answers when nobody says otherwise
const random = createRandom(5)
const seedsOnly = { ...usual, depth: 0 }

const kinds: Readonly<Record<string, Ask>> = {
  'request id': ({ requestId }) => ({ all: [{ kind: 'request_id', id: requestId }], ...usual }),
  'request id, links not followed': ({ requestId }) => ({ all: [{ kind: 'request_id', id: requestId }], ...seedsOnly }),
  'actor, 7 days': ({ actorId }) => ({ all: [{ kind: 'actor', id: actorId }], ...weekWithin(), ...usual }),
  'actor, 7 days, links not followed': ({ actorId }) => ({ all: [{ kind: 'actor', id: actorId }], ...weekWithin(), ...seedsOnly }),
  'fingerprint': ({ fingerprint }) => ({ all: [{ kind: 'fingerprint', id: fingerprint }], ...usual }),
  'window of 15 minutes': ({ timeNano }) => ({ all: [], fromNano: timeNano, toNano: timeNano + 15n * minuteNano, ...usual }),
  'window, links not followed': ({ timeNano }) => ({ all: [], fromNano: timeNano, toNano: timeNano + 15n * minuteNano, ...seedsOnly }),
}

function weekWithin(): { readonly fromNano: bigint; readonly toNano: bigint } {
  const toNano = BigInt(endMs) * 1_000_000n - BigInt(random.below(days - 7)) * dayNano
  return { fromNano: toNano - 7n * dayNano, toNano }
}

interface Answers { readonly kind: string; readonly records: number; readonly p50Ms: number; readonly p95Ms: number; readonly longestMs: number }

async function askAll(store: Store, kind: string, ask: Ask, samples: readonly Sample[]): Promise<Answers> {
  const latenciesMs: number[] = []
  let found = 0
  for (const [i, one] of samples.entries()) {
    progress(`${kind}: ${i + 1} of ${samples.length}`)
    const query = ask(one)
    const beganMs = performance.now()
    found += (await readPage(store, one, query)).records.length
    latenciesMs.push(performance.now() - beganMs)
  }
  progress('')
  return { kind, records: found / samples.length, p50Ms: quantile(latenciesMs, 0.5), p95Ms: quantile(latenciesMs, 0.95), longestMs: quantile(latenciesMs, 1) }
}

interface Column { readonly table: string; readonly column: string; readonly bytes: number; readonly unpackedBytes: number }
interface Table { readonly table: string; readonly bytes: number; readonly unpackedBytes: number; readonly parts: number }

async function sizes(connection: Connection): Promise<{ tables: Table[]; columns: Column[] }> {
  const numbers = <Row extends object>(rows: Row[], names: readonly (keyof Row)[]): Row[] => rows.map((row) => ({ ...row, ...Object.fromEntries(names.map((name) => [name, Number(row[name])])) }))
  const where = "database = 'blotter' AND active AND table IN ('records', 'identifiers', 'salts')"
  return {
    tables: numbers(await connection.query<Table>(`SELECT table, sum(bytes_on_disk) AS bytes, sum(data_uncompressed_bytes) AS unpackedBytes, count() AS parts FROM system.parts WHERE ${where} GROUP BY table ORDER BY bytes DESC`), ['bytes', 'unpackedBytes', 'parts']),
    columns: numbers(await connection.query<Column>(`SELECT table, column, sum(column_data_compressed_bytes) AS bytes, sum(column_data_uncompressed_bytes) AS unpackedBytes FROM system.parts_columns WHERE ${where} GROUP BY table, column ORDER BY bytes DESC`), ['bytes', 'unpackedBytes']),
  }
}

/** Merges go on for a while after the last insert; a store that is asked has usually done them. */
async function merged(connection: Connection, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (let quiet = 0; quiet < 5 && Date.now() < deadline;) {
    const [{ Running } = { Running: 0 }] = await connection.query<{ Running: number }>("SELECT count() AS Running FROM system.merges WHERE database = 'blotter'")
    quiet = Number(Running) === 0 ? quiet + 1 : 0
    await new Promise((resolve) => { setTimeout(resolve, 400) })
  }
}

const connection = await connect({ kind: 'embedded', directory: join(directory, 'store') })
try {
  const store = await openClickHouse(connection)
  const reused = await readFilled(directory, records)
  if (reused === undefined && (await store.partitions()).length > 0) fail(`${directory} holds other records: choose another --data, or the --records that it was filled with`)
  const filled = reused ?? await fill(store, directory, records)
  await merged(connection, 120_000)
  const samples = await sample(connection, queries)
  const answers: Answers[] = []
  for (const [kind, ask] of Object.entries(kinds)) answers.push(await askAll(store, kind, ask, samples))
  const { tables, columns } = await sizes(connection)
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), filled, answers, tables, columns }, null, 2)}\n`)
  else process.stdout.write(report())

  function report(): string {
    const each = (bytes: number): string => figure(bytes / records)
    const sum = (list: readonly { readonly bytes: number; readonly unpackedBytes: number }[], name: 'bytes' | 'unpackedBytes'): number => list.reduce((total, entry) => total + entry[name], 0)
    return [
      `${machineLine()}${figure(records)} records over ${days} days; inserted at ${figure(records / filled.insertSeconds)} records/s${reused === undefined ? '' : ' (by an earlier run)'}\n`,
      table(['timeline by', 'records', 'p50 ms', 'p95 ms', 'longest'], answers.map(({ kind, records: found, p50Ms, p95Ms, longestMs }) => [kind, figure(found), figure(p50Ms), figure(p95Ms), figure(longestMs)])),
      table(['bytes for each record', 'on disk', 'unpacked', 'parts'], [
        ['NDJSON', each(filled.ndjsonBytes), each(filled.ndjsonBytes), ''],
        ['NDJSON, zstd level 3', each(filled.zstdBytes), each(filled.ndjsonBytes), ''],
        ['all tables', each(sum(tables, 'bytes')), each(sum(tables, 'unpackedBytes')), figure(tables.reduce((total, { parts }) => total + parts, 0))],
        ...tables.map((one) => [`  ${one.table}`, each(one.bytes), each(one.unpackedBytes), figure(one.parts)]),
      ]),
      // The engine does not tell the columns of small parts apart: those count for nothing here.
      table(['column', 'on disk', 'unpacked'], columns.filter(({ bytes }) => bytes > 0).map((one) => [`${one.table}.${one.column}`, each(one.bytes), each(one.unpackedBytes)])),
    ].join('\n')
  }
} finally {
  await connection.close()
  if (given === undefined) await rm(directory, { recursive: true, force: true })
}

// How long someone who asks waits, in a store of ten million records: look-ups, timelines and the queries that Grafana
// sends; alone, and while records arrive. See README.md for what each figure means.

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startRowEncoder } from '../../collector/store/row-encoder.ts'
import { openClickHouse } from '../../collector/store/clickhouse.ts'
import { connect } from '../../collector/store/connect.ts'
import { startArrivals } from './support/arrivals.ts'
import { fillMultiplied } from './support/multiply.ts'
import { readOptions } from './support/options.ts'
import { kinds, sample } from './support/questions.ts'
import { figure, machine, machineLine, progress, quantile, table } from './support/report.ts'
import type { Connection } from '../../collector/store/connect.ts'
import type { Sample } from './support/questions.ts'

const help = `Questions to an embedded store with very many records.

  node --conditions=@blotter/source test/bench/query.ts

  --records N   Default 10000000, which takes some ten minutes to fill and about 5 GB of disk
  --copies N    the store is filled with records / copies, and the rest is copied from them. Default 20
  --queries N   of each kind. Default 60
  --arriving N  records a second that are inserted meanwhile, in the second round; 0 leaves it out. Default 5000
  --data DIR    keeps the filled store there, and uses it again. Default: a new directory, removed at the end
  --json        figures for a program
`

const options = readOptions(help, ['records', 'copies', 'queries', 'arriving', 'data'])
const records = options.number('records', 10_000_000)
const copies = options.number('copies', 20)
const queries = options.number('queries', 60)
const arriving = options.text('arriving') === '0' ? 0 : options.number('arriving', 5000)
const given = options.text('data')
const directory = given ?? await mkdtemp(join(tmpdir(), 'blotter-bench-'))
await mkdir(directory, { recursive: true })

interface Answers { readonly kind: string; readonly barMs?: number; readonly found: number; readonly p50Ms: number; readonly p95Ms: number; readonly longestMs: number }

const connection = await connect({ kind: 'embedded', directory: join(directory, 'store') })
try {
  const store = await openClickHouse(connection, startRowEncoder())
  const filled = await fillMultiplied(connection, store, directory, records, copies)
  await merged(connection, 300_000)
  const samples = await sample(connection, queries, filled.records)
  const alone = await askAll(samples)
  const sizes = await bytesOnDisk(connection)
  let meanwhile: Answers[] = []
  let arrived = 0
  if (arriving > 0) {
    const arrivals = await startArrivals(store, arriving, filled.records)
    meanwhile = await askAll(samples)
    arrived = await arrivals.stop()
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), filled, alone, arriving, arrived, meanwhile, sizes }, null, 2)}\n`)
  else process.stdout.write(report())

  async function askAll(all: readonly Sample[]): Promise<Answers[]> {
    const answers: Answers[] = []
    for (const { kind, barMs, ask } of kinds(store)) {
      const tookMs: number[] = []
      let found = 0
      await ask(all[0]!) // the engine compiles and opens what it needs
      for (const [i, one] of all.entries()) {
        progress(`${kind}: ${i + 1} of ${all.length}`)
        const beganMs = performance.now()
        found += await ask(one)
        tookMs.push(performance.now() - beganMs)
      }
      answers.push({ kind, ...(barMs === undefined ? {} : { barMs }), found: found / all.length, p50Ms: quantile(tookMs, 0.5), p95Ms: quantile(tookMs, 0.95), longestMs: quantile(tookMs, 1) })
    }
    progress('')
    return answers
  }

  function report(): string {
    const row = ({ kind, barMs, found, p50Ms, p95Ms, longestMs }: Answers, i: number): string[] =>
      [kind, figure(found), figure(p50Ms), figure(p95Ms), figure(longestMs), figure(barMs), figure(meanwhile[i]?.p50Ms), figure(meanwhile[i]?.p95Ms)]
    const each = (bytes: number): string => figure(bytes / filled.records)
    return [
      `${machineLine()}${figure(filled.records)} records over 30 days${arriving === 0 ? '' : `; then the same while ${figure(arrived)} records/s arrive`}\n`,
      table(['question', 'found', 'p50 ms', 'p95 ms', 'longest', 'bar', 'p50 then', 'p95 then'], alone.map(row)),
      table(['bytes for each record', 'on disk'], [['NDJSON', each(filled.ndjsonBytes)], ['NDJSON, zstd level 3', each(filled.zstdBytes)], ...sizes.map(({ table: name, bytes }) => [`  ${name}`, each(bytes)])]),
    ].join('\n')
  }
} finally {
  await connection.close()
  if (given === undefined) await rm(directory, { recursive: true, force: true })
}

async function bytesOnDisk(from: Connection): Promise<{ table: string; bytes: number }[]> {
  const rows = await from.query<{ table: string; bytes: string }>("SELECT table, toString(sum(bytes_on_disk)) AS bytes FROM system.parts WHERE database = 'blotter' AND active GROUP BY table ORDER BY sum(bytes_on_disk) DESC")
  return rows.map(({ table: name, bytes }) => ({ table: name, bytes: Number(bytes) }))
}

/** Merges go on for a while after the last insert; a store that is asked has usually done them. */
async function merged(from: Connection, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (let quiet = 0; quiet < 5 && Date.now() < deadline;) {
    const [{ Running } = { Running: 0 }] = await from.query<{ Running: number }>("SELECT count() AS Running FROM system.merges WHERE database = 'blotter'")
    quiet = Number(Running) === 0 ? quiet + 1 : 0
    await delay(400)
  }
}

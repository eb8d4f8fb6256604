// How many records a second the collector acknowledges, how long a sender waits, and what that costs beside a server
// that only parses, appends and syncs. See README.md for what each figure means.

import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runLoad } from './support/load.ts'
import { fail, readOptions } from './support/options.ts'
import { quiet, weigh } from './support/process.ts'
import { figure, machine, machineLine, progress, table } from './support/report.ts'
import { behind, caughtUp, journalBytesPerRecord, loopDelayMs, startBaseline, startCollector, startPeer } from './support/subjects.ts'
import type { BodyEncoding } from './support/encode.ts'
import type { Load } from './support/load.ts'
import type { Server, Weight } from './support/process.ts'

const help = `Acknowledged records a second over HTTP, beside a baseline in the same run.

  node --conditions=@blotter/source test/bench/ingest.ts

  --paths P        audit (POST /v1/audit, JSON) and logs (POST /v1/logs, protobuf). Default audit,logs
  --batches N      records in a request. Default 1,10,100,512
  --connections N  requests under way at a time. Default 1,8,64
  --seconds N      for each figure. Default 5
  --peer PATH      an OpenTelemetry Collector binary, built with peer/builder.yaml: measured as well
  --peer-rules R   what it redacts: ours (22 of our patterns, and our key names) or few (two card patterns, three key names). Default ours
  --dir DIR        where the journal and the store go: on the disk that you want to measure. Default ${tmpdir()}
  --json           figures for a program
`

const paths = { audit: 'json', logs: 'protobuf' } as const satisfies Record<string, BodyEncoding>
type Path = keyof typeof paths
interface Round { readonly path: Path; readonly batch: number; readonly connections: number }

interface Figures extends Load { readonly perSecond: number; readonly cpuMicrosPerRecord: number; readonly rssBytes: number }
interface Point extends Round {
  /** `loopDelayMs`: how late the thread that answers was, in the worst of a hundred looks. */
  readonly collector: Figures & { readonly journalBytesPerRecord: number; readonly unsealed: number; readonly unstored: number; readonly loopDelayMs: number }
  readonly baseline: Figures
  readonly peer?: Figures
}

const options = readOptions(help, ['paths', 'batches', 'connections', 'seconds', 'peer', 'peer-rules', 'dir'])
const measureMs = options.number('seconds', 5) * 1000
/** Long enough for the hot path to be compiled: after a start everything is several times slower. */
const warmUpMs = 2000
/** What is left to do in the background after one figure does not compete with the next; this long at most. */
const settleMs = 60_000

async function measure(server: Server, path: string, { path: kind, batch, connections }: Round, seed: number): Promise<Figures> {
  const weights: Promise<Weight>[] = []
  const load = await runLoad({ url: server.url + path, encoding: paths[kind], batch, connections, warmUpMs, measureMs, seed }, () => { weights.push(weigh(server.pid)) })
  const [before, after] = await Promise.all(weights)
  return { ...load, perSecond: load.records / load.seconds, cpuMicrosPerRecord: (after!.cpuMs - before!.cpuMs) * 1000 / load.records, rssBytes: after!.rssBytes }
}

/** New processes and directories for each path and batch: memory and journal are then of that alone. */
async function measureAll(path: Path, batch: number, connections: readonly number[], directory: string): Promise<Point[]> {
  await mkdir(directory)
  const dataDirectory = join(directory, 'collector')
  const collector = await startCollector(dataDirectory)
  const baseline = await startBaseline(join(directory, 'baseline'))
  const sink = peerBinary === undefined ? undefined : await startBaseline()
  const peer = peerBinary === undefined ? undefined : await startPeer(peerBinary, join(directory, 'queue'), sink!.url, peerRules)
  const points: Point[] = []
  for (const [seed, count] of connections.entries()) {
    const round = { path, batch, connections: count }
    progress(`${path}, batches of ${batch}, ${count} connections`)
    await loopDelayMs(collector.url) // what it says is of the time since it was asked last
    const measured = await measure(collector, `/v1/${path}`, round, seed + 1)
    const loopDelay = await loopDelayMs(collector.url)
    const [unsealed, unstored] = [await behind(collector.url, 'seal'), await behind(collector.url, 'store')]
    const journalBytes = await journalBytesPerRecord(dataDirectory, collector.url)
    await caughtUp(collector.url, settleMs)
    await quiet(collector.pid, settleMs)
    points.push({
      ...round,
      collector: { ...measured, journalBytesPerRecord: journalBytes, unsealed, unstored, loopDelayMs: loopDelay },
      baseline: await measure(baseline, '/', round, seed + 1),
      ...(peer === undefined ? {} : { peer: await measure(peer, '/v1/logs', round, seed + 1) }),
    })
    if (peer !== undefined) await quiet(peer.pid, settleMs)
  }
  for (const server of [collector, baseline, peer, sink]) await server?.stop()
  return points
}

function rowOf({ path, batch, connections, collector, baseline, peer }: Point): string[] {
  return [
    path, String(batch), String(connections),
    figure(collector.perSecond), figure(collector.p50Ms), figure(collector.p99Ms), figure(collector.loopDelayMs), figure(collector.cpuMicrosPerRecord), figure(collector.rssBytes / 1e6),
    figure(collector.journalBytesPerRecord), figure(collector.unsealed), figure(collector.unstored), figure(collector.refused),
    figure(baseline.perSecond), figure(baseline.p99Ms), figure(baseline.cpuMicrosPerRecord), figure(collector.perSecond / baseline.perSecond),
    ...(peer === undefined ? [] : [figure(peer.perSecond), figure(peer.p99Ms), figure(peer.cpuMicrosPerRecord), figure(peer.refused), figure(collector.perSecond / peer.perSecond)]),
  ]
}

const head = ['path', 'batch', 'conns', 'records/s', 'p50 ms', 'p99 ms', 'loop ms', 'µs CPU', 'RSS MB', 'journal B', 'unsealed', 'unstored', 'refused', 'base rec/s', 'p99 ms', 'µs CPU', '× base']
const peerHead = ['peer rec/s', 'p99 ms', 'µs CPU', 'refused', '× peer']

const numbers = (name: string, byDefault: readonly number[]): number[] => options.list(name, byDefault.map(String)).map(Number)
const wanted = options.list('paths', Object.keys(paths)).map((path) => (path in paths ? path as Path : fail(`there is no path ${path}; there are ${Object.keys(paths).join(', ')}`)))
const peerBinary = options.text('peer')
const peerRules = options.text('peer-rules') === 'few' ? 'few' : 'ours'
const directory = await mkdtemp(join(options.text('dir') ?? tmpdir(), 'blotter-bench-'))
const inMemory = (await statfs(directory)).type === 0x01021994 // TMPFS_MAGIC of linux/magic.h
const points: Point[] = []
try {
  for (const path of wanted) {
    for (const batch of numbers('batches', [1, 10, 100, 512])) {
      const own = join(directory, `${path}-${batch}`)
      points.push(...await measureAll(path, batch, numbers('connections', [1, 8, 64]), own))
      await rm(own, { recursive: true, force: true })
    }
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
progress('')
if (options.json) {
  process.stdout.write(`${JSON.stringify({ machine: machine(), inMemory, points }, null, 2)}\n`)
} else {
  process.stdout.write(`${machineLine()}${inMemory ? 'The directory is in memory: a sync costs nothing there, which flatters the small batches. Use --dir.\n' : ''}\n`)
  process.stdout.write(table(peerBinary === undefined ? head : [...head, ...peerHead], points.map(rowOf)))
}

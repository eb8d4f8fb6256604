// Whether the collector stays as it is under a load that it can keep up with: memory, delay, how far it is behind.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { runLoad } from './support/load.ts'
import { readOptions } from './support/options.ts'
import { weigh } from './support/process.ts'
import { figure, machine, machineLine, progress, quantile, table } from './support/report.ts'
import { behind, loopDelayMs, startCollector } from './support/subjects.ts'

const help = `Memory and delay under a steady load.

  node --conditions=@blotter/source test/bench/soak.ts

  --minutes N      how long. Default 15
  --batch N        records in a request. Default 100
  --connections N  requests under way at a time. Default 8
  --rate N         records a second, when it can take so many. Default 2000
  --dir DIR        where the journal and the store go. Default ${tmpdir()}
  --json           figures for a program
`

const options = readOptions(help, ['minutes', 'batch', 'connections', 'rate', 'dir'])
const minutes = options.number('minutes', 15)
const everyMs = 10_000

interface Look { readonly minute: number; readonly rssBytes: number; readonly unstored: number; readonly loopDelayMs: number }

const directory = await mkdtemp(join(options.text('dir') ?? tmpdir(), 'blotter-bench-'))
try {
  const collector = await startCollector(directory)
  let loaded = false
  const load = runLoad({
    url: `${collector.url}/v1/logs`, encoding: 'protobuf', batch: options.number('batch', 100), connections: options.number('connections', 8), seed: 1,
    warmUpMs: 2000, measureMs: minutes * 60_000, perSecond: options.number('rate', 2000),
  }, () => {}).finally(() => { loaded = true })
  const looks: Look[] = []
  const startedMs = performance.now()
  while (!loaded) {
    await Promise.race([delay(everyMs), load])
    const { rssBytes } = await weigh(collector.pid)
    looks.push({ minute: (performance.now() - startedMs) / 60_000, rssBytes, unstored: await behind(collector.url, 'store'), loopDelayMs: await loopDelayMs(collector.url) })
    progress(`${figure(looks.at(-1)!.minute)} of ${minutes} minutes, ${figure(rssBytes / 1e6)} MB`)
  }
  progress('')
  const { records, seconds, p50Ms, p99Ms, refused } = await load
  await collector.stop()
  report(looks, { perSecond: records / seconds, p50Ms, p99Ms, refused })
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Minute by minute, and the line through all of it: memory that grows shows in its slope. */
function report(looks: readonly Look[], totals: { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number; readonly refused: number }): void {
  const settled = looks.filter(({ minute }) => minute > minutes / 5) // caches fill first
  const slope = slopeOf(settled.map(({ minute, rssBytes }) => [minute, rssBytes / 1e6]))
  const loopDelay = quantile(looks.map((look) => look.loopDelayMs), 1)
  if (options.json) { process.stdout.write(`${JSON.stringify({ machine: machine(), ...totals, rssSlopeMbPerMinute: slope, worstLoopDelayMs: loopDelay, looks }, null, 2)}\n`); return }
  process.stdout.write(`${machineLine()}\n`)
  process.stdout.write(table(['minute', 'RSS MB', 'unstored', 'loop ms'], looks.filter((_, i) => i % Math.max(1, Math.round(looks.length / 15)) === 0).map((look) => [figure(look.minute), figure(look.rssBytes / 1e6), figure(look.unstored), figure(look.loopDelayMs)])))
  process.stdout.write(`\n${figure(totals.perSecond)} records/s, p50 ${figure(totals.p50Ms)} ms, p99 ${figure(totals.p99Ms)} ms, ${totals.refused} refused; memory ${slope >= 0 ? '+' : ''}${figure(slope)} MB a minute after the first fifth; event loop at worst ${figure(loopDelay)} ms late (p99 of ten seconds)\n`)
}

function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
}

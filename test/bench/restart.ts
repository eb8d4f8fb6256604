// How long a start takes when a journal is waiting that no step has seen, and how fast it is worked off.

import { mkdtemp, rm, stat, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openJournal } from '../../collector/journal/journal.ts'
import { createPrepare } from '../../collector/prepare.ts'
import { loadPolicy } from '../../collector/retain/load.ts'
import { openSecrets } from '../../collector/secrets.ts'
import { recordOf } from './support/encode.ts'
import { events } from './support/events.ts'
import { fail, readOptions } from './support/options.ts'
import { weigh } from './support/process.ts'
import { figure, machine, machineLine, progress } from './support/report.ts'
import { behind, startCollector } from './support/subjects.ts'

const help = `A start on a long journal.

  node --conditions=@blotter/source test/bench/restart.ts

  --records N  that no step has seen. Default 1000000
  --dir DIR    where the journal and the store go. Default ${tmpdir()}
  --json       figures for a program
`

const options = readOptions(help, ['records', 'dir'])
const count = options.number('records', 1_000_000)
const batch = 100

const directory = await mkdtemp(join(options.text('dir') ?? tmpdir(), 'blotter-bench-'))
try {
  await fillJournal()
  const journalBytes = await sizeOf(join(directory, 'journal'))
  progress('starting')
  const startedMs = performance.now()
  const collector = await startCollector(directory)
  const readySeconds = (performance.now() - startedMs) / 1000
  const { rssBytes } = await weigh(collector.pid)
  const drain = { seal: await drained(collector.url, 'seal'), store: await drained(collector.url, 'store') }
  const { rssBytes: rssAfterBytes } = await weigh(collector.pid)
  await collector.stop()
  progress('')
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), count, journalBytes, readySeconds, rssBytes, rssAfterBytes, sealPerSecond: count / drain.seal, storePerSecond: count / drain.store }, null, 2)}\n`)
  else {
    process.stdout.write(`${machineLine()}\n${figure(count)} records, ${figure(journalBytes / 1e6)} MB of journal: ready after ${figure(readySeconds)} s with ${figure(rssBytes / 1e6)} MB resident;\n`)
    process.stdout.write(`sealed at ${figure(count / drain.seal)} records/s, stored at ${figure(count / drain.store)} records/s, ${figure(rssAfterBytes / 1e6)} MB resident in the end\n`)
  }

  /** Seconds from the start until a step has caught up. */
  async function drained(url: string, step: 'seal' | 'store'): Promise<number> {
    for (let left = Number.POSITIVE_INFINITY; left > 0;) {
      left = await behind(url, step)
      progress(`${figure(left)} records left for ${step}`)
      if (left > 0) await delay(200)
    }
    return (performance.now() - startedMs) / 1000
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}

/** Records as the collector would have acknowledged them before it was killed. */
async function fillJournal(): Promise<void> {
  const { definition } = await loadPolicy([], false, () => fail('BUG: the built-in policy is no file'))
  const prepare = createPrepare({ secrets: await openSecrets(directory), policy: definition, redact: { paths: [], keys: [] } })
  const journal = await openJournal({ directory: join(directory, 'journal'), floorIndex: 0 })
  const source = events({ seed: 3, startMs: Date.now() - 3_600_000, gapMs: 10 })
  for (let done = 0; done < count; done += batch) {
    const records = Array.from({ length: batch }, () => recordOf(source.next().value))
    const storedAtNano = BigInt(Date.now()) * 1_000_000n
    const prepared = prepare({ source: records, encoding: 'json', path: 'logs', owner: { workspace: 'shop', environment: 'production' }, refuseClaims: false, storedAtNano })
    if (prepared.kind === 'refused') fail(`BUG: made-up records were refused: ${prepared.code}`)
    else await journal.append(prepared.entries, storedAtNano).durable
    if (done % 10_000 === 0) progress(`${figure(done)} of ${figure(count)} records written`)
  }
  await journal.close()
}

async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all((await readdir(path)).map(async (name) => (await stat(join(path, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

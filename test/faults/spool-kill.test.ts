// Processes that share one spool directory, killed at any moment. What was said to be durable is handed out, in the order
// of its writer, by whoever lives. BLOTTER_SPOOL_KILLS sets how often, BLOTTER_SEED when.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openSpool } from '../../sdk/spool/open.ts'
import { directoryForTest } from '../support/directory.ts'
import { createRandom } from '../support/random.ts'
import type { Random } from '../support/random.ts'
import type { spoolForever } from './spool-forever.ts'

const kills = Number(process.env['BLOTTER_SPOOL_KILLS'] ?? 24)
const seed = Number(process.env['BLOTTER_SEED'] ?? 1)
const program = (...words: Parameters<typeof spoolForever>): string =>
  `import { spoolForever } from ${JSON.stringify(new URL('spool-forever.ts', import.meta.url).href)}; await spoolForever(...${JSON.stringify(words)})`

/** What one life said. Only whole lines count: of a torn one nobody can be told. */
async function liveAndDie(directory: string, name: string, random: Random): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@blotter/source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program(directory, name, random.between(1, 1e9))], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  const closed = once(child, 'close')
  if (random.next() < 0.9) await once(child.stdout, 'data') // else it may die before it has opened anything
  await sleep(random.between(0, random.pick([5, 50, 300])))
  child.kill('SIGKILL')
  await closed
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
}

const idsIn = (lines: readonly string[], sign: string): string[] => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(2))

test(`what was durable survives ${kills} kills of processes that share a spool (seed ${seed})`, { timeout: 60_000 + kills * 3_000 }, async () => {
  const directory = await directoryForTest()
  const random = createRandom(seed)
  const appended: string[] = []
  const delivered: string[] = []
  for (let life = 0; life < kills; life += 2) {
    const names = [`life${life}`, `life${life + 1}`]
    const lines = await Promise.all(names.map((name) => liveAndDie(directory, name, random.fork())))
    for (const said of lines) {
      appended.push(...idsIn(said, '+'))
      delivered.push(...idsIn(said, '-'))
      assertInOrder(idsIn(said, '-'))
    }
  }
  const spool = await openSpool({ directory, resource: '{}' })
  const { adoptedStreams, damagedRecords, tornBytes } = spool.status
  for (let batch = await spool.next({ maxRecords: 500, maxBytes: 1e7 }); batch !== undefined; batch = await spool.next({ maxRecords: 500, maxBytes: 1e7 })) {
    for (const { recordId, text } of batch.entries) expect(text.startsWith(`${recordId.slice(0, recordId.indexOf('-'))} `)).toBe(true)
    delivered.push(...batch.entries.map(({ recordId }) => recordId))
    await spool.settle(batch)
  }
  await spool.close()
  const known = new Set(delivered)
  expect(appended.filter((id) => !known.has(id))).toEqual([])
  expect(appended.length).toBeGreaterThan(kills)
  expect(damagedRecords).toBe(0)
  expect((await readdir(directory)).filter((name) => name !== '.gitignore')).toEqual([])
  console.info(`${kills} kills of the spool: ${appended.length} records durable, ${delivered.length - known.size} handed out twice, ${adoptedStreams} streams taken over at the end, ${tornBytes} bytes torn, none lost`)
})

/** Of each writer, whatever else comes between. */
function assertInOrder(ids: readonly string[]): void {
  const last = new Map<string, number>()
  for (const id of ids) {
    const [name, number] = id.split('-') as [string, string]
    expect(Number(number), id).toBeGreaterThan(last.get(name) ?? -1)
    last.set(name, Number(number))
  }
}

// The journal alone in a process of its own, killed while it opens, writes, changes segments and deletes them: far more
// often than the whole collector can be. BLOTTER_JOURNAL_KILLS sets how often, BLOTTER_SEED when.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openJournal } from '../../collector/journal/journal.ts'
import { directoryForTest } from '../support/directory.ts'
import { textsOf } from '../support/entries.ts'
import { createRandom } from '../support/random.ts'
import type { appendForever } from '../support/append-forever.ts'
import type { Random } from '../support/random.ts'

const kills = Number(process.env['BLOTTER_JOURNAL_KILLS'] ?? 15)
const seed = Number(process.env['BLOTTER_SEED'] ?? 1)
const program = (...words: Parameters<typeof appendForever>): string =>
  `import { appendForever } from ${JSON.stringify(new URL('../support/append-forever.ts', import.meta.url).href)}; await appendForever(...${JSON.stringify(words)})`

/** What one life acknowledged: `<index> <text>`. Only whole lines count: of a torn one nobody can be told. */
async function liveAndDie(directory: string, name: string, random: Random): Promise<string[]> {
  const child = spawn(process.execPath, ['--conditions=@blotter/source', '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program(directory, name, random.between(1, 1e9))], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  const closed = once(child, 'close')
  if (random.next() < 0.8) await once(child.stdout, 'data') // else it may die before it has opened anything
  await sleep(random.between(0, random.pick([5, 50, 400])))
  child.kill('SIGKILL')
  await closed
  return text.slice(0, text.lastIndexOf('\n') + 1).split('\n').filter((line) => line !== '' && line !== 'open')
}

test(`what was acknowledged survives ${kills} kills of the journal (seed ${seed})`, { timeout: 60_000 + kills * 5000 }, async () => {
  const directory = await directoryForTest()
  const random = createRandom(seed)
  let known: string[] = []
  let acknowledged = 0
  let unacknowledged = 0
  let torn = 0
  for (let life = 0; life < kills; life += 1) {
    const acks = await liveAndDie(directory, `life${life}`, random)
    const journal = await openJournal({ directory, floorIndex: 0, onRepaired: () => { torn += 1 } })
    const found = await textsOf(journal)
    const oldest = journal.oldestIndex
    await journal.close()
    const byIndex = new Map(found.map((label) => [Number(label.slice(0, label.indexOf(' '))), label]))
    expect([...byIndex.keys()], 'no gap and nothing twice').toEqual(found.map((_, i) => oldest + i))
    const lost = [...known, ...acks].filter((label) => Number(label.split(' ')[0]) >= oldest && byIndex.get(Number(label.split(' ')[0])) !== label)
    expect(lost, `life ${life}`).toEqual([])
    acknowledged += acks.length
    unacknowledged += found.length - new Set([...known, ...acks].filter((label) => byIndex.get(Number(label.split(' ')[0])) === label)).size
    known = found // from now on it is there for good
  }
  expect(acknowledged).toBeGreaterThan(kills)
  console.info(`${kills} kills of the journal: ${acknowledged} appends acknowledged, ${unacknowledged} there without, ${torn} torn writes cut off, none lost, none twice`)
})

// The real collector, killed over and over while clients send: what was acknowledged must be there in the end, once, in
// its place, forwarded and provable. BLOTTER_KILLS sets how often, BLOTTER_SEED when.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { spawnCollector } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { createRandom } from '../support/random.ts'
import { createSender } from '../support/sender.ts'
import { openSink } from '../support/sink.ts'
import { expectWholeState } from '../support/whole-state.ts'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { Random } from '../support/random.ts'
import type { Sender } from '../support/sender.ts'

const kills = Number(process.env['BLOTTER_KILLS'] ?? 20)
const seed = Number(process.env['BLOTTER_SEED'] ?? 1)

/** When a life ends: while it starts, under load, or while it stops. Loads come most often, since most happens there. */
type End = 'starting' | 'loaded' | 'stopping'
const ends: readonly [End, ...End[]] = ['loaded', 'loaded', 'loaded', 'starting', 'stopping']

/** Starts the collector, and ends it without mercy at some moment. Returns how it was meant to end. */
async function liveAndDie(start: () => CollectorProcess, random: Random, listening: (url: string | undefined) => void): Promise<{ end: End; collector: CollectorProcess }> {
  const end = random.pick(ends)
  const collector = start()
  if (end === 'starting') await Promise.race([sleep(random.between(0, 1200)), collector.ready])
  else {
    listening(await collector.ready)
    await sleep(random.between(0, random.pick([300, 1000, 2500])))
    if (end === 'stopping') {
      void collector.stop()
      await sleep(random.between(0, 300))
    }
  }
  const ended = collector.kill()
  listening(undefined)
  await ended
  return { end, collector }
}

test(`what was acknowledged survives ${kills} kills (seed ${seed})`, { timeout: 120_000 + kills * 15_000 }, async () => {
  const random = createRandom(seed)
  const data = await directoryForTest()
  const sink = await openSink()
  onTestFinished(() => sink.close())
  const moods = random.fork()
  sink.answerWith(() => (moods.next() < 0.8 ? { status: 200 } : moods.pick<'hang up' | { status: number }>([{ status: 503 }, 'hang up'])))
  const config = join(await directoryForTest(), 'blotter.yaml')
  await writeFile(config, `forward: [{ name: sink, url: "${sink.url}" }]\n`)
  const start = (): CollectorProcess => spawnCollector({ data, config })

  let url: string | undefined
  const senders: Sender[] = Array.from({ length: 6 }, (_, i) => createSender({ name: `sender${i}`, random: random.fork(), address: () => url, batchRecords: 8, pauseMs: 10 }))
  const sending = new AbortController()
  const sent = Promise.all(senders.map((sender) => sender.run(sending.signal)))
  sent.catch(() => {}) // awaited below, when the killing is over

  const died: Record<End, number> = { starting: 0, loaded: 0, stopping: 0 }
  let repairs = 0
  const bugs: string[] = []
  const read = (collector: CollectorProcess): void => {
    for (const line of collector.logs()) {
      const { level, event } = line
      if (level === 'error' || level === 'raw' || event.includes('BUG')) bugs.push(JSON.stringify(line))
      if (event.startsWith('journal: cut off')) repairs += 1
    }
  }
  for (let i = 0; i < kills; i += 1) {
    const { end, collector } = await liveAndDie(start, random, (address) => { url = address })
    died[end] += 1
    read(collector)
  }

  const last = start()
  url = await last.ready
  await sleep(500) // one more life, in peace
  sending.abort()
  await sent
  sink.answerWith(() => ({ status: 200 }))
  const rows = await expectWholeState({ data, url, collector: last, senders, sink, catchUpMs: 60_000 + kills * 1000 })
  read(last)
  expect(bugs, 'no life logged an error').toEqual([])

  const figures = senders.map((sender) => sender.figures)
  const sum = (of: (figure: Sender['figures']) => number): number => figures.reduce((total, figure) => total + of(figure), 0)
  const acknowledged = senders.reduce((total, { receipts }) => total + receipts.size, 0)
  expect(died.loaded).toBeGreaterThan(0)
  expect(sum(({ unanswered }) => unanswered), 'kills hit requests').toBeGreaterThan(0)
  console.info(`${kills} kills (${died.starting} while starting, ${died.loaded} under load, ${died.stopping} while stopping): ${acknowledged} records acknowledged in ${sum(({ requests }) => requests)} requests, ${sum(({ unanswered }) => unanswered)} unanswered and sent again, ${sum(({ repeated }) => repeated)} repeated after their answer, ${repairs} torn writes cut off, ${rows.length} rows, ${sink.requests.length} requests forwarded`)
})

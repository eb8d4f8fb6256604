// The real collector, killed over and over while clients send: what was acknowledged must be there in the end, once, in
// its place, forwarded and provable. BLOTTER_KILLS sets how often, BLOTTER_SEED when.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { parseRecord } from '@blotter/processors'
import { connect } from '../../collector/store/connect.ts'
import { linksOf } from '../../collector/store/links.ts'
import { runBlotter, spawnCollector } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { createRandom } from '../support/random.ts'
import { createSender } from '../support/sender.ts'
import { openSink } from '../support/sink.ts'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { Random } from '../support/random.ts'
import type { Sender } from '../support/sender.ts'
import type { AnsweredReceipt } from '../../collector/receive/answer.ts'
import type { StoredRow } from '../../collector/store/store.ts'

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

async function allRows(url: string): Promise<StoredRow[]> {
  const rows: StoredRow[] = []
  for (let from: string | null = '0'; from !== null;) {
    const response: Response = await fetch(`${url}/v1/rows?from=${from}`)
    expect(response.status).toBe(200)
    for (const line of (await response.text()).split('\n')) if (line !== '') rows.push(JSON.parse(line) as StoredRow)
    from = response.headers.get('X-Next-Index')
  }
  return rows
}

/** How far each background step is behind, as /metrics says it. */
async function lagsOf(url: string): Promise<string[]> {
  const lags = (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('blotter_step_lag_records{'))
  expect(lags.length).toBe(3) // seal, store, forward
  return lags
}

async function catchUp(url: string, collector: CollectorProcess): Promise<void> {
  await eventually('the background steps catch up', async () => (await lagsOf(url)).every((line) => line.endsWith(' 0')), 60_000 + kills * 1000).catch(async (cause: unknown) => {
    throw new Error([...await lagsOf(url), ...collector.logs().slice(-20).map((line) => JSON.stringify(line))].join('\n'), { cause })
  })
}

function compare(rows: readonly StoredRow[], receipts: ReadonlyMap<string, AnsweredReceipt>): void {
  expect(rows.map(({ leafIndex }) => leafIndex), 'no gap and nothing twice in the log').toEqual(rows.map((_, index) => index))
  const byId = new Map(rows.map((row) => [String(row.columns['RecordId']), row]))
  expect(byId.size, 'no record is there twice').toBe(rows.length)
  expect([...byId.keys()].filter((id) => !receipts.has(id)), 'nothing is there that nobody sent').toEqual([])
  const wrong = [...receipts.values()].filter(({ recordId, leafIndex, integrityHash }) => {
    const row = byId.get(recordId)
    return row === undefined || row.leafIndex !== leafIndex || row.leafHash !== integrityHash
  })
  expect(wrong, 'everything that was acknowledged is there, as its receipt says').toEqual([])
}

/** Of a stopped collector: each leaf has one row, one salt, and one identifier for each of its links. */
async function expectOnceInStore(data: string, rows: readonly StoredRow[]): Promise<void> {
  const connection = await connect({ kind: 'embedded', directory: join(data, 'store') })
  const count = async (table: string): Promise<Map<number, number>> =>
    new Map((await connection.query<{ LeafIndex: string; Rows: string }>(`SELECT toString(LeafIndex) AS LeafIndex, toString(count()) AS Rows FROM blotter.${table} GROUP BY LeafIndex`)).map(({ LeafIndex, Rows }) => [Number(LeafIndex), Number(Rows)]))
  try {
    for (const [table, expected] of [['records', () => 1], ['salts', () => 1], ['identifiers', ({ canonical }: StoredRow) => linksOf(parseRecord(canonical)).length]] as const) {
      const counts = await count(table)
      expect(rows.filter((row) => counts.get(row.leafIndex) !== expected(row)).map(({ leafIndex }) => leafIndex), `${table} has each leaf once`).toEqual([])
      expect(counts.size).toBe(rows.length)
    }
  } finally {
    await connection.close()
  }
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
    for (const { level, event } of collector.logs()) {
      if (level === 'error' || level === 'raw' || event.includes('BUG')) bugs.push(event)
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
  await catchUp(url, last)

  const receipts = new Map(senders.flatMap((sender) => [...sender.receipts]))
  const figures = senders.map((sender) => sender.figures)
  const sum = (of: (figure: Sender['figures']) => number): number => figures.reduce((total, figure) => total + of(figure), 0)
  const rows = await allRows(url)
  compare(rows, receipts)
  const forwarded = new Set(sink.requests.flatMap(({ records }) => records.map(({ attributes }) => attributes['audit.record.id'])))
  expect([...receipts.keys()].filter((id) => !forwarded.has(id)), 'everything was forwarded').toEqual([])
  expect(await runBlotter(['verify', '--url', url])).toMatchObject({ code: 0 })
  expect(await last.stop()).toEqual({ code: 0, signal: null })
  read(last)
  expect(bugs, 'no life logged an error').toEqual([])
  await expectOnceInStore(data, rows)
  expect(await runBlotter(['verify', '--data', data])).toMatchObject({ code: 0 })

  expect(died.loaded).toBeGreaterThan(0)
  expect(sum(({ unanswered }) => unanswered), 'kills hit requests').toBeGreaterThan(0)
  console.info(`${kills} kills (${died.starting} while starting, ${died.loaded} under load, ${died.stopping} while stopping): ${receipts.size} records acknowledged in ${sum(({ requests }) => requests)} requests, ${sum(({ unanswered }) => unanswered)} unanswered and sent again, ${sum(({ repeated }) => repeated)} repeated after their answer, ${repairs} torn writes cut off, ${rows.length} rows, ${sink.requests.length} requests forwarded`)
})

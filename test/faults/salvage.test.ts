// A journal whose acknowledged entries were damaged while nobody looked: the start says so and refuses, an operator takes
// the damage out, and what follows is as whole as it can be.

import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { runBlotter, spawnCollector, startCollector } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { openSink } from '../support/sink.ts'
import type { Sink } from '../support/sink.ts'

interface Rig { readonly data: string; readonly config: string; readonly sink: Sink; readonly segment: string }

async function rig(): Promise<Rig> {
  const data = await directoryForTest()
  const sink = await openSink()
  onTestFinished(() => sink.close())
  const config = join(data, 'blotter.yaml')
  await writeFile(config, `forward: [{ name: sink, url: '${sink.url}' }]\n`)
  return { data, config, sink, segment: join(data, 'journal', '0000000000000000.journal') }
}

async function send(url: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: name, timeUnixNano: '1700000000000000000', attributes: [{ key: 'audit.record.id', value: { stringValue: name } }] }] }] }] })
    expect((await fetch(`${url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).status).toBe(200)
  }
}

/** A collector that took three records; seal and store have done them, the destination has not. Then it is stopped. */
async function threeRecords({ data, config, sink }: Rig): Promise<void> {
  sink.answerWith(() => ({ status: 503 }))
  const { url, stop } = await start(data, config)
  await send(url, 'one', 'two', 'three')
  await eventually('they are stored', async () => ((await (await fetch(`${url}/v1/rows`)).text()).match(/\n/g)?.length ?? 0) === 3)
  await stop()
}

async function start(data: string, config: string): Promise<{ url: string; stop: () => Promise<unknown>; logs: () => readonly { readonly event: string; readonly [field: string]: unknown }[] }> {
  const collector = await startCollector({ data, config })
  onTestFinished(async () => { await collector.kill() })
  return { url: collector.url, stop: () => collector.stop(), logs: () => collector.logs() }
}

/** One bit of the first frame: in its text. */
async function flip(segment: string): Promise<void> {
  const bytes = await readFile(segment)
  bytes[300]! ^= 1
  await writeFile(segment, bytes)
}

const forwarded = (sink: Sink): unknown[] => sink.requests.flatMap(({ records }) => records.map(({ eventName }) => eventName))

describe('a damaged entry that is not forwarded yet', () => {
  test('stops the start, which names the place and the command; the store gives it back, and nothing is lost', async () => {
    const all = await rig()
    const { data, config, sink, segment } = all
    await threeRecords(all)
    await flip(segment)

    await expect(spawnCollector({ data, config }).ready).rejects.toThrow(/0000000000000000\.journal at byte 0: \d+ bytes cannot be read, entries 0 to 0.*blotter journal quarantine/)
    const checked = await runBlotter(['journal', 'check', '--data', data, '--json'])
    expect(checked.code).toBe(1)
    expect(JSON.parse(checked.stdout)).toMatchObject({ damage: [{ offset: 0, firstIndex: 0, endIndex: 1 }] })

    const taken = await runBlotter(['journal', 'quarantine', '--data', data])
    expect(taken).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('1 entries were put back from the store, 0 are lost') as unknown })
    expect(await readdir(join(data, 'journal', 'quarantine'))).toEqual(['0000000000000000-0.bad'])

    sink.answerWith(() => ({ status: 200 }))
    const before = sink.requests.length
    const { stop } = await start(data, config)
    await eventually('all are forwarded', () => sink.requests.slice(before).flatMap(({ records }) => records).length >= 3)
    expect(new Set(forwarded(sink))).toEqual(new Set(['one', 'two', 'three']))
    await stop()
    expect(await runBlotter(['verify', '--data', data])).toMatchObject({ code: 0 })
  })

  test('is given up when the store is lost as well: the log says so, and goes on without a gap', async () => {
    const all = await rig()
    const { data, config, segment } = all
    await threeRecords(all)
    await flip(segment)
    await rm(join(data, 'store'), { recursive: true })
    await rm(join(data, 'cursors', 'store.json'))

    expect(await runBlotter(['journal', 'quarantine', '--data', data, '--without-store'])).toMatchObject({ code: 1, stdout: expect.stringContaining('0 entries were put back from the store, 1 are lost') as unknown })
    const { url, stop } = await start(data, config)
    await send(url, 'four')
    await eventually('it is sealed', async () => (await (await fetch(`${url}/v1/log`)).json() as { size: number }).size >= 5)
    await stop()
    const verified = await runBlotter(['verify', '--data', data, '--json'])
    expect(JSON.parse(verified.stdout)).toMatchObject({ lost: 1, rows: 3, problems: [] })
  })
})

test('a damaged entry that every step has done does not stop the start: it is told, counted and recorded', async () => {
  const { data, config, segment } = await rig()
  const first = await start(data, config)
  await send(first.url, 'one', 'two')
  await first.stop() // it drains first
  await flip(segment)

  const second = await start(data, config)
  expect(second.logs()).toContainEqual(expect.objectContaining({ level: 'error', event: expect.stringContaining('journal: damaged where every step had been already') as unknown, where: expect.stringContaining('entries 0 to 0') as unknown }))
  expect(await (await fetch(`${second.url}/metrics`)).text()).toMatch(/blotter_journal_quarantined_bytes_total [1-9]/)
  await eventually('it is a record', async () => (await (await fetch(`${second.url}/v1/rows`)).text()).includes('blotter.journal.quarantined'))
  await second.stop()
  expect(await runBlotter(['verify', '--data', data])).toMatchObject({ code: 0 })
  expect(await runBlotter(['journal', 'check', '--data', data])).toMatchObject({ code: 0 })
})

test('a journal that was removed with what a destination still had to get stops the start; the store gives all of it back', async () => {
  const all = await rig()
  await threeRecords(all)
  await rm(join(all.data, 'journal'), { recursive: true })
  await expect(spawnCollector({ data: all.data, config: all.config }).ready).rejects.toThrow('nothing is there, entries 0 to 2')
  expect(await runBlotter(['journal', 'quarantine', '--data', all.data])).toMatchObject({ code: 0, stdout: expect.stringContaining('3 entries were put back from the store, 0 are lost') as unknown })
  all.sink.answerWith(() => ({ status: 200 }))
  const before = all.sink.requests.length
  const { stop } = await start(all.data, all.config)
  await eventually('all are forwarded', () => all.sink.requests.slice(before).flatMap(({ records }) => records).length >= 3)
  await stop()
})

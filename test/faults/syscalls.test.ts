// The real collector, of which single calls of the system fail: each call of the write path, in each way. It goes on by
// itself when the disk does, or is started again when it was killed. In the end everything is compared with everything.
//
// A few of the cases run always; BLOTTER_SYSCALLS=all runs all of them, any other word those that have it in their name.
// BLOTTER_SEED changes their order.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { spawnCollector, startCollector } from '../support/collector-process.ts'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { createFaultySystem, whyNot } from '../support/faulty-system.ts'
import { createRandom } from '../support/random.ts'
import { createSender } from '../support/sender.ts'
import { openSink } from '../support/sink.ts'
import { expectWholeState } from '../support/whole-state.ts'
import type { CollectorProcess } from '../support/collector-process.ts'
import type { FaultySystem, Order } from '../support/faulty-system.ts'
import type { Random } from '../support/random.ts'
import type { Sender } from '../support/sender.ts'

const seed = Number(process.env['BLOTTER_SEED'] ?? 1)
const asked = process.env['BLOTTER_SYSCALLS']
const cannot = await whyNot()
if (cannot !== undefined && process.env['CI'] !== undefined) throw new Error(`fault injection ${cannot}`)

const journal = '/journal/0', journalFolder = '/journal', cursors = '/cursors/', log = '/log/'

interface Case { readonly name: string; readonly orders: readonly Order[]; /** Runs always. */ readonly always?: boolean }

const before = ['ENOSPC', 'EIO', 'EROFS'] as const
const named = (order: Order): string => `${order.call} in ${order.path}: ${order.how}${order.how === 'before' || order.how === 'after' || order.how === 'torn' ? ` ${order.error ?? 'EIO'}` : ''}`
const single = (order: Order, always = false): Case => ({ name: named(order), orders: [order], always })
/** A call that only comes when something before it has failed. */
const afterFailure = (first: readonly Order[], order: Order): Case => ({ name: `${named(order)}, while it is repaired`, orders: [...first, order], always: order.call === 'rename' && order.how === 'after' })

function kinds(call: Order['call'], path: string, hows: readonly Order['how'][], errors: readonly Order['error'][] = ['EIO']): Case[] {
  return hows.flatMap((how) => (how === 'before' ? errors : ['EIO' as const]).map((error) => single({ call, how, path, error: error ?? 'EIO' }, isAlways(call, how, path, error))))
}

function isAlways(call: Order['call'], how: Order['how'], path: string, error: Order['error']): boolean {
  const chosen = [['write', 'before', journal, 'ENOSPC'], ['write', 'torn', journal, 'EIO'], ['fdatasync', 'after', journal, 'EIO'], ['fdatasync', 'killed', journal, 'EIO'], ['write', 'kill', journal, 'EIO'], ['rename', 'after', cursors, 'EIO'], ['fsync', 'before', log, 'EIO']]
  return chosen.some((one) => one.join() === [call, how, path, error].join())
}

const failedWrite: Order = { call: 'write', how: 'before', path: journal }
/** The first write fails, that of the repair works, and the one after it, into an empty file, fails again. */
const failedTwice: readonly Order[] = [failedWrite, { ...failedWrite, skip: 1 }]
const repairing = (call: Order['call'], path: string, first: readonly Order[] = [failedWrite]): Case[] =>
  (['before', 'after', 'kill', 'killed'] as const).map((how) => afterFailure(first, { call, how, path }))

/** Small files that are replaced as a whole: temporary file, sync, rename, sync of the folder. */
const replaced = (path: string): Case[] => [
  ...kinds('open', path, ['before', 'after', 'hang', 'kill', 'killed'], before),
  ...kinds('write', path, ['before', 'after', 'torn', 'short', 'hang', 'kill', 'killed'], before),
  ...kinds('fsync', path, ['before', 'after', 'hang', 'kill', 'killed'], ['EIO', 'ENOSPC']),
  ...kinds('rename', path, ['before', 'after', 'hang', 'kill', 'killed'], before),
  ...kinds('close', path, ['before', 'after']),
]

const cases: readonly Case[] = [
  ...kinds('write', journal, ['before', 'after', 'torn', 'short', 'hang', 'kill', 'killed'], before),
  ...kinds('fdatasync', journal, ['before', 'after', 'hang', 'kill', 'killed'], ['EIO', 'ENOSPC']),
  ...repairing('open', journal),
  ...repairing('ftruncate', journal),
  ...repairing('fdatasync', journal),
  ...repairing('fsync', journalFolder),
  ...repairing('close', journal),
  ...repairing('unlink', journal),
  ...repairing('rename', journal, failedTwice),
  ...replaced(cursors),
  ...replaced(log),
]

interface Rig { readonly system: FaultySystem; readonly start: () => CollectorProcess; readonly senders: readonly Sender[]; readonly random: Random; collector: CollectorProcess; url: string | undefined }

const requestsOf = ({ senders }: Rig): number => senders.reduce((sum, { figures }) => sum + figures.requests, 0)

async function startAgain(rig: Rig): Promise<void> {
  rig.url = undefined
  rig.collector = rig.start()
  rig.url = await rig.collector.ready
}

/** The fault is given, the disk works again, and requests are answered again. */
async function happen(rig: Rig, { name, orders }: Case): Promise<void> {
  const { system, collector, random } = rig
  const last = orders.at(-1)!
  const dies = last.how === 'kill' || last.how === 'killed'
  let ended = false
  void collector.ended.then(() => { ended = true })
  await system.arm(orders)
  await eventually(`the fault is given: ${name}`, async () => (await system.hits()).includes(last.call) && (orders.length === 1 || (await system.hits()).length > 1), 30_000)
  if (dies) await eventually(`it is dead: ${name}`, () => ended)
  else await sleep(random.between(0, 300))
  await system.disarm()
  if (!dies && random.next() < 0.1) await collector.kill()
  if (dies || ended) await startAgain(rig)
  const answered = requestsOf(rig)
  await eventually(`requests are answered again: ${name}`, () => requestsOf(rig) > answered + 3, 60_000)
}

function shuffled<T>(items: readonly T[], random: Random): T[] {
  return items.map((item) => ({ item, at: random.next() })).sort((a, b) => a.at - b.at).map(({ item }) => item)
}

describe.skipIf(cannot !== undefined)('calls of the system that fail', () => {
  const chosen = shuffled(cases.filter(({ name, always }) => (asked === undefined ? always : asked === 'all' || name.includes(asked))), createRandom(seed))

  test(`${chosen.length} of ${cases.length} cases: nothing acknowledged is lost, nothing is there twice (seed ${seed})`, { timeout: 120_000 + chosen.length * 60_000 }, async () => {
    const random = createRandom(seed)
    const data = await directoryForTest()
    const system = await createFaultySystem(await directoryForTest())
    const sink = await openSink()
    onTestFinished(() => sink.close())
    const config = join(data, 'blotter.yaml')
    await writeFile(config, `forward: [{ name: sink, url: '${sink.url}' }]\n`)
    const start = (): CollectorProcess => spawnCollector({ data, config, environment: system.environment })
    const rig: Rig = {
      system, start, random, collector: start(), url: undefined,
      senders: Array.from({ length: 4 }, (_, i) => createSender({ name: `sender${i}`, random: random.fork(), address: () => rig.url, batchRecords: 5, pauseMs: 20 })),
    }
    onTestFinished(async () => { await rig.collector.kill() })
    rig.url = await rig.collector.ready
    const sending = new AbortController()
    const sent = Promise.all(rig.senders.map((sender) => sender.run(sending.signal)))
    sent.catch(() => {}) // awaited below

    const failed: string[] = []
    for (const one of chosen) {
      await happen(rig, one).catch(async (error: unknown) => {
        failed.push(`${one.name}: ${error instanceof Error ? error.message : 'failed'}`)
        console.error(failed.at(-1), rig.collector.logs().slice(-5))
        await system.disarm()
        await rig.collector.kill() // the next case finds one that lives
        await startAgain(rig)
      })
    }
    expect(failed).toEqual([])
    sending.abort()
    await sent
    const rows = await expectWholeState({ data, url: rig.url, collector: rig.collector, senders: rig.senders, sink, catchUpMs: 120_000 })
    console.info(`${chosen.length} cases: ${rows.length} records, ${requestsOf(rig)} requests acknowledged, ${rig.senders.reduce((sum, { figures }) => sum + figures.unanswered, 0)} refused or unanswered and sent again`)
  })

  test('a full disk: 503 and not ready, with the cause; ready again by itself when there is room', async () => {
    const system = await createFaultySystem(await directoryForTest())
    const collector = await startCollector({ data: await directoryForTest(), environment: system.environment })
    const { url } = collector
    onTestFinished(async () => { await collector.kill() })
    const send = (): Promise<Response> => fetch(`${url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x' }] }] }] }) })
    expect((await send()).status).toBe(200)
    await system.arm([{ call: 'write', how: 'before', error: 'ENOSPC', times: 1_000_000, path: journal }])
    const refused = await send()
    expect(refused.status).toBe(503)
    expect(await refused.text()).toContain('JOURNAL_FAILED')
    expect(await (await fetch(`${url}/readyz`)).text()).toContain('the journal cannot be written (no_space)')
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('blotter_journal_problem{cause="no_space"} 1')
    await system.disarm()
    await eventually('it is ready again', async () => (await fetch(`${url}/readyz`)).status === 200)
    expect((await send()).status).toBe(200)
  })

  test('a disk that does not answer: senders are told in time, and what hung is not there afterwards', async () => {
    const data = await directoryForTest()
    const system = await createFaultySystem(await directoryForTest())
    const collector = await startCollector({ data, environment: system.environment })
    onTestFinished(async () => { await collector.kill() })
    const send = (name: string): Promise<Response> => fetch(`${collector.url}/v1/audit`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: body(name) })
    await system.arm([{ call: 'fdatasync', how: 'hang', path: journal }])
    const refused = await send('hangs')
    expect(refused.status).toBe(503)
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(503)
    expect((await send('is refused at once')).status).toBe(503)
    await system.disarm()
    await eventually('it is ready again', async () => (await fetch(`${collector.url}/readyz`)).status === 200)
    expect(await (await send('hangs')).json()).toMatchObject({ receipts: [{ recordId: 'hangs', leafIndex: 0 }] })
  })
})

function body(recordId: string): string {
  const attributes = Object.entries({ 'audit.record.id': recordId, 'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'CREATE', 'audit.outcome': 'success' })
    .map(([key, stringValue]) => ({ key, value: { stringValue } }))
  return JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName: 'x', timeUnixNano: '1700000000000000000', attributes }] }] }] })
}

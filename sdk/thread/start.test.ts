// The courier's thread dies: what it had not confirmed is handed over again, and nothing is kept twice.

import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSender } from '../deliver/sender.ts'
import type { Sender } from '../deliver/sender.ts'
import { createStats } from '../deliver/stats.ts'
import type { CourierSettings } from '../deliver/messages.ts'
import { checkOptions } from '../options.ts'
import { pack } from '../pack.ts'
import { settingsOf } from '../settings.ts'
import { startFakeCollector } from '../testing/fake-collector.ts'
import type { FakeCollector } from '../testing/fake-collector.ts'
import { realTiming } from '../time.ts'
import { linkThread } from './start.ts'
import { niceness } from './step-back.ts'

let collector: FakeCollector
let directory: string
let settings: CourierSettings
let senders: Sender[]
beforeEach(async () => {
  collector = await startFakeCollector()
  directory = mkdtempSync(join(tmpdir(), 'blotter-thread-'))
  const options = checkOptions({ endpoint: collector.endpoint, integration: 'stripe', spool: { directory } })
  settings = settingsOf(options)
  senders = []
})
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close(1)))
  await collector.close()
  rmSync(directory, { recursive: true, force: true })
  expect(collector.broken).toEqual([])
})

interface Set { readonly sender: Sender; readonly kill: () => Promise<void>; readonly send: (id: string, delivery?: 'spooled') => Promise<unknown> }

function setUp(more: Partial<CourierSettings> = {}): Set {
  let terminate: () => Promise<void> = async () => {}
  const sender = createSender({
    link: (hear, lost) => {
      const link = linkThread({ ...settings, ...more }, realTiming, hear, lost)
      terminate = link.killForTests
      return link
    },
    timeoutMs: 30_000, maxQueue: 100, stats: createStats(), timing: realTiming, refused() {}, warn() {},
  })
  senders.push(sender)
  const event = { event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' }
  return {
    sender,
    kill: () => terminate(),
    send: (id, delivery) => sender.send(id, pack({ ...event, recordId: id }, { recordId: id, observedNano: 1n, trace: undefined }, { integration: 'stripe', maxPayloadBytes: 1_000 }), delivery ?? 'acknowledged'),
  }
}

test.runIf(process.platform === 'linux')('the thread gives way to the app’s own, whose priority stays what it was', async () => {
  const { send } = setUp()
  const before = nicenessOf(String(process.pid))
  await send('a')
  const others = readdirSync('/proc/self/task').filter((thread) => thread !== String(process.pid)).map(nicenessOf)
  expect(others.filter((nice) => nice === niceness)).toHaveLength(1)
  expect(nicenessOf(String(process.pid))).toBe(before)
})

/** The 19th field; the second one, a name, may have spaces. */
function nicenessOf(thread: string): number {
  return Number(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8').split(') ')[1]!.split(' ')[16])
}

test('records that a dead thread had not confirmed are delivered by the next one, once', async () => {
  const { send, kill, sender } = setUp()
  await send('a')
  collector.reply = () => ({ status: 503 })
  const b = send('b')
  await vi.waitFor(() => expect(collector.seen.length).toBeGreaterThan(1), 10_000)
  await kill()
  const c = send('c', 'spooled')
  collector.reply = undefined
  expect(await Promise.all([b, c])).toMatchObject([{ state: 'accepted', recordId: 'b' }, { recordId: 'c' }])
  expect(sender.state.thread).toBe(true)
  await vi.waitFor(() => expect([...collector.stored.keys()].sort()).toEqual(['a', 'b', 'c']), 20_000)
})

test('a thread that dies again and again gives way to the caller’s own', async () => {
  const { send, kill, sender } = setUp()
  collector.reply = () => ({ status: 503 })
  const receipt = send('a')
  for (let death = 0; death < 3; death += 1) await kill()
  collector.reply = undefined
  expect(await receipt).toMatchObject({ state: 'accepted', recordId: 'a' })
  expect(sender.state.thread).toBe(false)
})

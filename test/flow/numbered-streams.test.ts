// What the SDK's numbered streams are for: the collector says by itself that something is missing, and keeps quiet
// about a process that was killed or records that came in another order.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit } from '@blotter/sdk'
import type { AuditEvent } from '@blotter/sdk'
import { directoryForTest } from '../support/directory.ts'
import { eventually } from '../support/eventually.ts'
import { runCollector } from '../support/running.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
beforeAll(async () => { collector = await runCollector({ watch: { graceMs: 1, silentMs: false } }) })
afterAll(() => collector.remove())

const event: AuditEvent = { event: 'order.cancel', actor: 'user-1', action: 'DELETE' }
const create = (integration: string): ReturnType<typeof createAudit> => createAudit({ endpoint: collector.url, integration, spool: false, sequence: true })

interface Seen { readonly event: string; readonly target: string; readonly first: unknown; readonly missing: unknown }

async function seen(integration: string): Promise<Seen[]> {
  const records = await collector.timeline(`integration=${integration}`)
  return records.map(({ event: name, target, attributes }) => ({ event: name, target: target.id, first: attributes['blotter.sequence.first'], missing: attributes['blotter.sequence.missing'] }))
}

/** A gap that is known to be one, so that by the time it is told whatever else was missing would have been told as well. */
async function untilAGapIsTold(integration: string): Promise<void> {
  const audit = create(integration)
  await audit.record({ ...event, recordId: `${integration}-1` })
  await expect(audit.record({ ...event, recordId: `${integration}-1`, reason: 'another content' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await audit.close()
  await eventually('the gap is told', async () => (await seen(integration)).some(({ event: name }) => name === 'blotter.sequence.gap'))
}

const findings = async (integration: string): Promise<Seen[]> => (await seen(integration)).filter(({ event: name }) => name.startsWith('blotter.sequence.'))

test('a stream closed in order ends with its end and nothing is missing', async () => {
  const audit = create('in-order')
  await Promise.all(Array.from({ length: 20 }, () => audit.record(event)))
  await audit.close()
  await untilAGapIsTold('after-in-order')
  const records = await seen('in-order')
  expect(records).toHaveLength(21)
  expect(records.filter(({ event: name }) => name === 'blotter.stream.end')).toHaveLength(1)
  expect(await findings('in-order')).toEqual([])
})

test('a record that the collector refused is a gap of exactly its number', async () => {
  const audit = create('refused')
  await audit.record({ ...event, recordId: 'refused-1' })
  await audit.record(event)
  await expect(audit.record({ ...event, recordId: 'refused-1', reason: 'another content' })).rejects.toMatchObject({ code: 'CONFLICT' })
  await audit.record(event)
  await audit.close()
  const told = await eventually('the gap is told', async () => { const found = await findings('refused'); return found.length > 0 && found })
  expect(told).toMatchObject([{ event: 'blotter.sequence.gap', first: 3, missing: 1 }])
})

/** Runs a program of an app to its end. */
async function run(code: string, environment: Readonly<Record<string, string>>): Promise<unknown> {
  const child = spawn(process.execPath, ['--conditions=@blotter/source', '--input-type=module', '-e', code], { cwd: import.meta.dirname, env: { ...process.env, ...environment, NODE_OPTIONS: '' }, stdio: 'ignore' })
  return once(child, 'exit')
}

/** Three records and then the worst end of a process. */
const killed = `
  import { createAudit } from '@blotter/sdk'
  const { ENDPOINT: endpoint, INTEGRATION: integration, DELIVERY: delivery, SPOOL: directory } = process.env
  const audit = createAudit({ endpoint, integration, delivery, sequence: true, spool: directory === '' ? false : { directory } })
  for (let i = 0; i < 3; i += 1) await audit.record({ event: 'order.cancel', actor: 'user-1', action: 'DELETE' })
  process.kill(process.pid, 'SIGKILL')
`

test('a process that was killed leaves a stream without an end, which is no gap', async () => {
  expect(await run(killed, { ENDPOINT: collector.url, INTEGRATION: 'killed', DELIVERY: 'acknowledged', SPOOL: '' })).toEqual([null, 'SIGKILL'])
  await untilAGapIsTold('after-killed')
  expect((await seen('killed')).map(({ event: name }) => name)).toEqual(['order.cancel', 'order.cancel', 'order.cancel'])
  expect(await findings('killed')).toEqual([])
})

test('what a killed process left in the spool arrives in its own stream, and nothing is missing', async () => {
  const directory = await directoryForTest()
  const environment = { INTEGRATION: 'spooled', DELIVERY: 'spooled', SPOOL: directory }
  expect(await run(killed, { ...environment, ENDPOINT: 'http://127.0.0.1:1' })).toEqual([null, 'SIGKILL'])
  const next = createAudit({ endpoint: collector.url, integration: 'spooled', spool: { directory } })
  await next.record(event)
  await next.close()
  const records = await eventually('the spool is empty', async () => { const all = await seen('spooled'); return all.length === 5 && all })
  expect(records.map(({ event: name }) => name).toSorted()).toEqual(['blotter.stream.end', 'order.cancel', 'order.cancel', 'order.cancel', 'order.cancel'])
  await untilAGapIsTold('after-spooled')
  expect(await findings('spooled')).toEqual([])
})

test('records dropped from a full spool are a gap to the collector, and the sender’s own record says the same numbers', async () => {
  const directory = await directoryForTest()
  const spool = { directory, maxBytes: 1_048_576, whenFull: 'drop' } as const
  const cut = createAudit({ endpoint: 'http://127.0.0.1:1', integration: 'dropped', delivery: 'best-effort', spool, thread: false })
  const attributes = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`text${i}`, 'x'.repeat(4_000)]))
  for (let i = 0; i < 60 && cut.status().dropped === 0; i += 1) {
    await cut.record({ ...event, attributes })
    await eventually('it is spooled or dropped', () => cut.status().pending === 0)
  }
  expect(cut.status().dropped).toBeGreaterThan(0)
  await cut.close({ timeoutMs: 100 })
  const next = createAudit({ endpoint: collector.url, integration: 'dropped', spool, sequence: false })
  await next.record(event)
  await next.close()
  const told = await eventually('the gap is told', async () => { const found = await findings('dropped'); return found.length > 0 && found })
  const own = (await collector.timeline('integration=dropped')).filter(({ event: name }) => name === 'blotter.records.dropped')
  expect(own).toHaveLength(1)
  expect(told).toMatchObject([{ event: 'blotter.sequence.gap', first: own[0]!.attributes['blotter.dropped.first_sequence_number'], target: own[0]!.target.id }])
})

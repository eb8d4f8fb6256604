// Retention from the policy to the proof: what has been kept long enough is shown, deleted, gone, and accounted for.

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCollector } from '../support/running.ts'
import { verifyService } from '../support/verify-service.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blotter-policy-'))
  const path = join(directory, 'retention.yaml')
  await writeFile(path, `
version: 1
classes:
  - { name: money, keep: 7y, why: tax law, match: { event: [payment.*] } }
  - { name: operations, keep: 30d, why: one month to explain an incident }
default: operations
`)
  collector = await runCollector({ retentionPaths: [path], retentionRequired: true })
})
afterAll(async () => {
  await collector.remove()
  await rm(directory, { recursive: true })
})

const dayNano = 86_400_000_000_000n
const daysAgo = (days: number): string => String(BigInt(Date.now()) * 1_000_000n - BigInt(days) * dayNano)

async function send(eventName: string, timeUnixNano: string, requestId: string): Promise<void> {
  const response = await fetch(`${collector.url}/v1/logs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ eventName, timeUnixNano, attributes: [{ key: 'blotter.request.id', value: { stringValue: requestId } }] }] }] }] }) })
  expect(response.status).toBe(200)
}

const plan = async (): Promise<{ erase: { retentionClass: string; rows: number; why: string }[]; keep: { retentionClass: string; rows: number }[] }> => (await fetch(`${collector.url}/v1/retention/plan`)).json() as never
const apply = async (): Promise<{ erased: { retentionClass: string; rows: number; tombstoneIndex?: number }[] }> => (await fetch(`${collector.url}/v1/retention/apply`, { method: 'POST' })).json() as never
const found = async (requestId: string): Promise<number> => (await collector.timeline(`request_id=${requestId}&related=false`)).length

test('records are classed by the policy, and the plan names what is over its time and why', async () => {
  await send('webhook.receive', daysAgo(100), 'old')
  await send('webhook.receive', daysAgo(100), 'old')
  await send('payment.refund', daysAgo(100), 'old-money')
  await send('webhook.receive', daysAgo(1), 'new')
  const { erase, keep } = await plan()
  expect(erase).toMatchObject([{ retentionClass: 'operations', rows: 2, why: 'one month to explain an incident' }])
  expect(keep.map(({ retentionClass, rows }) => [retentionClass, rows])).toEqual([['money', 1], ['operations', 1]])
  expect(await found('old')).toBe(2)
})

test('applying it deletes exactly that, leaves a tombstone, and is itself a record', async () => {
  const { erased } = await apply()
  expect(erased).toMatchObject([{ retentionClass: 'operations', rows: 2 }])
  expect(erased[0]!.tombstoneIndex).toBe(4)
  expect([await found('old'), await found('old-money'), await found('new')]).toEqual([0, 1, 1])
  expect((await apply()).erased).toEqual([])
  expect((await plan()).erase).toEqual([])
  expect(await collector.timeline('target=operations ' + (await erasedPeriod()))).toMatchObject([{ event: 'blotter.retention.erased', action: 'DELETE', attributes: { 'blotter.erased.count': 2 } }])
})

async function erasedPeriod(): Promise<string> {
  const records = await collector.timeline('from=1h')
  return records.find(({ event }) => event === 'blotter.retention.erased')!.target.id.split(' ')[1]!
}

test('afterwards everything still verifies, also after a restart: the erased are explained, nothing else is missing', async () => {
  for (const step of ['running', 'restarted']) {
    if (step === 'restarted') await collector.restart()
    expect(await verifyService(collector.service)).toMatchObject({ problems: [], erased: 2, tombstones: 1, unchecked: 0 })
  }
})

test('a record that comes for a period already erased is kept until the next run, and that is explained too', async () => {
  await send('webhook.receive', daysAgo(100), 'late')
  expect(await found('late')).toBe(1)
  expect((await apply()).erased).toMatchObject([{ rows: 1 }])
  expect(await verifyService(collector.service)).toMatchObject({ problems: [], erased: 3, tombstones: 2 })
})

test('nothing is erased while the store may hold more than its cursor says: it would be inserted again', async () => {
  const { store, drain, retention } = collector.service
  const insert = store.insert.bind(store)
  let applied = false
  store.insert = async (records) => {
    if (!applied) await insert(records)
    applied = true
    throw new Error('the answer was lost')
  }
  await send('webhook.receive', daysAgo(100), 'doubted')
  await expect.poll(() => drain.store.failures, { timeout: 20_000 }).toBeGreaterThan(0)
  await expect(retention.apply(undefined)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  store.insert = insert
  expect(await collector.service.catchUp(20_000)).toBe(true)
  expect((await apply()).erased).toMatchObject([{ rows: 1 }])
  expect(await verifyService(collector.service)).toMatchObject({ problems: [], erased: 4, tombstones: 3 })
})

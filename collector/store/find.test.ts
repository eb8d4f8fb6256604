// The real engine and the store in memory answer alike, whatever is asked: unit tests of timelines stand on the second.

import fc from 'fast-check'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeDirectory, removeDirectory } from '../../test/support/directory.ts'
import { createMemoryStore } from '../../test/support/memory-store.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { openClickHouse } from './clickhouse.ts'
import { connect } from './connect.ts'
import type { FoundRecord, Link, RecordFilter, Store, StoredRecord } from './store.ts'

let directory: string
let store: Store
beforeAll(async () => {
  directory = await makeDirectory()
  store = await openClickHouse(await connect({ kind: 'embedded', directory: join(directory, 'store') }))
  for (const origin of ['test', 'other']) {
    await store.reconcile(origin, 0)
    await store.insert(records.filter((record) => record.origin === origin))
  }
})
afterAll(async () => {
  await store.close()
  await removeDirectory(directory)
})

const scope = { workspace: 'shop', environment: 'production' }
const pick = <T>(list: readonly T[], i: number, of: number): T => list[Math.floor(i / of) % list.length]!

/** Two logs of one tenant and one of another; many of them at the same moment. */
const records: StoredRecord[] = Array.from({ length: 240 }, (_, i) => storedRecord(Math.floor(i / 2), at(Math.floor(i / 8), {
  'audit.record.id': `r${i}`, 'audit.actor.id': pick(['maria', 'robot'], i, 3), 'audit.outcome': pick(['success', 'failure', 'unknown'], i, 2), 'audit.action': pick(['READ', 'REFUND'], i, 5), 'blotter.integration': pick(['stripe', 'hubspot', 'crm'], i, 7),
  ...(i % 3 === 0 ? { 'blotter.request.id': `req-${i % 5}` } : {}), ...(i % 4 === 0 ? { 'blotter.decision': 'deny', 'blotter.reason': `Grüße, Order ${i % 9}` } : {}), 'shop.lines': BigInt(i % 11),
}, { eventName: pick(['payment.refund', 'payment.charge', 'crm.read'], i, 11), body: i % 6 === 0 ? 'I am a Teapot' : null }), { origin: i % 2 === 0 ? 'test' : 'other', ...(i % 40 === 39 ? { workspace: 'bank' } : {}) }))

const link: fc.Arbitrary<Link> = fc.oneof(fc.record({ kind: fc.constant('request_id' as const), id: fc.constantFrom('req-0', 'req-1', 'req-2', 'req-9') }), fc.record({ kind: fc.constant('actor' as const), id: fc.constantFrom('maria', 'robot') }))
const nano = fc.integer({ min: -1, max: 31 }).map((second) => 1_764_000_000_000_000_000n + BigInt(second) * 1_000_000_000n)
const leafIndex = fc.nat(125)
const origin = fc.constantFrom('test', 'other', 'third')
const times = {
  fromNano: nano, toNano: nano, before: fc.record({ timeNano: nano, leafIndex, origin }),
  asOf: fc.record({ origin, leafIndex, storedAtNano: fc.nat(125).map((n) => 1_764_000_000_000_000_000n + BigInt(n)) }),
}
const filters: fc.Arbitrary<RecordFilter> = fc.record({
  all: fc.array(link, { maxLength: 2 }), any: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(link, { maxLength: 3 }) }),
  integration: fc.constantFrom('stripe', 'nobody'), outcome: fc.constantFrom('success', 'failure'), decision: fc.constant('deny'), action: fc.constantFrom('READ', 'REFUND'),
  events: fc.array(fc.constantFrom('payment.refund', 'crm.read', 'payment.*', '*', 'x.*'), { maxLength: 2 }), text: fc.constantFrom('TEAPOT', 'order 4', 'GRÜSSE', 'grüße', 'payment', '%', '_', '7', 'nowhere'),
  ...times,
}, { requiredKeys: ['all', 'any'] })

const keys = (found: readonly FoundRecord[]): string[] => found.map((one) => `${one.origin} ${one.leafIndex} ${one.storedAtNano}`)

test('the same records, in the same order', async () => {
  const memory = createMemoryStore(records)
  await fc.assert(fc.asyncProperty(filters, fc.integer({ min: 1, max: 40 }), async (filter, limit) => {
    expect(keys(await store.find(scope, filter, limit))).toEqual(keys(await memory.find(scope, filter, limit)))
  }), { numRuns: 120 })
}, 60_000)

test('by links alone as well, which goes another way', async () => {
  const memory = createMemoryStore(records)
  const byLinks = fc.record({ links: fc.array(link, { minLength: 1, maxLength: 3 }), every: fc.boolean(), more: fc.record(times, { requiredKeys: [] }) })
  await fc.assert(fc.asyncProperty(byLinks, fc.integer({ min: 1, max: 40 }), async ({ links, every, more }, limit) => {
    const filter: RecordFilter = { all: every ? links : [], any: every ? [] : links, ...more }
    expect(keys(await store.find(scope, filter, limit))).toEqual(keys(await memory.find(scope, filter, limit)))
  }), { numRuns: 120 })
}, 60_000)

test('the same counts, and the same rhythm', async () => {
  const memory = createMemoryStore(records)
  const links: Link[] = [{ kind: 'request_id', id: 'req-0' }, { kind: 'actor', id: 'maria' }, { kind: 'actor', id: 'nobody' }]
  const asOf = { origin: 'test', leafIndex: 50, storedAtNano: 1_900_000_000_000_000_000n }
  for (const then of [undefined, asOf]) expect(await store.count(scope, links, then)).toEqual(await memory.count(scope, links, then))
  const window = { fromNano: 1_764_000_002_000_000_000n, toNano: 1_764_000_020_000_000_000n, stepNano: 3_000_000_000n }
  for (const question of [window, { ...window, asOf }, { ...window, integrations: ['crm', 'nobody'] }]) expect(await store.rhythm(scope, question)).toEqual(await memory.rhythm(scope, question))
  expect((await store.rhythm(scope, window)).length).toBeGreaterThan(10)
})

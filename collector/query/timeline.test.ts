import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../test/support/memory-store.ts'
import { at, storedRecord } from '../../test/support/stored.ts'
import { hubRecords, maxDepth, timeline } from './timeline.ts'
import type { Timeline, TimelineQuery } from './timeline.ts'
import type { MemoryStore } from '../../test/support/memory-store.ts'
import type { Link, LinkKind } from '../store/store.ts'
import type { Value } from '@blotter/processors'

const scope = { workspace: 'shop', environment: 'production' }
const keys: Partial<Record<LinkKind, string>> = {
  request_id: 'blotter.request.id', session_id: 'session.id', delivery_id: 'blotter.delivery.id', idempotency_key: 'blotter.idempotency.key', actor: 'audit.actor.id', target: 'audit.target.id', fingerprint: 'blotter.payload.hash.value',
}

/** A store whose record `i` happened at second `i` and carries these links; the actor is another one each time unless said. */
function storeOf(...records: Partial<Record<LinkKind, string>>[]): MemoryStore {
  return createMemoryStore(records.map((links, i) => {
    const attributes: Record<string, Value> = { 'audit.actor.id': `actor ${i}`, 'audit.record.id': `r${i}` }
    for (const [kind, id] of Object.entries(links) as [LinkKind, string][]) if (keys[kind] !== undefined) attributes[keys[kind]] = id
    return storedRecord(i, at(i, attributes, { traceId: links.trace_id ?? '' }))
  }))
}

const link = (kind: LinkKind, id: string): Link => ({ kind, id })
const ask = (store: MemoryStore, query: Partial<TimelineQuery>): Promise<Timeline> => timeline(store, scope, { all: [], limit: 100, related: true, ...query })
const indices = ({ records }: Timeline): number[] => records.map(({ leafIndex }) => leafIndex)
const vias = ({ records }: Timeline): Record<string, string> => Object.fromEntries(records.map(({ leafIndex, via }) => [leafIndex, via.link === 'query' ? 'query' : `${via.link} ${via.id} of ${via.from}`]))

test('a request leads to its delivery, that to the request behind it, each with the link that pulled it in', async () => {
  const store = storeOf(
    { request_id: 'req-1' },
    { request_id: 'req-1', delivery_id: 'd-1' },
    { delivery_id: 'd-1', request_id: 'req-2' },
    { request_id: 'req-2' },
    { request_id: 'req-3' },
  )
  const found = await ask(store, { all: [link('request_id', 'req-1')] })
  expect(vias(found)).toEqual({ 0: 'query', 1: 'query', 2: 'delivery_id d-1 of r1', 3: 'request_id req-2 of r2' })
  expect(found).toMatchObject({ truncated: false, notFollowed: [] })
})

test.each<[LinkKind, string]>([['request_id', 'x'], ['trace_id', 'ab'.repeat(16)], ['delivery_id', 'x'], ['idempotency_key', 'x'], ['fingerprint', 'hmac-sha256:e1:00']])('a shared %s ties records together', async (kind, id) => {
  const store = storeOf({ [kind]: id, session_id: 's' }, { [kind]: id }, {})
  expect(vias(await ask(store, { all: [link('session_id', 's')] }))).toEqual({ 0: 'query', 1: `${kind} ${id} of r0` })
})

test.each<LinkKind>(['actor', 'target', 'session_id'])('a shared %s ties nothing together: it touched everything', async (kind) => {
  const store = storeOf({ [kind]: 'x', request_id: 'req-1' }, { [kind]: 'x', request_id: 'req-2' })
  expect(indices(await ask(store, { all: [link('request_id', 'req-1')] }))).toEqual([0])
  expect(indices(await ask(store, { all: [link(kind, 'x')] }))).toEqual([0, 1]) // it can be asked for
})

test('nothing is followed when only matches are wanted', async () => {
  const store = storeOf({ request_id: 'req-1', delivery_id: 'd' }, { delivery_id: 'd' })
  expect(indices(await ask(store, { all: [link('request_id', 'req-1')], related: false }))).toEqual([0])
  expect(store.calls).toEqual(['find request_id:req-1'])
})

test('links are followed so many steps and no further', async () => {
  const chain = Array.from({ length: 10 }, (_, i) => ({ request_id: `req-${Math.floor((i + 1) / 2)}`, delivery_id: `d-${Math.floor(i / 2)}` }))
  const found = await ask(storeOf(...chain), { all: [link('request_id', 'req-0')] })
  expect(indices(found)).toEqual(Array.from({ length: maxDepth + 1 }, (_, i) => i))
})

test('what was asked for is not followed as a link again', async () => {
  const store = storeOf({ request_id: 'req-1' }, { request_id: 'req-1' })
  await ask(store, { all: [link('request_id', 'req-1')] })
  expect(store.calls).not.toContain('find request_id:req-1 request_id:req-1')
  expect(store.calls.filter((call) => call.startsWith('find'))).toHaveLength(1)
})

test('related records may lie outside the window and the integration that were asked for', async () => {
  const store = createMemoryStore([
    storedRecord(0, at(0, { 'blotter.request.id': 'req-1', 'blotter.integration': 'stripe' })),
    storedRecord(1, at(1, { 'blotter.request.id': 'req-1', 'blotter.integration': 'hubspot' })),
  ])
  expect(indices(await ask(store, { integration: 'stripe', toNano: 1_764_000_000_000_000_001n }))).toEqual([0, 1])
})

describe('a link that too many records share', () => {
  const hub = (records: number): MemoryStore => storeOf({ request_id: 'req-1', fingerprint: 'empty' }, ...Array.from({ length: records - 1 }, () => ({ fingerprint: 'empty' })))
  test('is named and not followed', async () => {
    const found = await ask(hub(hubRecords + 1), { all: [link('request_id', 'req-1')] })
    expect(indices(found)).toEqual([0])
    expect(found.notFollowed).toEqual([{ link: 'fingerprint', id: 'empty', records: hubRecords + 1 }])
  })
  test('is followed as long as it is within bounds', async () => {
    const found = await ask(hub(hubRecords), { all: [link('request_id', 'req-1')], limit: 10_000 })
    expect(indices(found)).toHaveLength(hubRecords)
    expect(found.notFollowed).toEqual([])
  })
})

describe('the limit', () => {
  test('keeps the newest matches, and says that there are more', async () => {
    const store = storeOf(...Array.from({ length: 5 }, () => ({ session_id: 's' })))
    const found = await ask(store, { all: [link('session_id', 's')], limit: 3 })
    expect(indices(found)).toEqual([2, 3, 4])
    expect(found.truncated).toBe(true)
    expect(await ask(store, { all: [link('session_id', 's')], limit: 5 })).toMatchObject({ truncated: false })
  })
  test('bounds matches and related records together', async () => {
    const store = storeOf({ session_id: 's', request_id: 'req-1' }, ...Array.from({ length: 20 }, () => ({ request_id: 'req-1' })))
    for (const limit of [1, 2, 5, 20, 21]) expect((await ask(store, { all: [link('session_id', 's')], limit })).records, `limit ${limit}`).toHaveLength(limit)
  })
})

test('records stand in the order in which they happened, and then in that of the log', async () => {
  const store = createMemoryStore([5, 2, 2, 9].map((second, i) => storedRecord(i, at(second, { 'blotter.request.id': 'req-1', 'audit.record.id': `r${i}` }))))
  expect(indices(await ask(store, { all: [link('request_id', 'req-1')] }))).toEqual([1, 2, 0, 3])
})

test('no record stands there twice, however it is reached', async () => {
  const store = storeOf({ request_id: 'a', delivery_id: 'b', idempotency_key: 'c' }, { request_id: 'a', delivery_id: 'b', idempotency_key: 'c' }, { delivery_id: 'b', idempotency_key: 'c' })
  expect(indices(await ask(store, { all: [link('request_id', 'a')] }))).toEqual([0, 1, 2])
})

test('another tenant’s records are not reached', async () => {
  const store = createMemoryStore([storedRecord(0, at(0, { 'blotter.request.id': 'a' })), storedRecord(1, at(1, { 'blotter.request.id': 'a' }), { workspace: 'bank' })])
  expect(indices(await ask(store, { all: [link('request_id', 'a')] }))).toEqual([0])
})

test('nothing found is an empty story', async () => {
  expect(await ask(storeOf({ request_id: 'a' }), { all: [link('request_id', 'b')] })).toEqual({ records: [], truncated: false, notFollowed: [] })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMemoryStore } from '../../../test/support/memory-store.ts'
import { at, storedRecord } from '../../../test/support/stored.ts'
import { readPage } from './engine.ts'
import { hubRecords } from './follow.ts'
import { timelineLimits } from './question.ts'
import type { Page, TimelineQuestion } from './engine.ts'
import type { MemoryStore } from '../../../test/support/memory-store.ts'
import type { Link, LinkKind, Snapshot } from '../../store/store.ts'
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
const ask = (store: MemoryStore, query: Partial<TimelineQuestion>): Promise<Page> => readPage(store, scope, { all: [], limit: 100, depth: timelineLimits.depth, ...query })
const indices = ({ records }: Page): number[] => records.map(({ leafIndex }) => leafIndex)
const vias = ({ records }: Page): Record<string, string> => Object.fromEntries(records.map(({ leafIndex, via }) => [leafIndex, via.link === 'query' ? 'query' : `${via.link} ${via.id} of ${via.from}`]))

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
  expect(found.notFollowed).toEqual([])
  expect(found.older).toBeUndefined()
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
  expect(indices(await ask(store, { all: [link('request_id', 'req-1')], depth: 0 }))).toEqual([0])
  expect(store.calls).toEqual(['find request_id:req-1'])
})

test('links are followed so many steps and no further', async () => {
  const chain = Array.from({ length: 10 }, (_, i) => ({ request_id: `req-${Math.floor((i + 1) / 2)}`, delivery_id: `d-${Math.floor(i / 2)}` }))
  const found = await ask(storeOf(...chain), { all: [link('request_id', 'req-0')] })
  expect(indices(found)).toEqual(Array.from({ length: timelineLimits.depth + 1 }, (_, i) => i))
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
    expect(found.older).toBeDefined()
    expect(await ask(store, { all: [link('session_id', 's')], limit: 5 })).not.toHaveProperty('older')
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
  expect(await ask(storeOf({ request_id: 'a' }), { all: [link('request_id', 'b')] })).toEqual({ records: [], story: [], wide: false, notFollowed: [] })
})

describe('pages', () => {
  /** All pages from the newest to the oldest, as one list from the oldest on. */
  async function paged(store: MemoryStore, query: Partial<TimelineQuestion>, asOf: Snapshot, betweenPages = async (): Promise<void> => {}): Promise<number[]> {
    const question: TimelineQuestion = { all: [], limit: 100, depth: timelineLimits.depth, ...query }
    let page = await readPage(store, scope, question, { asOf })
    const all = indices(page)
    while (page.older !== undefined) {
      await betweenPages()
      page = await readPage(store, scope, question, { asOf, before: page.older, wide: page.wide })
      all.unshift(...indices(page))
    }
    return all
  }
  const snapshot = (leafIndex: number): Snapshot => ({ origin: 'test', leafIndex, storedAtNano: 1_900_000_000_000_000_000n })

  test('of a story are parts of it, and together are all of it', async () => {
    const store = storeOf({ session_id: 's', request_id: 'req-1' }, ...Array.from({ length: 20 }, () => ({ request_id: 'req-1' })))
    for (const limit of [1, 2, 7, 20, 21]) expect(await paged(store, { all: [link('session_id', 's')], limit }, snapshot(21)), `limit ${limit}`).toEqual(Array.from({ length: 21 }, (_, i) => i))
  })

  test('of more matches than a page holds are the matches, and no link is followed', async () => {
    const store = storeOf(...Array.from({ length: 9 }, (_, i) => ({ session_id: 's', request_id: `req-${i}` })), { request_id: 'req-0' })
    expect(await paged(store, { all: [link('session_id', 's')], limit: 4 }, snapshot(10))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(await ask(store, { all: [link('session_id', 's')], limit: 4 })).toMatchObject({ wide: true, stopped: 'records' })
    expect(await ask(store, { all: [link('session_id', 's')], limit: 4, depth: 0 })).not.toHaveProperty('stopped')
  })

  test('stay what they are while records arrive, also such that are older or make a link a hub', async () => {
    const records = Array.from({ length: 6 }, (_, i) => storedRecord(i, at(100 + i, { 'blotter.request.id': 'req-1', 'blotter.payload.hash.value': 'hmac-sha256:e1:00', 'audit.record.id': `r${i}` })))
    const store = createMemoryStore([...records, storedRecord(6, at(50, { 'blotter.payload.hash.value': 'hmac-sha256:e1:00' }))])
    const before = await paged(store, { all: [link('request_id', 'req-1')], limit: 6 }, snapshot(7))
    let next = 7
    await store.reconcile('test', 0)
    const arrive = async (): Promise<void> => {
      const late = Array.from({ length: hubRecords }, (_, i) => storedRecord(next + i, at(i % 90, { 'blotter.request.id': i < 3 ? 'req-1' : 'other', 'blotter.payload.hash.value': 'hmac-sha256:e1:00', 'audit.record.id': `late ${next + i}` })))
      next += late.length
      await store.insert(late)
    }
    expect(await paged(store, { all: [link('request_id', 'req-1')], limit: 6 }, snapshot(7), arrive)).toEqual(before)
    expect(before).toEqual([6, 0, 1, 2, 3, 4, 5])
  })

  test('whatever the records and the limit, pages are one big page', async () => {
    const ids = fc.constantFrom('a', 'b', 'c', 'd')
    const record = fc.record({ second: fc.nat(5), request_id: fc.option(ids, { nil: undefined }), delivery_id: fc.option(ids, { nil: undefined }), session: fc.boolean() })
    await fc.assert(fc.asyncProperty(fc.array(record, { maxLength: 25 }), fc.integer({ min: 1, max: 30 }), async (drawn, limit) => {
      const store = createMemoryStore(drawn.map(({ second, session, ...links }, i) => storedRecord(i, at(second, {
        'audit.record.id': `r${i}`, ...(session ? { 'session.id': 's' } : {}), ...(links.request_id === undefined ? {} : { 'blotter.request.id': links.request_id }), ...(links.delivery_id === undefined ? {} : { 'blotter.delivery.id': links.delivery_id }),
      }))))
      const query = { all: [link('session_id', 's')] }
      const matches = (await ask(store, { ...query, limit: 100, depth: 0 })).records.length
      const whole = indices(await ask(store, { ...query, limit: 100, ...(matches > limit ? { depth: 0 } : {}) }))
      expect(await paged(store, { ...query, limit }, snapshot(drawn.length))).toEqual(whole)
    }), { numRuns: 60 })
  })
})

describe('what ended the search', () => {
  test('is told when the depth did, and not when there was nothing further', async () => {
    const chain = (length: number): MemoryStore => storeOf(...Array.from({ length }, (_, i) => ({ request_id: `req-${Math.floor((i + 1) / 2)}`, delivery_id: `d-${Math.floor(i / 2)}` })))
    expect(await ask(chain(10), { all: [link('request_id', 'req-0')] })).toMatchObject({ stopped: 'depth' })
    expect(await ask(chain(timelineLimits.depth + 1), { all: [link('request_id', 'req-0')] })).not.toHaveProperty('stopped')
    expect(indices(await ask(chain(10), { all: [link('request_id', 'req-0')], depth: 6 }))).toHaveLength(7)
  })
  test('is told when the time did', async () => {
    let now = 0
    const page = await readPage(storeOf({ request_id: 'a', delivery_id: 'd' }, { delivery_id: 'd' }), scope, { all: [link('request_id', 'a')], limit: 10, depth: 3 }, {}, () => (now += 3000))
    expect(page).toMatchObject({ stopped: 'time' })
    expect(indices(page)).toEqual([0])
  })
  test('is told when a link has more records than there is room for: it is named, the rarer ones are followed', async () => {
    const store = storeOf({ request_id: 'a', delivery_id: 'many', fingerprint: 'few' }, ...Array.from({ length: 999 }, () => ({ delivery_id: 'many' })), { fingerprint: 'few' }, { fingerprint: 'few' })
    const page = await ask(store, { all: [link('request_id', 'a')] })
    expect(page).toMatchObject({ stopped: 'records', notFollowed: [{ link: 'delivery_id', id: 'many', records: 1000 }] })
    expect(indices(page)).toEqual([0, 1000, 1001])
  })
})

test('depths say how many links away each record is, and records of two logs with the same index are two', async () => {
  const store = createMemoryStore([
    storedRecord(0, at(0, { 'blotter.request.id': 'a', 'audit.record.id': 'r0' })),
    storedRecord(0, at(1, { 'blotter.request.id': 'a', 'blotter.delivery.id': 'd', 'audit.record.id': 'r1' }), { origin: 'other' }),
    storedRecord(1, at(2, { 'blotter.delivery.id': 'd', 'audit.record.id': 'r2' })),
  ])
  const { records } = await ask(store, { all: [link('request_id', 'a')] })
  expect(records.map(({ origin, leafIndex, depth }) => [origin, leafIndex, depth])).toEqual([['test', 0, 0], ['other', 0, 0], ['test', 1, 1]])
})

test('a story in which something failed has what the collector reported about its integrations meanwhile', async () => {
  const failed = { 'blotter.request.id': 'a', 'blotter.integration': 'stripe', 'audit.outcome': 'failure', 'audit.record.id': 'r0' }
  const alert = (i: number, second: number, integration: string): ReturnType<typeof storedRecord> => storedRecord(i, at(second, { 'blotter.integration': integration, 'audit.outcome': 'failure' }, { eventName: 'blotter.source.silent' }))
  const store = createMemoryStore([storedRecord(0, at(0, failed)), alert(1, 60, 'stripe'), alert(2, 60, 'hubspot'), alert(3, 3600, 'stripe'), storedRecord(4, at(10, { 'blotter.request.id': 'well', 'blotter.integration': 'stripe', 'audit.outcome': 'success' }))])
  expect(vias(await ask(store, { all: [link('request_id', 'a')] }))).toEqual({ 0: 'query', 1: 'watch stripe of r0' })
  expect(indices(await ask(store, { all: [link('request_id', 'a')], depth: 0 }))).toEqual([0])
  expect(indices(await ask(store, { all: [link('request_id', 'well')] }))).toEqual([4])
})

test.each<[string, Partial<TimelineQuestion>, number[]]>([
  ['outcome', { outcome: 'failure' }, [1, 2]], ['outcome and decision', { outcome: 'failure', decision: 'deny' }, [2]], ['action', { action: 'REFUND' }, [0]], ['event', { events: ['payment.refund'] }, [0]],
  ['event by its beginning', { events: ['nothing', 'payment.*'] }, [0, 1]], ['text in an attribute', { text: 'ORDER 17' }, [1]], ['text in the body', { text: 'teapot' }, [2]], ['several', { outcome: 'failure', text: 'teapot', integration: 'crm' }, []],
])('records are found by %s', async (_, query, expected) => {
  const store = createMemoryStore([
    storedRecord(0, at(0, { 'audit.action': 'REFUND', 'audit.outcome': 'success' }, { eventName: 'payment.refund' })),
    storedRecord(1, at(1, { 'audit.action': 'CHARGE', 'audit.outcome': 'failure', 'blotter.reason': 'for order 17' }, { eventName: 'payment.charge' })),
    storedRecord(2, at(2, { 'audit.action': 'READ', 'audit.outcome': 'failure', 'blotter.decision': 'deny' }, { eventName: 'crm.read', body: 'I am a Teapot' })),
  ])
  expect(indices(await ask(store, { ...query, depth: 0 }))).toEqual(expected)
})

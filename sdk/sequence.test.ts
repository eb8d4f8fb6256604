import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyRecord } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import type { AuditEvent } from './event.ts'
import { createSequence, placed } from './sequence.ts'
import { startFakeCollector } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'

let collector: FakeCollector
const event: AuditEvent = { event: 'order.cancel', actor: 'user-1', action: 'DELETE' }
const create = (): Audit => createAudit({ endpoint: collector.endpoint, integration: 'shop', service: { name: 'shop-api' }, spool: false, thread: false, sequence: true })

beforeEach(async () => { collector = await startFakeCollector() })
afterEach(async () => {
  await collector.close()
  expect(collector.broken).toEqual([])
})

const stored = (): AuditRecord[] => [...collector.stored.values()]
const numbers = (): unknown[] => stored().map(({ attributes }) => attributes['audit.sequence.number'])
const streams = (): Set<unknown> => new Set(stored().map(({ attributes }) => attributes['audit.sequence.stream_id']))

test('numbers start at 1 and follow the order of the calls, children and tracked functions included', async () => {
  await using audit = create()
  const child = audit.child({ requestId: 'r-1' })
  await Promise.all([audit.record({ ...event, recordId: 'a' }), child.record({ ...event, recordId: 'b' }), audit.record({ ...event, recordId: 'c' })])
  await audit.track({ ...event, recordId: 'd' }, () => audit.record({ ...event, recordId: 'inside' }))
  expect(stored().map(({ attributes }) => [attributes['audit.record.id'], attributes['audit.sequence.number']])).toEqual([['a', 1n], ['b', 2n], ['c', 3n], ['inside', 4n], ['d', 5n]])
  expect(streams().size).toBe(1)
})

test('each audit is a stream of its own, named by a random UUID', async () => {
  await using one = create()
  await using other = create()
  await one.record(event)
  await other.record(event)
  expect(numbers()).toEqual([1n, 1n])
  expect(streams().size).toBe(2)
  for (const id of streams()) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

test('an event that is refused takes no number', async () => {
  await using audit = create()
  await audit.record(event)
  await expect(audit.record({ ...event, action: '' })).rejects.toMatchObject({ code: 'INVALID_EVENT' })
  await audit.record(event)
  expect(numbers()).toEqual([1n, 2n])
})

test('close ends the stream with one last record, once', async () => {
  const audit = create()
  await audit.record(event)
  await Promise.all([audit.close(), audit.close()])
  await audit.close()
  expect(stored()).toHaveLength(2)
  expect(stored()[0]?.attributes).not.toHaveProperty('audit.sequence.end')
  expect(stored()[1]).toMatchObject({
    eventName: 'blotter.stream.end',
    attributes: { 'audit.sequence.number': 2n, 'audit.sequence.end': true, 'audit.sequence.stream_id': [...streams()][0], 'audit.actor.id': 'shop-api', 'audit.actor.type': 'service', 'audit.action': 'CLOSE', 'audit.target.type': 'audit.stream', 'blotter.integration': 'shop' },
  })
})

test('a stream that never began has no end', async () => {
  await create().close()
  expect(collector.seen).toEqual([])
})

test('a child that is closed ends nothing', async () => {
  await using audit = create()
  const child = audit.child({})
  await child.record(event)
  await child.close()
  await audit.record(event)
  expect(numbers()).toEqual([1n, 2n])
})

test('the last record comes after those that were on their way, and from none of the context around close', async () => {
  const audit = create()
  const pending = [audit.record(event), audit.record(event)]
  await audit.with({ actor: 'user-9', requestId: 'r-9' }, () => audit.close())
  await Promise.all(pending)
  expect(numbers()).toEqual([1n, 2n, 3n])
  expect(stored()[2]?.attributes).not.toHaveProperty('blotter.request.id')
  expect(stored()[2]?.attributes['audit.actor.id']).toBe('shop-api')
})

test('without the option a record has no number, and close records nothing', async () => {
  const audit = createAudit({ endpoint: collector.endpoint, integration: 'shop', spool: false, thread: false })
  await audit.record(event)
  await audit.close()
  expect(numbers()).toEqual([undefined])
})

test('an app cannot number records itself', async () => {
  await using audit = create()
  await expect(audit.record({ ...event, attributes: { 'audit.sequence.number': 7 } })).rejects.toMatchObject({ code: 'INVALID_EVENT' })
})

test('a place changes nothing of a record but its own attributes', () => {
  const sequence = createSequence('shop-api', () => 'stream-1')
  const record = { ...emptyRecord, eventName: 'order.cancel', attributes: { 'audit.record.id': 'a' } }
  expect(placed(record, sequence.next('order.cancel'))).toEqual({ ...record, attributes: { 'audit.record.id': 'a', 'audit.sequence.stream_id': 'stream-1', 'audit.sequence.number': 1n } })
  expect(sequence.given).toBe(1)
})

test('an app’s own record of the same name is not the end', () => {
  const sequence = createSequence('shop-api')
  expect(sequence.next('blotter.stream.end').end).toBe(false)
  expect(sequence.endEvent()?.event).toBe('blotter.stream.end')
  expect(sequence.next('order.cancel').end).toBe(false)
  expect(sequence.next('blotter.stream.end').end).toBe(true)
  expect(sequence.endEvent()).toBeUndefined()
})

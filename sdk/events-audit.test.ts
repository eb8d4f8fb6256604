import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest'
import type { AuditRecord } from '@blotter/processors'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { fromContext } from './context.ts'
import { defineEvents } from './events.ts'
import type { CatalogueAudit } from './events-audit.ts'
import type { EventIn, StartIn } from './events-types.ts'
import { Denied } from './run.ts'
import { startFakeCollector } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'

const catalogue = defineEvents({
  'payment.refund': {
    description: 'Money goes back to a customer', action: 'EXECUTE', target: 'payment', requires: ['reason'],
    attributes: { 'payment.currency': ['EUR', 'USD'], 'payment.amount': 'number' }, optional: { 'payment.partial': 'boolean', 'payment.note': 'string' }, retention: 'financial',
  },
  'contact.read': { requires: ['requestId'] },
  'job.done': { action: 'EXECUTE' },
})
type Definitions = typeof catalogue.definitions

let collector: FakeCollector
let audit: Audit
let events: CatalogueAudit<Definitions>
const refund: EventIn<Definitions, 'payment.refund'> = { event: 'payment.refund', actor: 'user-1', target: { id: 'pay_1' }, reason: 'sent twice', attributes: { 'payment.currency': 'EUR', 'payment.amount': 12.5 } }
/** For what the compiler would not let through. */
const loosely = (value: unknown): never => value as never

beforeEach(async () => {
  collector = await startFakeCollector()
  audit = createAudit({ endpoint: collector.endpoint, integration: 'shop', spool: false, thread: false })
  events = audit.events(catalogue)
})
afterEach(async () => {
  await audit.close()
  await collector.close()
  expect(collector.broken).toEqual([])
})

const stored = (): AuditRecord[] => [...collector.stored.values()]
const problems = (keys: readonly string[]): unknown => expect.objectContaining({ code: 'INVALID_EVENT', problems: keys.map((key) => expect.objectContaining({ key }) as unknown) })

test('an event of the catalogue is recorded with what its definition fills in', async () => {
  expect(await events.record(refund)).toMatchObject({ leafIndex: 0 })
  expect(stored()[0]?.attributes).toMatchObject({
    'audit.action': 'EXECUTE', 'audit.target.id': 'pay_1', 'audit.target.type': 'payment', 'blotter.reason': 'sent twice',
    'payment.currency': 'EUR', 'payment.amount': 12.5, 'blotter.retention.declared': 'financial',
  })
})

test('the compiler knows names, required members and values', () => {
  type Refund = EventIn<Definitions, 'payment.refund'>
  expectTypeOf<Refund['target']>().toEqualTypeOf<{ readonly id: string; readonly type?: 'payment' }>()
  expectTypeOf<Refund['reason']>().toEqualTypeOf<string>()
  expectTypeOf<Refund['action']>().toEqualTypeOf<'EXECUTE' | undefined>()
  expectTypeOf<Refund['attributes']>().toEqualTypeOf<{ readonly 'payment.currency': 'EUR' | 'USD'; readonly 'payment.amount': number | bigint; readonly 'payment.partial'?: boolean; readonly 'payment.note'?: string }>()
  expectTypeOf<StartIn<Definitions, 'payment.refund'>['reason']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<EventIn<Definitions, 'contact.read'>['action']>().toEqualTypeOf<string>()
  expectTypeOf<EventIn<Definitions, 'contact.read', 'actor' | 'requestId'>['requestId']>().toEqualTypeOf<string | undefined>()
})

test.each([
  // @ts-expect-error not in the catalogue
  ['another name', () => events.record({ event: 'payment.capture', actor: 'a', action: 'EXECUTE' }), ['event']],
  // @ts-expect-error the target is required
  ['no target', () => events.record({ event: 'payment.refund', actor: 'a', reason: 'r', attributes: { 'payment.currency': 'EUR', 'payment.amount': 1 } }), ['target']],
  // @ts-expect-error attributes are required
  ['no attributes', () => events.record({ event: 'payment.refund', actor: 'a', reason: 'r', target: { id: 'p' } }), ['attributes["payment.currency"]', 'attributes["payment.amount"]']],
  // @ts-expect-error a value that is not in the list
  ['a value beside the list', () => events.record({ ...refund, attributes: { 'payment.currency': 'GBP', 'payment.amount': 1 } }), ['attributes["payment.currency"]']],
  // @ts-expect-error a text for a number
  ['another type', () => events.record({ ...refund, attributes: { 'payment.currency': 'EUR', 'payment.amount': '12.50' } }), ['attributes["payment.amount"]']],
  // @ts-expect-error an attribute that is not listed
  ['an attribute that is not listed', () => events.record({ ...refund, attributes: { 'payment.currency': 'EUR', 'payment.amount': 1, 'payment.iban': 'CANARY' } }), ['attributes']],
  // @ts-expect-error an event without attributes of its own takes none
  ['attributes where there are none', () => events.record({ event: 'job.done', actor: 'a', attributes: { speed: 1 } }), ['attributes']],
  // @ts-expect-error the action is the definition's
  ['another action', () => events.record({ ...refund, action: 'READ' }), ['action']],
  // @ts-expect-error the type of the target is the definition's
  ['another type of target', () => events.record({ ...refund, target: { id: 'p', type: 'order' } }), ['target.type']],
  // @ts-expect-error an action is required where the definition has none
  ['no action', () => events.record({ event: 'contact.read', actor: 'a' }), ['requestId', 'action']],
  // @ts-expect-error who did it is always required
  ['everything at once', () => events.record({ event: 'payment.refund', outcome: 'great', attributes: { 'payment.amount': Number.NaN, 'payment.partial': 1 } }), ['target', 'reason', 'attributes["payment.currency"]', 'attributes["payment.amount"]', 'attributes["payment.partial"]', 'actor', 'outcome']],
] as const)('refused by the compiler, and at run time with every problem: %s', async (_what, record, keys) => {
  await expect(record()).rejects.toThrow(problems(keys) as Error)
  expect(stored()).toEqual([])
})

test('what is refused is not repeated in the error', async () => {
  const error: unknown = await events.record(loosely({ ...refund, event: 'CANARY-1', attributes: { 'CANARY-2': 'CANARY-3' } })).catch((reason: unknown) => reason)
  expect(JSON.stringify({ ...(error as object), text: String(error) })).not.toMatch(/CANARY/)
})

test('names that objects have by nature are not in a catalogue', async () => {
  for (const name of ['constructor', '__proto__', 'toString']) await expect(events.record(loosely({ ...refund, event: name }))).rejects.toThrow(problems(['event', 'action']) as Error)
})

test('what is required may come from a child’s defaults or from the context', async () => {
  const child = events.child({ requestId: 'r-child' })
  await child.record({ event: 'contact.read', actor: 'a', action: 'READ' })
  await events.with({ requestId: 'r-context', actor: 'user-7' }, (inside) => inside.record({ event: 'contact.read', action: 'READ' }))
  await events.child({ actor: fromContext }).with({ actor: 'user-8', attributes: { shop: 'north' } }, (inside) => inside.record({ event: 'job.done' }))
  expect(stored().map(({ attributes }) => [attributes['blotter.request.id'], attributes['audit.actor.id'], attributes['shop']])).toEqual([['r-child', 'a', undefined], ['r-context', 'user-7', undefined], [undefined, 'user-8', 'north']])
})

test('a child’s action that differs from the definition’s is refused, and not overruled in silence', async () => {
  await expect(events.child({ action: 'READ' }).record(refund)).rejects.toThrow(problems(['action']) as Error)
})

test('track takes what is required while the function runs', async () => {
  const id = await events.track({ event: 'payment.refund', actor: 'user-1' }, async (add) => {
    add({ target: { id: 'pay_2' }, reason: 'sent twice' })
    add({ attributes: { 'payment.currency': 'USD' } })
    add({ attributes: { 'payment.amount': 7n } })
    return 'pay_2'
  })
  expect(id).toBe('pay_2')
  expect(stored()[0]?.attributes).toMatchObject({ 'audit.target.id': 'pay_2', 'audit.action': 'EXECUTE', 'payment.currency': 'USD', 'payment.amount': 7n, 'blotter.retention.declared': 'financial', 'audit.outcome': 'success' })
  expect(stored()[0]?.attributes).not.toHaveProperty('blotter.event.incomplete')
})

test('what is missing when the function has returned does not cost the record: it says what', async () => {
  expect(await events.track({ event: 'payment.refund', actor: 'user-1', reason: 'r' }, (add) => { add(loosely({ attributes: { 'payment.amount': '7', CANARY: 1 } })); return 3 })).toBe(3)
  expect(stored()[0]?.attributes['blotter.event.incomplete']).toEqual(['target', 'attributes["payment.currency"]', 'attributes["payment.amount"]', 'attributes'])
})

test('a function that throws is not expected to have told everything, and its error is thrown on', async () => {
  await expect(events.run({ event: 'payment.refund', actor: 'user-1' }, () => { throw new Denied('not today') })).rejects.toBeInstanceOf(Denied)
  expect(stored()[0]?.attributes).toMatchObject({ 'blotter.decision': 'deny', 'blotter.reason': 'not today' })
  expect(stored()[0]?.attributes).not.toHaveProperty('blotter.event.incomplete')
})

test('track and run refuse before the function runs what is wrong already', async () => {
  let ran = false
  const run = (): void => { ran = true }
  const wrong = loosely({ event: 'payment.refund', actor: 'user-1', attributes: { 'payment.amount': 'seven' } })
  await expect(events.track(wrong, run)).rejects.toThrow(problems(['attributes["payment.amount"]']) as Error)
  await expect(events.run(wrong, run, { started: true })).rejects.toThrow(problems(['attributes["payment.amount"]']) as Error)
  await expect(events.track(loosely({ event: 'payment.capture', actor: 'user-1' }), run)).rejects.toThrow(problems(['event', 'action']) as Error)
  expect(ran).toBe(false)
  expect(stored()).toEqual([])
})

test('a run is a run: its id is on the records inside, of the catalogue or not', async () => {
  await events.run({ event: 'job.done', actor: 'cron' }, async (_add, { id }) => {
    await audit.record({ event: 'anything', actor: 'cron', action: 'READ' })
    expect(stored()[0]?.attributes['blotter.run.id']).toBe(id)
  })
  expect(stored()).toHaveLength(2)
})

test('createAudit takes the catalogue as an option, and refuses anything else', async () => {
  await using own = createAudit({ endpoint: collector.endpoint, integration: 'shop', spool: false, thread: false, events: catalogue })
  expectTypeOf(own).toEqualTypeOf<CatalogueAudit<Definitions>>()
  await own.record(refund)
  await expect(own.record(loosely({ event: 'other', actor: 'a', action: 'B' }))).rejects.toThrow(problems(['event']) as Error)
  expect(() => createAudit({ integration: 'shop', spool: false, thread: false, events: loosely({ definitions: {} }) })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', problems: [expect.objectContaining({ key: 'events' })] }))
})

test('a definition says when a call’s promise resolves, and the call itself comes before it', async () => {
  const quick = audit.events(defineEvents({ 'page.view': { action: 'READ', delivery: 'best-effort' } }))
  const handed = await quick.record({ event: 'page.view', actor: 'a' })
  expectTypeOf(handed.state).toEqualTypeOf<'handed-over'>()
  const receipt = await quick.record({ event: 'page.view', actor: 'a' }, { delivery: 'acknowledged' })
  expectTypeOf(receipt.leafIndex).toEqualTypeOf<number>()
  expect([handed.state, receipt.state]).toEqual(['handed-over', 'accepted'])
  await quick.track({ event: 'page.view', actor: 'a' }, () => { collector.reply = () => ({ status: 503 }) }) // resolves although nobody answers
  collector.reply = undefined
  await audit.flush()
  expect(stored()).toHaveLength(3)
})

test('closing the audit closes what was made of it', async () => {
  await events.close()
  await expect(events.record(refund)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('an event that throws when it is read rejects without a word of what it threw', async () => {
  const error: unknown = await events.record(loosely({ ...refund, get reason(): string { throw new Error('CANARY') } })).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'INTERNAL' })
  expect(String(error)).not.toContain('CANARY')
  await expect(events.record(loosely(null))).rejects.toMatchObject({ code: 'INTERNAL' })
})

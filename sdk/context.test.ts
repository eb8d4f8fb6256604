import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter, once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest'
import { fields, text } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { currentContext, fromContext, inContext, withContext, withLiveContext } from './context.ts'
import type { AuditEvent } from './event.ts'
import { startFakeCollector } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'

let collector: FakeCollector
let audit: Audit
const event: AuditEvent = { event: 'order.cancel', actor: 'user-1', action: 'DELETE' }

beforeEach(async () => {
  collector = await startFakeCollector()
  audit = createAudit({ endpoint: collector.endpoint, integration: 'shop', spool: false, thread: false })
})
afterEach(async () => {
  await audit.close()
  await collector.close()
  expect(collector.broken).toEqual([])
})

const stored = (): AuditRecord[] => [...collector.stored.values()]
const ids = (): string[] => stored().map(({ attributes }) => text(attributes, fields.requestId.key))

test('outside of a context there is none, and an event stays the very object that it is', () => {
  expect(currentContext()).toBeUndefined()
  expect(inContext(event)).toBe(event)
})

test('inside, promises, timers, immediates, microtasks and emitted events all see the context', async () => {
  const emitter = new EventEmitter()
  const seen: unknown[] = []
  const look = (): void => { seen.push(currentContext()?.requestId) }
  emitter.on('event', look) // registered outside: what counts is where it is emitted
  await withContext({ requestId: 'r-1' }, async () => {
    look()
    await Promise.resolve().then(look)
    await pause(1).then(look)
    await nextTurn().then(look)
    queueMicrotask(look)
    process.nextTick(look)
    const later = once(emitter, 'event')
    setTimeout(() => { emitter.emit('event') }, 1)
    await later
  })
  expect(seen).toEqual(Array.from({ length: 7 }, () => 'r-1'))
  expect(currentContext()).toBeUndefined()
})

test('two contexts that run at the same time do not see each other', async () => {
  const work = (requestId: string) => withContext({ requestId }, async () => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
    return currentContext()?.requestId
  })
  expect(await Promise.all([work('a'), work('b'), work('c')])).toEqual(['a', 'b', 'c'])
})

test('a nested context is laid over the one around it, which is as before afterwards', () => {
  withContext({ requestId: 'r-1', actor: 'user-1', attributes: { shop: 'north' } }, () => {
    withContext({ actor: 'user-2', attributes: { basket: 7 } }, () => {
      expect(currentContext()).toEqual({ requestId: 'r-1', actor: 'user-2', attributes: { shop: 'north', basket: 7 } })
    })
    expect(currentContext()).toEqual({ requestId: 'r-1', actor: 'user-1', attributes: { shop: 'north' } })
  })
})

test('nobody can change a context in place', () => {
  const given = { requestId: 'r-1' }
  withContext(given, () => {
    given.requestId = 'r-2'
    expect(currentContext()).toEqual({ requestId: 'r-1' })
    expect(() => { Object.assign(currentContext()!, { requestId: 'r-3' }) }).toThrow(TypeError)
  })
})

test('a live context is read anew each time, by contexts inside it as well', () => {
  let actor: string | undefined
  withContext({ sessionId: 's-1' }, () => withLiveContext(() => ({ requestId: 'r-1', ...(actor === undefined ? {} : { actor }) }), () => {
    expect(currentContext()).toEqual({ sessionId: 's-1', requestId: 'r-1' })
    withContext({ deliveryId: 'd-1' }, () => {
      actor = 'user-9'
      expect(currentContext()).toEqual({ sessionId: 's-1', requestId: 'r-1', actor: 'user-9', deliveryId: 'd-1' })
      withLiveContext(() => ({ deliveryId: 'd-2' }), () => { expect(currentContext()).toMatchObject({ actor: 'user-9', deliveryId: 'd-2' }) })
    })
  }))
})

test('an error passes through, and a rejection', async () => {
  const failure = new Error('of the app')
  expect(() => withContext({}, () => { throw failure })).toThrow(failure)
  await expect(withContext({}, () => Promise.reject(failure))).rejects.toBe(failure)
})

test('record and track take from the context what they do not say: event over child over context', async () => {
  const child = audit.child({ requestId: 'r-child', sessionId: 's-child' })
  await audit.with({ requestId: 'r-context', sessionId: 's-context', deliveryId: 'd-context', attributes: { shop: 'north' } }, async () => {
    await child.record({ ...event, recordId: 'a', requestId: 'r-event' })
    await child.track({ ...event, recordId: 'b' }, async () => { await nextTurn() })
    await audit.record({ ...event, recordId: 'c', attributes: { basket: 7 } })
  })
  const of = (id: string): unknown[] => [fields.requestId, fields.sessionId, fields.deliveryId].map(({ key }) => collector.stored.get(id)?.attributes[key])
  expect(of('a')).toEqual(['r-event', 's-child', 'd-context'])
  expect(of('b')).toEqual(['r-child', 's-child', 'd-context'])
  expect(of('c')).toEqual(['r-context', 's-context', 'd-context'])
  expect(collector.stored.get('c')?.attributes).toMatchObject({ shop: 'north', basket: 7n })
})

test('a record belongs to the context in which it was made, not to the one in which it is sent', async () => {
  const first = audit.with({ requestId: 'r-1' }, () => audit.record(event))
  const second = audit.with({ requestId: 'r-2' }, () => audit.record(event))
  await Promise.all([first, second])
  expect(ids().toSorted()).toEqual(['r-1', 'r-2'])
})

test('a tracked function is recorded in the context in which it was started, whatever it opens inside', async () => {
  await audit.with({ requestId: 'outer' }, () => audit.track(event, () => audit.with({ requestId: 'inner' }, () => nextTurn())))
  expect(ids()).toEqual(['outer'])
})

test('the audit that `with` hands over need not be told the actor again', async () => {
  await audit.with({ actor: { id: 'user-3', type: 'user' } }, (inside) => inside.record({ event: 'order.cancel', action: 'DELETE' }))
  expect(stored()[0]?.attributes).toMatchObject({ 'audit.actor.id': 'user-3', 'audit.actor.type': 'user' })
  expectTypeOf<Parameters<Audit<'actor'>['record']>[0]['actor']>().toEqualTypeOf<AuditEvent['actor'] | undefined>()
})

test('a child with `actor: fromContext` says to the compiler that the context has it, and at run time it must', async () => {
  const orders = audit.child({ actor: fromContext })
  await audit.with({ actor: 'user-4' }, () => orders.record({ event: 'order.cancel', action: 'DELETE' }))
  expect(stored()[0]?.attributes).toMatchObject({ 'audit.actor.id': 'user-4' })
  await expect(orders.record({ event: 'order.cancel', action: 'DELETE' })).rejects.toMatchObject({ code: 'INVALID_EVENT', problems: [{ key: 'actor' }] })
})

test('`with` refuses a context that is not one, with every problem, before the function runs', () => {
  let ran = false
  const wrong = { actor: 17, requestId: { id: 'r' } } as unknown as { requestId: string }
  expect(() => audit.with(wrong, () => { ran = true })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT', problems: [expect.objectContaining({ key: 'actor' }), expect.objectContaining({ key: 'requestId' })] }))
  expect(() => audit.with({ outcome: 'success', secret: 'CANARY' } as object, () => { ran = true })).toThrow(/want one of actor, requestId/)
  expect(() => audit.with({ outcome: 'success', secret: 'CANARY' } as object, () => { ran = true })).not.toThrow(/CANARY|secret/)
  expect(() => audit.with(undefined as unknown as object, () => { ran = true })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }))
  expect(() => audit.with({ attributes: { 'audit.actor.id': 'x' } }, () => { ran = true })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }))
  expect(ran).toBe(false)
})

test('a member of a context that is undefined takes nothing away', () => {
  audit.with({ requestId: 'r-1' }, () => audit.with({ requestId: undefined } as unknown as { requestId: string }, () => {
    expect(currentContext()).toEqual({ requestId: 'r-1' })
  }))
})

test('a callback that is called from elsewhere can be bound to the context it was made in', () => {
  const bound = withContext({ requestId: 'r-1' }, () => AsyncLocalStorage.bind(() => currentContext()?.requestId))
  expect(bound()).toBe('r-1')
})

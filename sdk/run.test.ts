import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AuditRecord } from '@blotter/processors'
import { createAudit } from './audit.ts'
import type { Audit } from './audit.ts'
import { currentContext } from './context.ts'
import { Denied, endingOf } from './run.ts'
import type { Run } from './run.ts'
import { startFakeCollector, status } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'

let collector: FakeCollector
let audit: Audit
const job = { event: 'sync.nightly', actor: { id: 'scheduler', type: 'service' }, action: 'EXECUTE' } as const
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

beforeEach(async () => {
  collector = await startFakeCollector()
  audit = createAudit({ endpoint: collector.endpoint, integration: 'hubspot', spool: false, thread: false })
})
afterEach(async () => {
  await audit.close()
  await collector.close()
  expect(collector.broken).toEqual([])
})

const stored = (): AuditRecord[] => [...collector.stored.values()]
const named = (name: string): AuditRecord['attributes'] => stored().find(({ eventName }) => eventName === name)!.attributes

test('a run returns what its function returns, and its record says how it ended, how long it took and which try it was', async () => {
  expect(await audit.run({ ...job, attempt: 2 }, async () => { await nextTurn(); return 17 })).toBe(17)
  expect(stored()).toHaveLength(1)
  expect(named('sync.nightly')).toMatchObject({ 'audit.outcome': 'success', 'blotter.delivery.attempt': 2n, 'blotter.duration_ms': expect.any(BigInt) as bigint, 'audit.actor.id': 'scheduler' })
})

test('outside of any request, the run’s id is the request id, of the run and of all that is recorded in it', async () => {
  let run: Run | undefined
  await audit.run(job, async (_add, own) => {
    run = own
    await nextTurn()
    await audit.record({ event: 'contact.create', actor: 'scheduler', action: 'CREATE' })
  })
  expect(run?.id).toMatch(uuid)
  expect(run).toEqual({ id: run?.id, requestId: run?.id, parentId: undefined })
  for (const name of ['sync.nightly', 'contact.create']) expect(named(name)).toMatchObject({ 'blotter.request.id': run?.id, 'blotter.run.id': run?.id })
  expect(named('sync.nightly')).not.toHaveProperty('blotter.run.parent_id')
})

test('inside of a request, its id is kept; an event’s or a child’s own comes before it', async () => {
  const seen: string[] = []
  const look = async (): Promise<void> => { seen.push(currentContext()!.requestId!) }
  await audit.with({ requestId: 'r-1', sessionId: 's-1' }, async () => {
    await audit.run(job, look)
    await audit.run({ ...job, requestId: 'r-2' }, look)
    await audit.child({ requestId: 'r-3' }).run(job, look)
  })
  expect(seen).toEqual(['r-1', 'r-2', 'r-3'])
  expect(stored().map(({ attributes }) => attributes['session.id'])).toEqual(['s-1', 's-1', 's-1'])
})

test('who runs a job is who acts in it, unless a record says otherwise', async () => {
  await audit.run(job, () => audit.with({}, async () => {
    await audit.child({ actor: undefined as never }).record({ event: 'contact.read', action: 'READ' })
    await audit.record({ event: 'contact.delete', actor: 'user-2', action: 'DELETE' })
  }))
  expect(named('contact.read')['audit.actor.id']).toBe('scheduler')
  expect(named('contact.delete')['audit.actor.id']).toBe('user-2')
})

test('a run inside a run names its parent, and not the parent’s parent; beside it, nothing is left of either', async () => {
  const ids: Record<string, Run> = {}
  await audit.run({ ...job, event: 'a' }, async (_a, a) => {
    ids['a'] = a
    await audit.run({ ...job, event: 'b' }, (_b, b) => {
      ids['b'] = b
      return audit.run({ ...job, event: 'c' }, (_c, c) => { ids['c'] = c })
    })
  })
  await audit.run({ ...job, event: 'd' }, () => undefined)
  expect(['a', 'b', 'c', 'd'].map((name) => named(name)['blotter.run.parent_id'])).toEqual([undefined, ids['a']?.id, ids['b']?.id, undefined])
  expect(new Set(['a', 'b', 'c'].map((name) => named(name)['blotter.request.id']))).toEqual(new Set([ids['a']?.id]))
  expect(new Set(['a', 'b', 'c', 'd'].map((name) => named(name)['blotter.run.id'])).size).toBe(4)
})

test('what the function throws is thrown on, and the run ends as a failure', async () => {
  const failure = new TypeError('no such contact')
  await expect(audit.run(job, () => { throw failure })).rejects.toBe(failure)
  expect(named('sync.nightly')).toMatchObject({ 'audit.outcome': 'failure', 'error.type': 'TypeError', 'exception.message': 'no such contact' })
  expect(named('sync.nightly')).not.toHaveProperty('blotter.decision')
})

test.each(['run', 'track'] as const)('Denied inside %s ends as a denial with its reason, and is no error of a type', async (way) => {
  const denied = new Denied('the approval is missing')
  await expect(audit[way](job, async () => { await nextTurn(); throw denied })).rejects.toBe(denied)
  expect(named('sync.nightly')).toMatchObject({ 'audit.outcome': 'failure', 'blotter.decision': 'deny', 'blotter.reason': 'the approval is missing' })
  expect(named('sync.nightly')).not.toHaveProperty('error.type')
})

test('a denial can be said without throwing, and what is added wins over how the function ended', async () => {
  expect(await audit.run(job, (add) => { add({ outcome: 'denied', reason: 'outside of working hours' }); return 'later' })).toBe('later')
  expect(named('sync.nightly')).toMatchObject({ 'audit.outcome': 'failure', 'blotter.decision': 'deny', 'blotter.reason': 'outside of working hours' })
})

test('an error that cannot even be looked at is a failure like any other', () => {
  const hostile = new Proxy({}, { getPrototypeOf() { throw new Error('CANARY') } })
  const { outcome, error } = endingOf(hostile)
  expect([outcome, error === hostile]).toEqual(['failure', true])
})

test('with `started`, the start is on record before the function runs', async () => {
  await audit.run({ ...job, payload: { contacts: 3 }, recordId: 'end-1' }, () => {
    expect(stored().map(({ eventName }) => eventName)).toEqual(['sync.nightly.started'])
  }, { started: true })
  const [start, end] = stored()
  expect(start!.attributes).toMatchObject({ 'audit.outcome': 'unknown', 'blotter.run.id': end!.attributes['blotter.run.id'] })
  expect(start!.attributes['audit.record.id']).toMatch(uuid)
  expect(start!.attributes).not.toHaveProperty('blotter.payload.size')
  expect(end!.attributes).toMatchObject({ 'audit.record.id': 'end-1', 'audit.outcome': 'success' })
  expect(start!.timeUnixNano).toBeLessThan(end!.observedTimeUnixNano)
})

test('with `started`, a function whose start cannot be recorded does not run', async () => {
  collector.reply = () => status(403, 'FORBIDDEN', 'not with this key')
  let ran = false
  await expect(audit.run(job, () => { ran = true }, { started: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(ran).toBe(false)
})

test.each([true, false])('an event that is not whole rejects before the function runs and records nothing (started: %s)', async (started) => {
  let ran = false
  await expect(audit.run({ ...job, action: '' }, () => { ran = true }, { started })).rejects.toMatchObject({ code: 'INVALID_EVENT', problems: [{ key: 'action' }] })
  await expect(audit.run({ actor: 'a', action: 'B' } as unknown as typeof job, () => { ran = true }, { started })).rejects.toMatchObject({ code: 'INVALID_EVENT', problems: [{ key: 'event' }] })
  expect(ran).toBe(false)
  expect(stored()).toEqual([])
})

test('an event that throws when it is read rejects without a word of what it threw', async () => {
  const hostile = { ...job, get reason(): string { throw new Error('CANARY') } }
  const error = await audit.run(hostile, () => undefined).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'INTERNAL' })
  expect(String(error)).not.toContain('CANARY')
})

test('a closed audit runs nothing', async () => {
  await audit.close()
  let ran = false
  await expect(audit.run(job, () => { ran = true })).rejects.toMatchObject({ code: 'CLOSED' })
  expect(ran).toBe(false)
})

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { decodeRequest, fields, fingerprint, fingerprintKey, text, toPlain, toValue } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { createAudit, createAuditWith } from './audit.ts'
import type { Audit } from './audit.ts'
import { AuditError } from './errors.ts'
import type { AuditEvent } from './event.ts'
import { checkOptions } from './options.ts'
import type { AuditOptions } from './options.ts'
import { keyBytes, startFakeCollector, status } from './testing/fake-collector.ts'
import type { FakeCollector } from './testing/fake-collector.ts'
import { createManualTime } from './testing/manual-time.ts'

let collector: FakeCollector
let audit: Audit
const event: AuditEvent = { event: 'payment.refund', actor: { id: 'user-17', type: 'user' }, action: 'EXECUTE', target: { id: 'pay_1', type: 'payment' } }
const canary = 'CANARY-5f0c'

const create = (options: Partial<AuditOptions> = {}): Audit => createAudit({ endpoint: collector.endpoint, key: 'blt_test', integration: 'stripe', spool: false, thread: false, ...options })

beforeEach(async () => {
  collector = await startFakeCollector()
  audit = create()
})
afterEach(async () => {
  await collector.close()
  expect(collector.broken).toEqual([])
})

const theOne = (): AuditRecord => {
  expect(collector.stored.size).toBe(1)
  return [...collector.stored.values()][0]!
}

test('record resolves with the receipt of its record', async () => {
  const receipt = await audit.record({ ...event, recordId: 'rec-1' })
  expect(receipt).toMatchObject({ recordId: 'rec-1', leafIndex: 0 })
  expect(collector.stored.get('rec-1')?.eventName).toBe('payment.refund')
  expect(collector.seen[0]?.headers.authorization).toBe('Bearer blt_test')
})

test('each record has a random id of its own', async () => {
  const [a, b] = await Promise.all([audit.record(event), audit.record(event)])
  expect(a.recordId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(b.recordId).not.toBe(a.recordId)
})

test('the payload’s fingerprint is keyed by the collector’s key, fetched once for all', async () => {
  const payload = { id: 'ch_1', amount: 1_200, currency: 'eur' }
  await Promise.all([audit.record({ ...event, payload }), audit.record({ ...event, payload })])
  await audit.record({ ...event, payload })
  expect(collector.requests('/v1/fingerprint/key')).toMatchObject([{ method: 'GET', headers: { authorization: 'Bearer blt_test' } }])
  const values = [...collector.stored.values()].map(({ attributes }) => text(attributes, fields.fingerprint.key))
  expect(new Set(values)).toEqual(new Set([fingerprint(toValue(payload), fingerprintKey('e1', keyBytes)).value]))
})

test('without payloads the key is never asked for', async () => {
  await audit.record(event)
  expect(collector.requests('/v1/fingerprint/key')).toEqual([])
})

test('with a key in the options neither', async () => {
  await create({ fingerprintKey: { epoch: 'e2', secret: keyBytes } }).record({ ...event, payload: 'x' })
  expect(text(theOne().attributes, fields.fingerprint.key)).toMatch(/^hmac-sha256:e2:/)
  expect(collector.requests('/v1/fingerprint/key')).toEqual([])
})

test('records without a payload do not wait for the key', async () => {
  let release = (): void => {}
  collector.reply = ({ path }) => (path === '/v1/fingerprint/key' ? new Promise((resolve) => { release = () => resolve(undefined) }) : undefined)
  const withPayload = audit.record({ ...event, payload: 1, recordId: 'late' })
  expect((await audit.record({ ...event, recordId: 'early' })).leafIndex).toBe(0)
  release()
  expect((await withPayload).leafIndex).toBe(1)
})

test('the service is the resource, the integration can be the event’s own', async () => {
  const named = create({ service: { name: 'billing', version: '1.2.3', instanceId: 'i-1' } })
  await named.record({ ...event, integration: 'hubspot' })
  expect({ ...theOne().resource }).toEqual({ 'service.name': 'billing', 'service.version': '1.2.3', 'service.instance.id': 'i-1' })
  expect(text(theOne().attributes, fields.integration.key)).toBe('hubspot')
})

test('no part of a secret is in any request, whatever the payload is made of', async () => {
  const payload = {
    list: [[{ password: canary }], new Map([['apiKey', canary]])], headers: { authorization: `Bearer ${canary}`, 'x-api-key': canary }, note: `password=${canary}`,
    failure: new Error(`token=${canary}`, { cause: new Error(canary) }), raw: Buffer.from(`client_secret=${canary}`),
  }
  const error = new Error(`authorization: ${canary}`, { cause: { secret: canary } })
  await create({ includePayload: true }).record({ ...event, payload, error, reason: `cookie: ${canary}`, attributes: { 'set-cookie': [canary] } })
  await audit.record({ ...event, payload: JSON.stringify({ anything: canary }) })
  await audit.track({ ...event, payload }, () => { throw error }).catch(() => {})
  expect(collector.seen.map(({ body }) => body).join()).not.toContain(canary)
  expect(collector.stored.size).toBe(3)
})

test('what includePayload sends is the redacted payload', async () => {
  await create({ includePayload: true }).record({ ...event, payload: { amount: 12, card: '4242 4242 4242 4242', apiKey: canary } })
  expect(toPlain(theOne().body)).toEqual({ amount: 12, card: '[redacted:card]', apiKey: '[redacted:key_name]' })
})

test('no payload, however strange or large, makes record throw or reject', async () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  let deep: unknown = 1
  for (let level = 0; level < 5_000; level += 1) deep = { deep }
  const strange: unknown[] = [
    circular, deep, 2n ** 200n, new Date('never'), Symbol('s'), () => 1, Number.NaN, '\ud800', new Proxy({}, { ownKeys() { throw new Error(canary) } }), { get a() { throw new Error(canary) } },
    { toJSON() { throw new Error(canary) } }, new Map([[{ toString() { throw new Error(canary) } }, 1]]), 'x'.repeat(5_000_000), Buffer.alloc(5_000_000), Array.from({ length: 100_000 }, (_, i) => i),
    new WeakMap(), globalThis.process, Array.from({ length: 3 }), Object.create(null), false, 0, '',
  ]
  for (const includePayload of [false, true]) {
    const receipts = await Promise.all(strange.map((payload) => create({ includePayload }).record({ ...event, payload })))
    expect(receipts).toHaveLength(strange.length)
  }
  expect(collector.seen.map(({ body }) => body).join()).not.toContain(canary)
})

test('what the app does to its payload after the call reaches no record', async () => {
  const payload = { note: 'before', bytes: Buffer.from([1, 2, 255]) }
  const receipt = create({ includePayload: true }).record({ ...event, payload })
  payload.note = canary
  payload.bytes.fill(0)
  await receipt
  expect(toPlain(theOne().body)).toEqual({ note: 'before', bytes: 'AQL/' })
})

test('an event that is not whole is rejected, never thrown, and nothing is sent', async () => {
  const promise = audit.record({ event: 'x' } as unknown as AuditEvent)
  await expect(promise).rejects.toMatchObject({ code: 'INVALID_EVENT', problems: [{ key: 'actor' }, { key: 'action' }] })
  const failure = await audit.record(new Proxy(event, { get() { throw new Error(canary) } })).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'INTERNAL' })
  expect(String((failure as Error).stack)).not.toContain(canary)
  expect(collector.seen).toEqual([])
})

test('a 401 is rejected with what to do', async () => {
  collector.reply = () => status(401, 'UNKNOWN_KEY', 'the key is not known')
  await expect(audit.record(event)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401, reason: 'UNKNOWN_KEY', retryable: false, hint: expect.stringContaining('key') })
})

test('no error shows the API key or the payload', async () => {
  collector.reply = () => ({ status: 400 })
  const failure = await create({ key: `blt_${canary}` }).record({ ...event, payload: { anything: canary } }).catch((error: unknown) => error) as AuditError
  expect(`${failure.stack}${JSON.stringify(failure)}`).not.toContain(canary)
})

test('a record that got no receipt in time can be sent again, the same bytes', async () => {
  const time = createManualTime()
  const bodies: string[] = []
  let lost = true
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    const body = init?.body as string
    bodies.push(body)
    if (lost) throw new Error('the answer is lost')
    const [record] = decodeRequest(JSON.parse(body))
    return Response.json({ receipts: [{ recordId: text(record!.attributes, fields.recordId.key), integrityHash: 'h', leafIndex: 0, sinkTimestamp: '1' }] })
  }
  const failing = createAuditWith(checkOptions({ integration: 'stripe', spool: false, timeoutMs: 1_000, fetch, fingerprintKey: { epoch: 'e1', secret: keyBytes } }), time)
  const failed = failing.record({ ...event, payload: { amount: 1 } }).catch((error: unknown) => error)
  await time.advance(1_000)
  const failure = await failed as AuditError
  expect(failure).toMatchObject({ code: 'DEADLINE', retryable: true })
  lost = false
  const receipt = failure.retry!()
  await time.advance(900)
  expect((await receipt).recordId).toBe(failure.recordId)
  expect(bodies.length).toBeGreaterThan(2)
  expect(new Set(bodies).size).toBe(1)
})

test('only what may succeed later can be sent again', async () => {
  collector.reply = () => ({ status: 400 })
  const refused = await audit.record(event).catch((error: unknown) => error) as AuditError
  expect(refused.retry).toBeUndefined()
  collector.reply = undefined
  const small = create({ maxQueue: 1 })
  const [, full] = await Promise.all([small.record(event), small.record(event).catch((error: unknown) => error as AuditError)])
  expect(full).toMatchObject({ code: 'QUEUE_FULL' })
  expect((await (full as AuditError).retry!()).recordId).toBe((full as AuditError).recordId)
})

test('above maxQueue record rejects with QUEUE_FULL', async () => {
  const small = create({ maxQueue: 2 })
  const settled = await Promise.allSettled([small.record(event), small.record({ ...event, payload: 1 }), small.record(event)])
  expect(settled.map((result) => (result.status === 'fulfilled' ? 'receipt' : (result.reason as AuditError).code))).toEqual(['receipt', 'receipt', 'QUEUE_FULL'])
})

test('a record that waits for the key has its deadline too', async () => {
  const time = createManualTime()
  const stuck = createAuditWith(checkOptions({ integration: 'stripe', spool: false, timeoutMs: 2_000, fetch: () => Promise.reject(new Error('down')) }), time)
  const failure = expect(stuck.record({ ...event, payload: 1 })).rejects.toMatchObject({ code: 'DEADLINE', message: expect.stringContaining('asking for the fingerprint key') })
  await time.advance(2_000)
  await failure
})

test('track returns what the function returned, and records success and duration', async () => {
  let nano = 1_000_000_000n
  const timed = create({ clock: () => nano })
  const value = await timed.track(event, async () => { nano += 42_400_000n; return { refund: 're_1' } })
  expect(value).toEqual({ refund: 're_1' })
  expect(theOne()).toMatchObject({ timeUnixNano: 1_000_000_000n, observedTimeUnixNano: 1_042_400_000n })
  expect(theOne().attributes).toMatchObject({ [fields.outcome.key]: 'success', [fields.durationMs.key]: 42n })
})

test('track takes a function that returns at once', async () => {
  expect(await audit.track(event, () => 5)).toBe(5)
})

test('track throws the function’s own error on, and records failure and its type', async () => {
  const error = new RangeError('too much')
  await expect(audit.track(event, () => { throw error })).rejects.toBe(error)
  expect(theOne().attributes).toMatchObject({ [fields.outcome.key]: 'failure', [fields.errorType.key]: 'RangeError', 'exception.message': 'too much' })
})

test('what is known only inside the function can be added to its event', async () => {
  await audit.track({ ...event, attributes: { a: 1 } }, (add) => { add({ target: { id: 'c-9', type: 'contact' }, attributes: { b: 2 } }); add({ outcome: 'denied', reason: 'over the limit' }) })
  expect(theOne().attributes).toMatchObject({ [fields.targetId.key]: 'c-9', a: 1n, b: 2n, [fields.outcome.key]: 'failure', [fields.decision.key]: 'deny', [fields.reason.key]: 'over the limit' })
})

test('a function whose record could not be made does not run', async () => {
  let ran = false
  await expect(audit.track({ event: 'x', actor: 'a' } as AuditEvent, () => { ran = true })).rejects.toMatchObject({ code: 'INVALID_EVENT' })
  await audit.close()
  await expect(audit.track(event, () => { ran = true })).rejects.toMatchObject({ code: 'CLOSED' })
  expect(ran).toBe(false)
})

test('a success without a record rejects, with the function’s value on the error', async () => {
  collector.reply = () => ({ status: 403 })
  const failure = await audit.track(event, () => ({ refund: 're_1' })).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(AuditError)
  expect(failure).toMatchObject({ code: 'FORBIDDEN' })
  expect((failure as AuditError).tracked).toEqual({ value: { refund: 're_1' } })
})

test('with a callback for it, track returns the value and the callback is told, without the payload', async () => {
  collector.reply = () => ({ status: 403 })
  const told = vi.fn<(error: AuditError, event: Partial<AuditEvent>) => void>()
  expect(await create({ onRecordError: told, fingerprintKey: { epoch: 'e1', secret: keyBytes } }).track({ ...event, payload: canary }, () => 5)).toBe(5)
  expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'FORBIDDEN' }), event)
})

test('the function’s error stays what is thrown when its record fails too, and the failure is told', async () => {
  collector.reply = () => ({ status: 403 })
  const error = new Error('the real one')
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  await expect(audit.track(event, () => { throw error })).rejects.toBe(error)
  expect(warned).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('no audit record'), { type: 'AuditWarning', code: 'FORBIDDEN' })
  const told = vi.fn(() => { throw new Error('not this one') })
  await expect(create({ onRecordError: told }).track(event, () => { throw error })).rejects.toBe(error)
  expect(told).toHaveBeenCalledOnce()
  warned.mockRestore()
})

test('a child has defaults for its events, which can be overridden and are merged from parent to child', async () => {
  const request = audit.child({ actor: 'user-17', requestId: 'req-1', attributes: { a: 1, b: 1 } }).child({ action: 'READ', attributes: { b: 2 } })
  await request.record({ event: 'contact.read' })
  await request.record({ event: 'contact.update', action: 'UPDATE', attributes: { c: 3 } })
  expect([...collector.stored.values()].map(({ attributes }) => [fields.actorId.key, fields.action.key, fields.requestId.key, 'a', 'b', 'c'].map((key) => toPlain(attributes[key] ?? null)))).toEqual([
    ['user-17', 'READ', 'req-1', 1, 2, null],
    ['user-17', 'UPDATE', 'req-1', 1, 2, 3],
  ])
})

test('closing a child closes neither its parent nor its siblings; closing the parent closes all', async () => {
  const child = audit.child({ actor: 'a' })
  const sibling = audit.child({ actor: 'b' })
  await child.close()
  await expect(child.record(event)).rejects.toMatchObject({ code: 'CLOSED' })
  await expect(child.child({}).record(event)).rejects.toMatchObject({ code: 'CLOSED' })
  await sibling.record(event)
  await audit.close()
  await expect(sibling.record(event)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('close waits for the records that were made, can be called again, and is what `await using` calls', async () => {
  let receipt: Promise<unknown>
  {
    await using scoped = create()
    receipt = scoped.record({ ...event, recordId: 'last' })
  }
  expect(collector.stored.has('last')).toBe(true)
  await receipt
  await Promise.all([audit.close(), audit.close()])
  await expect(audit.record(event)).rejects.toMatchObject({ code: 'CLOSED' })
})

test('flush waits for records that still wait for the key', async () => {
  void audit.record({ ...event, payload: 1, recordId: 'keyed' })
  await audit.flush()
  expect(collector.stored.has('keyed')).toBe(true)
})

test('five thousand records of one tick all get their receipts', async () => {
  const receipts = await Promise.all(Array.from({ length: 5_000 }, (_, index) => audit.record({ ...event, recordId: `rec-${index}` })))
  expect(receipts.map(({ recordId }) => recordId)).toEqual(Array.from({ length: 5_000 }, (_, index) => `rec-${index}`))
  expect(collector.requests('/v1/audit').length).toBeLessThanOrEqual(50)
})

test('a process that is done but for a record stays until it is settled', async () => {
  let refusals = 1
  collector.reply = () => (refusals-- > 0 ? { status: 503 } : undefined)
  const script = `
    import { createAudit } from '@blotter/sdk'
    void createAudit({ endpoint: '${collector.endpoint}', integration: 'stripe', spool: false }).record({ event: 'job.end', actor: 'job', action: 'EXECUTE', recordId: 'last' })`
  await promisify(execFile)(process.execPath, ['--conditions=@blotter/source', '--input-type=module', '-e', script], { cwd: import.meta.dirname })
  expect([...collector.stored.keys()]).toEqual(['last'])
})

import { expect, test } from 'vitest'
import { missing } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { AuditError } from './errors.ts'
import { toRecord } from './event.ts'
import type { AuditEvent, RecordContext } from './event.ts'

const now = 1_770_000_000_123_456_789n
const context: RecordContext = { integration: 'stripe', clock: () => now, newId: () => 'id-1', trace: () => undefined }
const least: AuditEvent = { event: 'payment.refund', actor: 'user-17', action: 'EXECUTE' }

function record(more: Partial<AuditEvent> = {}): AuditRecord {
  return toRecord({ ...least, ...more }, context)
}

function problems(event: unknown): string[] {
  try {
    toRecord(event as AuditEvent, context)
  } catch (error) {
    if (error instanceof AuditError && error.code === 'INVALID_EVENT') return (error.problems ?? []).map(({ key }) => key)
    throw error
  }
  return []
}

test('the least event is a whole record', () => {
  expect(missing(record())).toEqual([])
  expect(record()).toMatchObject({ eventName: 'payment.refund', timeUnixNano: now, observedTimeUnixNano: now, body: null, severityNumber: 0, scopeName: '' })
  expect({ ...record().attributes }).toEqual({
    'audit.record.id': 'id-1', 'audit.actor.id': 'user-17', 'audit.actor.type': 'unknown', 'audit.action': 'EXECUTE', 'audit.outcome': 'success', 'blotter.integration': 'stripe',
  })
})

test('every member has its attribute', () => {
  const full: AuditEvent = {
    event: 'contact.update', actor: { id: 'svc-1', type: 'service' }, action: 'UPDATE', target: { id: 'c-9', type: 'contact' }, outcome: 'unknown', decision: 'allow', reason: 'asked by mail',
    requestId: 'req-1', sessionId: 'ses-1', deliveryId: 'dlv-1', attempt: 2, idempotencyKey: 'idem-1', integration: 'hubspot', durationMs: 12.6, source: { id: '192.0.2.7', type: 'ipv4' },
    attributes: { plan: 'pro', seats: 3, nested: { list: [1n, true] } }, recordId: 'rec-1',
  }
  expect(JSON.parse(JSON.stringify(toRecord(full, context).attributes, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)))).toEqual({
    'audit.record.id': 'rec-1', 'audit.actor.id': 'svc-1', 'audit.actor.type': 'service', 'audit.action': 'UPDATE', 'audit.outcome': 'unknown', 'blotter.decision': 'allow',
    'audit.target.id': 'c-9', 'audit.target.type': 'contact', 'audit.source.id': '192.0.2.7', 'audit.source.type': 'ipv4', 'blotter.reason': 'asked by mail', 'blotter.request.id': 'req-1',
    'session.id': 'ses-1', 'blotter.delivery.id': 'dlv-1', 'blotter.delivery.attempt': 2, 'blotter.idempotency.key': 'idem-1', 'blotter.integration': 'hubspot', 'blotter.duration_ms': 13,
    plan: 'pro', seats: 3, nested: { list: [1, true] },
  })
})

test('denied travels as a failure with decision deny', () => {
  expect(record({ outcome: 'denied' }).attributes).toMatchObject({ 'audit.outcome': 'failure', 'blotter.decision': 'deny' })
})

test('an error makes the outcome a failure unless the event says otherwise', () => {
  expect(record({ error: new RangeError('no') }).attributes).toMatchObject({ 'audit.outcome': 'failure', 'error.type': 'RangeError', 'exception.message': 'no' })
  expect(record({ error: new RangeError('no'), outcome: 'unknown' }).attributes['audit.outcome']).toBe('unknown')
})

test.each([
  ['its own class', new TypeError('x'), 'TypeError'],
  ['a system error’s code', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['a code that is a text of its own', Object.assign(new Error('x'), { code: 'what went wrong' }), 'Error'],
  ['no error at all', { message: 'x' }, '_OTHER'],
  ['a text', 'x', '_OTHER'],
  ['a getter that throws', Object.defineProperty(new Error('x'), 'name', { get() { throw new Error('y') } }), '_OTHER'],
])('the type of an error is %s', (_what, error, type) => {
  expect(record({ error }).attributes['error.type']).toBe(type)
})

test('neither the stack nor the cause of an error is read', () => {
  const error = new Error('outer', { cause: new Error('CANARY') })
  error.stack = 'CANARY'
  expect(JSON.stringify(Object.values(record({ error }).attributes).map(String))).not.toContain('CANARY')
})

test('the time is a Date or nanoseconds', () => {
  expect(record({ occurredAt: new Date(1_700_000_000_001) }).timeUnixNano).toBe(1_700_000_000_001_000_000n)
  expect(record({ occurredAt: 5n })).toMatchObject({ timeUnixNano: 5n, observedTimeUnixNano: now })
})

test('the active span ties the record to its trace', () => {
  const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 1 }
  expect(toRecord(least, { ...context, trace: () => trace })).toMatchObject(trace)
})

test('everything that is wrong is reported at once', () => {
  expect(problems({
    event: '', actor: { id: '' }, action: 5, target: { id: 7 }, outcome: 'ok', decision: 'maybe', attempt: 0, durationMs: -1, occurredAt: new Date('never'), recordId: 'with space',
    attributes: { 'audit.actor.id': 'someone else' }, reason: 1, tagret: {},
  })).toEqual(['event', 'tagret', 'actor', 'action', 'target.id', 'reason', 'outcome', 'decision', 'attempt', 'durationMs', 'occurredAt', 'recordId', 'attributes["audit.actor.id"]'])
})

test('nothing that the event holds is repeated in a problem, not even a strange key', () => {
  const error = ((): unknown => { try { return toRecord({ ...least, outcome: 'CANARY', 'sk_live_CANARY': 'CANARY', reason: ['CANARY'] } as unknown as AuditEvent, context) } catch (thrown) { return thrown } })()
  expect(error).toBeInstanceOf(AuditError)
  expect(`${(error as AuditError).message}${JSON.stringify(error)}`).not.toContain('CANARY')
})

test('an attribute that cannot be read costs itself, not the record', () => {
  expect(record({ attributes: { bad: { get x() { throw new Error('CANARY') } }, good: 1 } }).attributes).toMatchObject({ bad: '[unreadable]', good: 1n })
})

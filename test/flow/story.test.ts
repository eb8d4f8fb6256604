// The main job: from an instrumented service to a timeline, through a real port and the real store.

import { ruleSetVersion } from '@blotter/processors'
import { createAudit } from '@blotter/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCollector } from '../support/running.ts'
import type { RunningCollector } from '../support/running.ts'

let collector: RunningCollector
let key: string
beforeAll(async () => {
  collector = await runCollector()
  key = await collector.key('shop', 'production', ['ingest', 'read', 'admin'])
})
afterAll(() => collector.remove())

const payload = { payment: 'pay_1', amount: 4200, card: { number: '4242424242424242' } }

test('a record made by the SDK stands in the timeline with all that was said, and with its receipt', async () => {
  const audit = createAudit({ endpoint: collector.url, spool: false, key, integration: 'stripe', service: { name: 'shop', version: '1.2.3' } })
  const receipt = await audit.record({
    event: 'payment.refund', actor: { id: 'maria', type: 'user' }, action: 'CREATE', target: { id: 'pay_1', type: 'payment' }, outcome: 'denied',
    reason: 'over the limit', requestId: 'req-1', sessionId: 'ses-1', deliveryId: 'evt-1', attempt: 2, idempotencyKey: 'idem-1', durationMs: 17,
    source: { id: '192.0.2.7', type: 'ipv4' }, payload, attributes: { 'shop.basket': 3 }, occurredAt: 1_700_000_000_123_456_789n,
  })
  await audit.close()
  const [record, ...more] = await collector.timeline('request_id=req-1', key)
  expect(more).toEqual([])
  expect(record).toMatchObject({
    id: receipt.recordId, event: 'payment.refund', occurredAt: '2023-11-14T22:13:20.123456789Z', workspace: 'shop', environment: 'production', integration: 'stripe',
    actor: { id: 'maria', type: 'user' }, action: 'CREATE', target: { id: 'pay_1', type: 'payment' }, outcome: 'failure', decision: 'deny', reason: 'over the limit',
    requestId: 'req-1', sessionId: 'ses-1', deliveryId: 'evt-1', idempotencyKey: 'idem-1', attempt: 2, durationMs: 17, retentionClass: 'security',
    redaction: { count: 1, policy: ruleSetVersion }, leaf: { index: receipt.leafIndex, hash: receipt.integrityHash },
    source: { id: '192.0.2.7', type: 'ipv4' }, attributes: { 'shop.basket': 3 }, resource: { 'service.name': 'shop', 'service.version': '1.2.3' }, via: { link: 'query' },
  })
  expect(record!.fingerprint).toMatch(/^hmac-sha256:e1:[0-9a-f]{32}$/)
  expect(record!.payloadSize).toBe(JSON.stringify(payload).length)
  expect(record!.storedAt >= record!.observedAt).toBe(true)
})

const otlp = (attributes: Record<string, string | number>, more: object = {}): string => JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{
  eventName: 'payment.retry', timeUnixNano: '1700000001000000000', ...more,
  attributes: Object.entries(attributes).map(([name, value]) => ({ key: name, value: typeof value === 'string' ? { stringValue: value } : { intValue: value } })),
}] }] }] })

const send = (path: string, body: string, withKey: string | undefined = key): Promise<Response> =>
  fetch(`${collector.url}${path}`, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...(withKey === undefined ? {} : { Authorization: `Bearer ${withKey}` }) } })

const toAnyValue = (value: unknown): object => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'number') return { intValue: value }
  return { kvlistValue: { values: Object.entries(value as object).map(([name, member]) => ({ key: name, value: toAnyValue(member) })) } }
}

test('records that share a delivery or a payload are pulled in, whoever sent them, and say by which link', async () => {
  const byPayload = await send('/v1/logs', otlp({ 'audit.actor.id': 'automation' }, { body: toAnyValue(payload) }))
  const byDelivery = await send('/v1/logs', otlp({ 'audit.actor.id': 'other-automation', 'blotter.delivery.id': 'evt-1' }))
  const unrelated = await send('/v1/logs', otlp({ 'audit.actor.id': 'stranger' }))
  expect([byPayload.status, byDelivery.status, unrelated.status]).toEqual([200, 200, 200])
  const records = await collector.timeline('request_id=req-1', key)
  expect(records.map(({ actor, via }) => [actor.id, via.link])).toEqual([['maria', 'query'], ['automation', 'fingerprint'], ['other-automation', 'delivery_id']])
  expect(records[1]!.via).toMatchObject({ from: records[0]!.id, id: records[0]!.fingerprint })
  expect((await collector.timeline('request_id=req-1&related=false', key)).map(({ actor }) => actor.id)).toEqual(['maria'])
})

test.each([
  ['trace_id', 'a'.repeat(32)], ['actor', 'seeker'], ['target', 'tgt-9'], ['session_id', 'ses-9'], ['delivery_id', 'evt-9'], ['idempotency_key', 'idem-9'], ['record_id', 'rec-9'],
])('a record is found by its %s', async (name, id) => {
  await send('/v1/logs', otlp({
    'audit.record.id': 'rec-9', 'audit.actor.id': 'seeker', 'audit.target.id': 'tgt-9', 'session.id': 'ses-9', 'blotter.delivery.id': 'evt-9', 'blotter.idempotency.key': 'idem-9', 'blotter.integration': 'crm',
  }, { traceId: 'A'.repeat(32), timeUnixNano: '1600000000000000000' }))
  const records = await collector.timeline(`${name}=${id}&integration=crm&from=2020-09-13T12:26:40Z&to=2020-09-13T12:26:41Z`, key)
  expect(records.map(({ id: found }) => found)).toEqual(['rec-9'])
})

test('a key sees its own workspace and environment, and nothing else', async () => {
  const others = await Promise.all([collector.key('other', 'production', ['ingest', 'read']), collector.key('shop', 'staging', ['ingest', 'read'])])
  for (const other of others) expect(await collector.timeline('request_id=req-1', other)).toEqual([])
})

test('what a record claims about its retention is not believed, and what it claims about its tenant must be its key’s', async () => {
  await send('/v1/logs', otlp({ 'blotter.workspace': 'shop', 'blotter.environment': 'production', 'blotter.request.id': 'req-claim', 'blotter.retention.class': 'for-ever' }))
  for (const claim of [{ 'blotter.workspace': 'other' }, { 'blotter.environment': 'sandbox' }]) {
    const refused = await send('/v1/logs', otlp({ ...claim, 'blotter.request.id': 'req-claim' }))
    expect(await refused.json()).toEqual({ partialSuccess: { rejectedLogRecords: '1', errorMessage: 'ENVIRONMENT_MISMATCH' } })
  }
  expect(await collector.timeline('request_id=req-claim', key)).toMatchObject([{ workspace: 'shop', environment: 'production', retentionClass: 'operations' }])
})

test('a retry hears what the first try heard, also after a restart; another record with the same id is refused', async () => {
  const body = otlp({ 'audit.record.id': 'rec-retry', 'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'READ', 'audit.outcome': 'success' })
  const first = await (await send('/v1/audit', body)).text()
  expect(await (await send('/v1/audit', body)).text()).toBe(first)
  await collector.restart()
  expect(await (await send('/v1/audit', body)).text()).toBe(first)
  expect((await send('/v1/audit', body.replace('maria', 'mario'))).status).toBe(409)
  const onLogs = await send('/v1/logs', body.replace('maria', 'mario'))
  expect([onLogs.status, await onLogs.json()]).toEqual([200, { partialSuccess: { rejectedLogRecords: '1', errorMessage: 'RECORD_CONFLICT' } }])
  expect(await collector.timeline('record_id=rec-retry', key)).toHaveLength(1)
})

test('a request with one bad record keeps none of its records on the audit path', async () => {
  const good = JSON.parse(otlp({ 'audit.record.id': 'rec-good', 'audit.actor.id': 'maria', 'audit.actor.type': 'user', 'audit.action': 'READ', 'audit.outcome': 'success' })) as { resourceLogs: unknown[] }
  const bad = JSON.parse(otlp({ 'audit.record.id': 'rec-bad' })) as { resourceLogs: unknown[] }
  const response = await send('/v1/audit', JSON.stringify({ resourceLogs: [...good.resourceLogs, ...bad.resourceLogs] }))
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 3, details: [{ reason: 'MISSING_ATTRIBUTE' }, { fieldViolations: [{ field: 'records[1].audit.actor.id' }, { field: 'records[1].audit.actor.type' }, { field: 'records[1].audit.action' }, { field: 'records[1].audit.outcome' }] }] })
  expect(await collector.timeline('record_id=rec-good', key)).toEqual([])
})

test('refused requests are records themselves, without their payload', async () => {
  await send('/v1/audit', '{"resourceLogs":"CANARY"}')
  await collector.service.refusals.flush()
  const refusals = await collector.timeline('target=/v1/audit', key)
  expect(refusals.map(({ event, reason }) => [event, reason])).toContainEqual(['blotter.request.refused', 'MALFORMED_BODY'])
  expect(JSON.stringify(refusals)).not.toContain('CANARY')
})

test('every record that was received is accounted for, and every one that was kept is stored and sealed', async () => {
  await collector.service.refusals.flush() // nothing more will come by itself
  expect(await collector.service.catchUp(10_000)).toBe(true)
  for (const step of collector.service.drain.steps) expect(await step.reach(collector.service.journal.durableIndex, 10_000), step.name).toBe(true)
  const [received, kept, duplicate, rejected, failed] = await Promise.all(['received', 'kept', 'duplicate', 'rejected', 'failed'].map((name) => collector.metric(`blotter_records_${name}_total`)))
  expect(received).toBeGreaterThan(0)
  expect(received).toBe(kept! + duplicate! + rejected! + failed!)
  expect(await collector.metric('blotter_log_size')).toBe(await collector.metric('blotter_journal_next_index'))
  expect(await collector.metric('blotter_step_lag_records')).toBe(0)
})

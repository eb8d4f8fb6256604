import { expect, test } from 'vitest'
import { createAudit } from '../audit.ts'
import { assertEvent } from '../event.ts'
import { createTestCollector } from '../testing.ts'
import { auditOfDelivery, respond, verdictAttributes } from './delivery.ts'
import { createReplayStore } from './replay.ts'
import { schemes } from './schemes/index.ts'
import { signWebhook } from './sign.ts'
import { refusalReasons } from './verdict.ts'
import type { Verdict } from './verdict.ts'
import { verifyWebhook } from './verify.ts'

const nowMs = 1_790_000_000_000
const scheme = schemes.stripe
const signed = signWebhook(scheme, { body: '{"id":"evt_1","data":"private"}' }, 'whsec_x', { nowMs })
const replay = createReplayStore({ now: () => nowMs })
const verdictOf = (secret: string): Promise<Verdict> => verifyWebhook(scheme, signed, { id: 'endpoint-7', secret }, { nowMs, replay })

test('the answer is the same whatever the reason, but for a replay and our own failure', () => {
  const answers = refusalReasons.map((reason) => [reason, respond({ kind: 'refused', reason })] as const)
  const usual = new Set(answers.filter(([reason]) => reason !== 'replayed' && reason !== 'unavailable').map(([, answer]) => JSON.stringify(answer)))
  expect([...usual]).toEqual([JSON.stringify({ status: 401, headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }, body: 'refused' })])
  expect(respond({ kind: 'refused', reason: 'replayed' })).toMatchObject({ status: 200 })
  expect(respond({ kind: 'refused', reason: 'replayed' }, { replayStatus: 401 })).toEqual(respond({ kind: 'refused', reason: 'expired' }))
  expect(respond({ kind: 'refused', reason: 'unavailable' })).toMatchObject({ status: 503, headers: { 'retry-after': '60' } })
})

test('an accepted delivery is received, with proof, id and payload', async () => {
  const verdict = await verdictOf('whsec_x')
  expect(respond(verdict)).toBeUndefined()
  const event = auditOfDelivery(verdict, { scheme: 'stripe', body: signed.body, requestId: 'req-1', integration: 'stripe' })
  assertEvent(event)
  expect(event).toEqual({
    event: 'webhook.received', action: 'RECEIVE', actor: { id: 'stripe', type: 'service' }, requestId: 'req-1', integration: 'stripe', deliveryId: 'evt_1', payload: signed.body,
    attributes: {
      'blotter.webhook.scheme': 'stripe', 'blotter.webhook.verdict': 'verified', 'blotter.webhook.grade': 'A', 'blotter.webhook.algorithm': 'hmac-sha256', 'blotter.webhook.covered': 'body',
      'blotter.webhook.covered_parts': ['timestamp', 'body'], 'blotter.webhook.freshness': 'signed time in window', 'blotter.webhook.replay': 'first seen', 'blotter.webhook.key_id': 'endpoint-7',
      'blotter.webhook.network': 'not checked', 'blotter.webhook.sent_at': '2026-09-21T14:13:20.000Z',
    },
  })
})

test('a replay is refused, with what was proved', async () => {
  const event = auditOfDelivery(await verdictOf('whsec_x'), { scheme: 'stripe', body: signed.body })
  assertEvent(event)
  expect(event).toMatchObject({ event: 'webhook.refused', outcome: 'denied', reason: 'replayed', deliveryId: 'evt_1', attributes: { 'blotter.webhook.replay': 'seen' } })
})

test('of a forgery nothing is taken but the reason', async () => {
  const event = auditOfDelivery(await verdictOf('whsec_y'), { scheme: 'stripe', body: signed.body, source: { id: '192.0.2.1', type: 'ipv4' }, error: undefined })
  assertEvent(event)
  expect(event).toEqual({
    event: 'webhook.refused', action: 'RECEIVE', actor: { id: 'unknown', type: 'unknown' }, outcome: 'denied', reason: 'bad_signature', source: { id: '192.0.2.1', type: 'ipv4' },
    attributes: { 'blotter.webhook.scheme': 'stripe', 'blotter.webhook.verdict': 'refused' },
  })
})

test('how the handler ended is the outcome', async () => {
  const verdict = await verifyWebhook(scheme, signed, 'whsec_x', { nowMs })
  const event = auditOfDelivery(verdict, { scheme: 'stripe', outcome: 'failure', error: new TypeError('no'), durationMs: 5, attributes: { mine: 1 } })
  assertEvent(event)
  expect(event).toMatchObject({ event: 'webhook.received', outcome: 'failure', durationMs: 5, attributes: { mine: 1, 'blotter.webhook.grade': 'A' } })
})

test('the record keeps the proof and the fingerprint of the payload, and of a forgery neither payload nor id', async () => {
  const collector = createTestCollector()
  await using audit = createAudit({ ...collector.options, integration: 'stripe' })
  const verdict = await verifyWebhook(scheme, signed, { id: 'endpoint-7', secret: 'whsec_x' }, { nowMs })
  await audit.record(auditOfDelivery(verdict, { scheme: 'stripe', body: signed.body }))
  await audit.record(auditOfDelivery({ kind: 'refused', reason: 'bad_signature' }, { scheme: 'stripe', body: signed.body }))
  const [received, refused] = collector.records
  expect(received).toMatchObject({ event: 'webhook.received', deliveryId: 'evt_1' })
  expect(received!.attributes).toMatchObject(verdictAttributes(verdict, 'stripe'))
  expect(JSON.stringify(received)).toContain('hmac-sha256:')
  expect(refused).toMatchObject({ event: 'webhook.refused', reason: 'bad_signature' })
  expect(JSON.stringify(refused)).not.toMatch(/evt_1|hmac-sha256:|private/)
})

// Answers for tests of what is made of them: a short incident, and one in which every text is hostile.

import type { TimelineAnswer, TimelineRecordView } from '../answer.ts'

export function recordView(number: number, changes: Partial<TimelineRecordView> = {}): TimelineRecordView {
  const occurredAt = `2026-11-24T06:10:${String(number).padStart(2, '0')}.123456789Z`
  return {
    id: `rec-${number}`, event: 'payment.capture', occurredAt, observedAt: occurredAt, storedAt: occurredAt.replace('.123', '.323'), workspace: 'shop', environment: 'production', integration: 'payments',
    actor: { id: 'retry-automation', type: 'service' }, action: 'EXECUTE', target: { id: 'pay_1', type: 'payment' }, outcome: 'failure', requestId: 'req_8f2c', deliveryId: 'evt_1',
    retentionClass: 'operations', redaction: { count: 0, rules: [], policy: 'p1' }, leaf: { origin: 'log', index: number, hash: 'aGFzaA==' }, attributes: {}, resource: {}, via: { link: 'query' }, depth: 0, ...changes,
  }
}

export const emptyAnswer: TimelineAnswer = {
  records: [], gaps: [], milestones: [], skew: [], completeness: { drainedUpTo: '2026-11-24T06:20:00.000000000Z', sources: [] }, notFollowed: [], truncated: false, complete: true,
}

export const incident: TimelineAnswer = {
  ...emptyAnswer,
  records: [
    recordView(1, { actor: { id: 'payments-webhook', type: 'service' }, action: 'IMPORT', event: 'webhook.receive', outcome: 'success', reason: 'payment.authorized' }),
    recordView(2, { reason: 'no answer within 400 ms', errorType: 'TimeoutError', attempt: 1, via: { link: 'delivery_id', id: 'evt_1', from: 'rec-1' }, depth: 1, milestones: ['first_failure'], folded: { kind: 'attempts', count: 4, firstOccurredAt: '2026-11-24T06:10:02.123456789Z', lastOccurredAt: '2026-11-24T06:10:14.123456789Z', recordIds: ['rec-3', 'rec-4', 'rec-5', 'rec-6'], outcomes: { failure: 5 } } }),
    recordView(20, { decision: 'deny', reason: 'the provider refuses our key', milestones: ['last_failure'] }),
    recordView(21, { actor: { id: 'maria@example.com', type: 'user' }, event: 'credential.rotate', action: 'UPDATE', target: { id: 'payments-api-key', type: 'credential' }, outcome: 'success', integration: 'vault', durationMs: 17, source: { id: '192.0.2.7', type: 'ipv4' } }),
    recordView(22, { outcome: 'success', milestones: ['first_success_after'], durationMs: 240, fingerprint: 'hmac-sha256:e1:00', traceId: 'a'.repeat(32), sessionId: 'ses-1' }),
  ],
  gaps: [{ integration: 'stripe', from: '2026-11-24T06:10:03.000000000Z', to: '2026-11-24T06:27:03.000000000Z', minutes: 17, expectedMinutes: 2, kind: 'silence' }],
  milestones: [
    { kind: 'first_failure', recordId: 'rec-2', occurredAt: '2026-11-24T06:10:02.123456789Z', afterMs: 0 },
    { kind: 'last_failure', recordId: 'rec-20', occurredAt: '2026-11-24T06:10:20.123456789Z', afterMs: 18_000 },
    { kind: 'first_success_after', recordId: 'rec-22', occurredAt: '2026-11-24T06:10:22.123456789Z', afterMs: 20_000 },
  ],
  skew: [{ source: 'crm', reference: 'payments', offsetMs: -2500, uncertaintyMs: 120, pairs: 7 }],
  completeness: { drainedUpTo: '2026-11-24T06:30:00.000000000Z', sources: [{ integration: 'payments', newestOccurredAt: '2026-11-24T06:10:22.123456789Z', newestStoredAt: '2026-11-24T06:10:22.323456789Z', silent: false }] },
  notFollowed: [{ link: 'fingerprint', id: 'hmac-sha256:e1:00', records: 4000 }],
}

/** What a sender might write to harm whoever opens the export. */
export const hostile = '=cmd|\' /C calc\'!A0\r\n| <script>alert(1)</script> [x](javascript:1) ![i](https://evil.example/p.png) @team `code` \u001b[31m\u202e,"quoted"\u0000'

export const hostileAnswer: TimelineAnswer = {
  ...emptyAnswer,
  records: [recordView(1, {
    id: hostile, event: hostile, integration: hostile, actor: { id: hostile, type: hostile }, action: hostile, target: { id: hostile, type: hostile }, outcome: 'failure', reason: hostile, errorType: hostile,
    requestId: hostile, sessionId: hostile, deliveryId: hostile, idempotencyKey: hostile, source: { id: hostile, type: 'hostname' }, attributes: { [hostile]: hostile }, incomplete: [hostile],
  })],
  gaps: [{ integration: hostile, from: '2026-11-24T06:10:02.000000000Z', to: '2026-11-24T06:27:02.000000000Z', minutes: 17, expectedMinutes: 2, kind: 'silence' }],
  skew: [{ source: hostile, reference: hostile, offsetMs: 60_000, uncertaintyMs: 1, pairs: 1 }],
  notFollowed: [{ link: hostile, id: hostile, records: 4000 }],
}

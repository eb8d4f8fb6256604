// What becomes of a verdict: the answer to the sender, which tells nothing, and the audit record, which tells everything.
// The middlewares are made of these two.

import type { AuditEvent } from '../event.ts'
import type { Proof, Verdict } from './verdict.ts'

export interface WebhookAnswer {
  readonly status: 200 | 401 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const headers: WebhookAnswer['headers'] = Object.freeze({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })

const answers = {
  refused: Object.freeze({ status: 401, headers, body: 'refused' }),
  seen: Object.freeze({ status: 200, headers, body: 'ok' }),
  unavailable: Object.freeze({ status: 503, headers: Object.freeze({ ...headers, 'retry-after': '60' }), body: 'unavailable' }),
} as const satisfies Record<string, WebhookAnswer>

/**
 * Undefined when the delivery is accepted: the handler answers. Otherwise the same 401 whatever the reason, because a
 * sender who is told which check failed is told how to pass it. Two are not about the forger: `replayed` had a right
 * signature and is most often the sender's own next try, so that it is told that all is well (`replayStatus`);
 * `unavailable` is our failure, and 503 makes senders try again.
 */
export function respond(verdict: Verdict, { replayStatus = 200 }: { readonly replayStatus?: 200 | 401 } = {}): WebhookAnswer | undefined {
  if (verdict.kind !== 'refused') return undefined
  if (verdict.reason === 'unavailable') return answers.unavailable
  return verdict.reason === 'replayed' && replayStatus === 200 ? answers.seen : answers.refused
}

export interface DeliveryFacts {
  /** Name of the scheme that was asked for. */
  readonly scheme: string
  /** What came. Only its fingerprint and size go on the record, and only when signature or secret were right. */
  readonly body?: unknown
  readonly source?: AuditEvent['source']
  readonly requestId?: string
  readonly attempt?: number
  readonly durationMs?: number
  /** Where it was received: a route, not a URL. */
  readonly target?: AuditEvent['target']
  /** How the handler ended, when it ran. */
  readonly outcome?: AuditEvent['outcome']
  readonly error?: unknown
  /** Such as `stripe`. Default: the `integration` of the audit. */
  readonly integration?: string
  /** Of your own, beside those of the proof. */
  readonly attributes?: AuditEvent['attributes']
}

/**
 * The event for `audit.record`: `webhook.received`, or `webhook.refused` with outcome `denied` and the reason. Of what was
 * not verified nothing is taken: neither its payload nor an id that it claims.
 */
export function auditOfDelivery(verdict: Verdict, facts: DeliveryFacts): AuditEvent {
  const { scheme, body, attributes, outcome, error, ...rest } = facts
  const base = { ...withoutUndefined(rest), action: 'RECEIVE', attributes: { ...attributes, ...verdictAttributes(verdict, scheme) } }
  const known = verdict.proof === undefined ? { actor: { id: 'unknown', type: 'unknown' } } : { actor: { id: scheme, type: 'service' }, ...withoutUndefined({ deliveryId: verdict.deliveryId, payload: body }) }
  if (verdict.kind === 'refused') return { ...base, ...known, event: 'webhook.refused', outcome: 'denied', reason: verdict.reason }
  return { ...base, ...known, event: 'webhook.received', ...withoutUndefined({ outcome, error }) }
}

/** On the record under `blotter.webhook.*`. */
export function verdictAttributes(verdict: Verdict, scheme: string): Record<string, unknown> {
  const attributes: Record<string, unknown> = { 'blotter.webhook.scheme': scheme, 'blotter.webhook.verdict': verdict.kind }
  return verdict.proof === undefined ? attributes : { ...attributes, ...proofAttributes(verdict.proof), ...signedTime(verdict.sentAtMs) }
}

function proofAttributes({ algorithm, covered, coveredParts, freshness, replay, keyId, network, grade }: Proof): Record<string, unknown> {
  return {
    'blotter.webhook.grade': grade,
    'blotter.webhook.algorithm': algorithm,
    'blotter.webhook.covered': covered,
    'blotter.webhook.covered_parts': coveredParts,
    'blotter.webhook.freshness': freshness,
    'blotter.webhook.replay': replay,
    'blotter.webhook.key_id': keyId,
    'blotter.webhook.network': network,
  }
}

function signedTime(sentAtMs: number | undefined): Record<string, unknown> {
  return sentAtMs === undefined ? {} : { 'blotter.webhook.sent_at': new Date(sentAtMs).toISOString() }
}

function withoutUndefined<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}

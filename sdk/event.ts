// What a developer writes about an event, and the audit record that it becomes. Nothing is redacted here yet: the
// record of this file goes to payload.ts and nowhere else.

import { emptyRecord, fields, knownKeys, valueMap } from '@blotter/processors'
import type { AuditRecord, Field, Value, ValueMap } from '@blotter/processors'
import { describe, problemError } from './errors.ts'
import type { Problem } from './errors.ts'
import type { TraceContext } from './trace.ts'
import { readValue } from './value.ts'

export interface AuditEvent {
  /** What kind of event: static, of low cardinality, such as `payment.refund`. */
  readonly event: string
  /** Who did it. A text is an id; write `anonymous` or `unknown` when you do not know. */
  readonly actor: Actor | string
  /** What was done: an upper-case verb such as `CREATE`, `UPDATE`, `DELETE`, `EXECUTE`, `EXPORT`, or your own. */
  readonly action: string
  /** What it was done to. */
  readonly target?: Target
  /** How it ended. Default `success`, or `failure` when there is an `error`. `denied` travels as a failure with decision `deny`. */
  readonly outcome?: Outcome
  /** Of a check: a refusal is a decision, not a breakdown. */
  readonly decision?: 'allow' | 'deny'
  /** Why it was done, or why it ended as it did. Free text: keep secrets and personal data out. */
  readonly reason?: string
  /** The id that ties the records of one request together. */
  readonly requestId?: string
  readonly sessionId?: string
  /** The platform's id of a webhook delivery or event, the same over redeliveries. */
  readonly deliveryId?: string
  /** Which try this was, from 1. */
  readonly attempt?: number
  /** Idempotency key sent to or by the platform. */
  readonly idempotencyKey?: string
  /** Instead of the `integration` of the options. */
  readonly integration?: string
  /** When it happened. Default: now. A Date knows milliseconds, a bigint is nanoseconds since 1970. */
  readonly occurredAt?: Date | bigint
  /** When it was noticed, if not just now: by whoever passes on what others saw. Not before `occurredAt`. Default: now. */
  readonly observedAt?: Date | bigint
  /** How long it took, in milliseconds. `track()` measures it. */
  readonly durationMs?: number
  /** Anything. Redacted and fingerprinted in this process; see `includePayload`. JSON text counts as what it says. */
  readonly payload?: unknown
  /** What was thrown: its type, and its message redacted. Neither its stack nor its cause is read. */
  readonly error?: unknown
  /** Where it came from. `type`: `ipv4`, `ipv6` or `hostname`. */
  readonly source?: { readonly id: string; readonly type?: string }
  /** Whatever else belongs to it, redacted. Keys of your own, not those of the members above. */
  readonly attributes?: Readonly<Record<string, unknown>>
  /** 1 to 128 letters, digits and `. _ : -`. Default a new UUID. The same record is kept once; another one with its id is refused. */
  readonly recordId?: string
}

export interface Actor {
  readonly id: string
  /** Default `unknown`, because a guess would be read as a fact. */
  readonly type?: 'user' | 'service' | 'system' | (string & {})
}

export interface Target {
  readonly id: string
  /** Kind of target, such as `payment`, `contact`, `http.endpoint`. */
  readonly type?: string
}

export type Outcome = 'success' | 'failure' | 'unknown' | 'denied'

export interface RecordContext {
  readonly integration: string
  readonly clock: () => bigint
  readonly newId: () => string
  readonly trace: () => TraceContext | undefined
}

/** The record of an event without its payload. The id is made here, once. Throws INVALID_EVENT with every problem. */
export function toRecord(event: AuditEvent, context: RecordContext): AuditRecord {
  assertEvent(event)
  return recordOf(event, context)
}

/** The same of an event that was checked. */
export function recordOf(event: AuditEvent, context: RecordContext): AuditRecord {
  const observed = toNano(event.observedAt) ?? context.clock()
  return {
    ...emptyRecord,
    ...context.trace(),
    eventName: event.event,
    timeUnixNano: toNano(event.occurredAt) ?? observed,
    observedTimeUnixNano: observed,
    attributes: toAttributes({ ...event, recordId: event.recordId ?? context.newId(), integration: event.integration ?? context.integration }),
  }
}

export function assertEvent(event: Partial<AuditEvent>): asserts event is AuditEvent {
  if (looksWhole(event)) return
  const problems = [...textProblem(event.event, 'event', 'a name such as payment.refund'), ...problemsOf(event)]
  if (problems.length > 0) throw problemError('INVALID_EVENT', problems)
}

/** The attributes of an event: the parts with names of their own over the developer's. */
export function toAttributes(event: Omit<AuditEvent, 'event'>): ValueMap {
  const attributes = valueMap()
  for (const [key, value] of Object.entries(event.attributes ?? {})) {
    if (key !== '' && value !== undefined) attributes[key.toWellFormed()] = readValue(value) ?? '[unreadable]'
  }
  const put: Put = ({ key }, value) => {
    if (typeof value === 'number') attributes[key] = BigInt(Math.round(value))
    else if (value !== undefined && value !== '') attributes[key] = value.toWellFormed()
  }
  const actor = typeof event.actor === 'string' ? { id: event.actor } : event.actor
  put(fields.recordId, event.recordId)
  put(fields.actorId, actor.id)
  put(fields.actorType, actor.type ?? 'unknown')
  put(fields.action, event.action)
  putEnding(event, put)
  put(fields.targetId, event.target?.id)
  put(fields.targetType, event.target?.type)
  put(fields.sourceId, event.source?.id)
  put(fields.sourceType, event.source?.type)
  for (const name of ['reason', 'requestId', 'sessionId', 'deliveryId', 'attempt', 'idempotencyKey', 'integration', 'durationMs'] as const) put(fields[name], event[name])
  if (event.error !== undefined) Object.assign(attributes, errorAttributes(event.error))
  return attributes
}

type Put = (field: Field, value: string | number | undefined) => void

function putEnding({ outcome, decision, error }: Omit<AuditEvent, 'event'>, put: Put): void {
  put(fields.outcome, outcome === 'denied' ? 'failure' : (outcome ?? (error === undefined ? 'success' : 'failure')))
  put(fields.decision, outcome === 'denied' ? 'deny' : decision)
}

/** Semantic conventions' name for the message; its type has a field. */
export const errorMessageKey = 'exception.message'

/** Bounds what redaction has to read; payload.ts shortens what is left of it. */
const messageReadLimit = 16_384

function errorAttributes(error: unknown): { [key: string]: Value } {
  try {
    const message = error instanceof Error ? error.message : typeof error === 'string' ? error : ''
    return { [fields.errorType.key]: errorType(error), ...(typeof message === 'string' && message !== '' ? { [errorMessageKey]: message.slice(0, messageReadLimit).toWellFormed() } : {}) }
  } catch {
    return { [fields.errorType.key]: '_OTHER' }
  }
}

/** `error.type` of the semantic conventions: a class or a code of low cardinality, `_OTHER` when there is none. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER'
  const code = (error as { code?: unknown }).code
  const name = typeof error.name === 'string' && error.name !== '' ? error.name : 'Error'
  return name === 'Error' && typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : name.slice(0, 256).toWellFormed()
}

export function toNano(time: Date | bigint | undefined): bigint | undefined {
  return time instanceof Date ? BigInt(time.getTime()) * 1_000_000n : time
}

const members: Readonly<Record<keyof AuditEvent, true>> = {
  event: true, actor: true, action: true, target: true, outcome: true, decision: true, reason: true, requestId: true, sessionId: true, deliveryId: true, attempt: true,
  idempotencyKey: true, integration: true, occurredAt: true, observedAt: true, durationMs: true, payload: true, error: true, source: true, attributes: true, recordId: true,
}

const isMember: Readonly<Record<string, true>> = Object.assign(Object.create(null) as Record<string, true>, members)

/** The same question as {@link problemsOf}, without its list: true means that there is no problem, false that one must look. */
function looksWhole(event: Partial<AuditEvent>): boolean {
  for (const key in event) if (isMember[key] !== true) return false
  const { actor, target, source, attempt, durationMs, occurredAt, attributes } = event
  if (attempt !== undefined || (durationMs !== undefined && !(durationMs >= 0 && durationMs < 1e15)) || (occurredAt !== undefined && typeof occurredAt !== 'bigint') || event.observedAt !== undefined) return false
  if (attributes !== undefined && !hasOwnKeysOnly(attributes)) return false
  return isText(event.event) && isText(event.action) && (isText(actor) || isParty(actor)) && (target === undefined || isParty(target)) && (source === undefined || isParty(source)) && areTexts(event)
}

function areTexts({ reason, requestId, sessionId, deliveryId, idempotencyKey, integration, recordId, outcome, decision }: Partial<AuditEvent>): boolean {
  return recordId === undefined && decision === undefined && (outcome === undefined || outcomes.includes(outcome)) &&
    isTextOrAbsent(reason) && isTextOrAbsent(requestId) && isTextOrAbsent(sessionId) && isTextOrAbsent(deliveryId) && isTextOrAbsent(idempotencyKey) && isTextOrAbsent(integration)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isParty(party: unknown): boolean {
  if (typeof party !== 'object' || party === null) return false
  const { id, type } = party as { readonly id?: unknown; readonly type?: unknown }
  return isText(id) && isTextOrAbsent(type)
}

function hasOwnKeysOnly(attributes: unknown): boolean {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) return false
  for (const key in attributes) if (knownKeys.has(key)) return false
  return true
}

const outcomes: readonly unknown[] = ['success', 'failure', 'unknown', 'denied'] satisfies Outcome[]

/** Everything that is wrong about an event but its name; TypeScript says most of it earlier. */
export function problemsOf(event: Partial<AuditEvent>): Problem[] {
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: describe(value), want: wanted }) }
  for (const key of Object.keys(event)) {
    if (!Object.hasOwn(members, key)) problems.push({ key: memberName(key), got: 'a member of this name', want: `one of ${Object.keys(members).join(', ')}` })
  }
  const { actor, action, outcome, decision, attempt, durationMs, occurredAt, recordId, attributes } = event
  problems.push(...textProblem(typeof actor === 'object' && actor !== null ? actor.id : actor, 'actor', 'an id, or an object with an id'), ...textProblem(action, 'action', 'a verb such as CREATE'))
  for (const [key, party] of Object.entries({ target: event.target, source: event.source })) if (party !== undefined) problems.push(...textProblem(party?.id, `${key}.id`, 'an id'))
  for (const [key, value] of Object.entries(optionalTexts(event))) want(key, value, value === undefined || typeof value === 'string', 'a text')
  want('outcome', outcome, outcome === undefined || outcomes.includes(outcome), outcomes.join(', '))
  want('decision', decision, decision === undefined || decision === 'allow' || decision === 'deny', 'allow or deny')
  want('attempt', attempt, attempt === undefined || (Number.isSafeInteger(attempt) && attempt > 0), 'a whole number from 1')
  want('durationMs', durationMs, durationMs === undefined || (Number.isFinite(durationMs) && durationMs >= 0), 'milliseconds from 0')
  want('occurredAt', occurredAt, occurredAt === undefined || isTime(occurredAt), 'a valid Date, or nanoseconds since 1970 as a bigint')
  want('observedAt', event.observedAt, event.observedAt === undefined || (isTime(event.observedAt) && (!isTime(occurredAt) || toNano(occurredAt)! <= toNano(event.observedAt)!)), 'a time, not before occurredAt')
  want('recordId', recordId, recordId === undefined || (typeof recordId === 'string' && /^[A-Za-z0-9._:-]{1,128}$/.test(recordId)), '1 to 128 letters, digits and . _ : -')
  want('attributes', attributes, attributes === undefined || (typeof attributes === 'object' && attributes !== null && !Array.isArray(attributes)), 'an object')
  for (const key of Object.keys(attributes ?? {})) {
    if (knownKeys.has(key)) problems.push({ key: `attributes["${key}"]`, got: 'an attribute of this name', want: 'the member of the event that writes it' })
  }
  return problems
}

function isTime(time: unknown): time is Date | bigint {
  return typeof time === 'bigint' || (time instanceof Date && !Number.isNaN(time.getTime()))
}

/** A typing mistake is worth showing; a key that was data is not ours to repeat. */
function memberName(key: string): string {
  return /^[A-Za-z]{1,24}$/.test(key) ? key : '(a member)'
}

function optionalTexts(event: Partial<AuditEvent>): Record<string, unknown> {
  const { reason, requestId, sessionId, deliveryId, idempotencyKey, integration, actor, target, source } = event
  return {
    reason, requestId, sessionId, deliveryId, idempotencyKey, integration,
    'actor.type': typeof actor === 'object' && actor !== null ? actor.type : undefined, 'target.type': target?.type, 'source.type': source?.type,
  }
}

function textProblem(value: unknown, key: string, want: string): Problem[] {
  return typeof value === 'string' && value !== '' ? [] : [{ key, got: value === '' ? 'an empty text' : describe(value), want }]
}

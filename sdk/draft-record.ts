// From a record as the OpenTelemetry audit draft writes it (data model @195a6da4; a draft, not a standard) to the event
// that `record()` takes. Each attribute that Blotter has a member for becomes that member, so that both ways of writing
// give the same record and pass the same checks.

import { fields } from '@blotter/processors'
import type { FieldName } from '@blotter/processors'
import { describe, problemError } from './errors.ts'
import type { Problem } from './errors.ts'
import { errorMessageKey } from './event.ts'
import type { AuditEvent } from './event.ts'

/** A Date, nanoseconds since 1970, or seconds and nanoseconds as OpenTelemetry JS has them. */
export type TimeInput = Date | bigint | readonly [seconds: number, nanoseconds: number]

export interface AuditAttributes {
  /** `anonymous` or `unknown` when you do not know. */
  readonly 'audit.actor.id': string
  /** `user`, `service` or `system`. */
  readonly 'audit.actor.type': string
  /** An upper-case verb such as CREATE. */
  readonly 'audit.action': string
  /** `success`, `failure` or `unknown`. */
  readonly 'audit.outcome': string
  /** Default a new UUID. Stable over retries. */
  readonly 'audit.record.id'?: string
  readonly [key: string]: unknown
}

export interface DraftRecord {
  /** When it happened. */
  readonly timestamp: TimeInput
  /** When it was noticed. Default: now. Not before `timestamp`. */
  readonly observedTimestamp?: TimeInput
  readonly eventName: string
  /** Redacted and fingerprinted. Travels with the record only with the option `includePayload`. */
  readonly body?: unknown
  readonly attributes: AuditAttributes
}

const known: ReadonlySet<string> = new Set(['timestamp', 'observedTimestamp', 'eventName', 'body', 'attributes'] satisfies (keyof DraftRecord)[])
const mandatory: readonly string[] = [fields.actorId, fields.actorType, fields.action, fields.outcome].map(({ key }) => key)

/** Throws INVALID_EVENT with every problem. `own`: attributes of the logger. */
export function fromDraft(draft: DraftRecord, own: Readonly<Record<string, unknown>>): AuditEvent {
  if (!isObject(draft)) throw problemError('INVALID_EVENT', [{ key: '(record)', got: describe(draft), want: 'an object with timestamp, eventName and attributes' }])
  const attributes: Readonly<Record<string, unknown>> = isObject(draft.attributes) ? draft.attributes : {}
  const problems = problemsOfDraft(draft, attributes)
  if (problems.length > 0) throw problemError('INVALID_EVENT', problems)
  return { ...membersOf(attributes), event: draft.eventName, occurredAt: toNano(draft.timestamp)!, ...(draft.observedTimestamp === undefined ? {} : { observedAt: toNano(draft.observedTimestamp)! }), payload: draft.body, attributes: { ...own, ...restOf(attributes) } }
}

function problemsOfDraft(draft: DraftRecord, attributes: Readonly<Record<string, unknown>>): Problem[] {
  const { timestamp, observedTimestamp, eventName } = draft
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: value === '' ? 'an empty text' : describe(value), want: wanted }) }
  const time = toNano(timestamp)
  const observed = toNano(observedTimestamp)
  if (Object.keys(draft).some((key) => !known.has(key))) problems.push({ key: '(record)', got: 'a field that it does not have', want: `only ${[...known].join(', ')}` })
  want('timestamp', timestamp, time !== undefined, 'a Date, nanoseconds as a bigint, or [seconds, nanoseconds]')
  want('observedTimestamp', observedTimestamp, observedTimestamp === undefined || (observed !== undefined && (time === undefined || time <= observed)), 'a time, not before timestamp')
  want('eventName', eventName, typeof eventName === 'string' && eventName !== '', 'a name such as payment.refund')
  for (const key of mandatory) want(key, attributes[key], typeof attributes[key] === 'string' && attributes[key] !== '', 'a text')
  for (const key of Object.keys(attributes)) if (key.startsWith('audit.integrity.')) problems.push({ key: 'audit.integrity', got: 'an attribute', want: 'none: redaction would change the record after it was signed' })
  return problems
}

/** Members of an event that hold a text, or a number, under the same name as in the table of fields. */
const texts = ['recordId', 'action', 'outcome', 'decision', 'reason', 'requestId', 'sessionId', 'deliveryId', 'idempotencyKey', 'integration'] as const satisfies readonly (FieldName & keyof AuditEvent)[]
const numbers = ['attempt', 'durationMs'] as const satisfies readonly (FieldName & keyof AuditEvent)[]
const parties = { actor: [fields.actorId, fields.actorType], target: [fields.targetId, fields.targetType], source: [fields.sourceId, fields.sourceType] } as const
const taken: ReadonlySet<string> = new Set([...[...texts, ...numbers].map((name) => fields[name].key), ...Object.values(parties).flat().map(({ key }) => key), fields.errorType.key])

function membersOf(attributes: Readonly<Record<string, unknown>>): AuditEvent {
  const members: Record<string, unknown> = {}
  for (const name of texts) members[name] = attributes[fields[name].key]
  for (const name of numbers) members[name] = plainNumber(attributes[fields[name].key])
  for (const [name, [id, type]] of Object.entries(parties)) if (attributes[id.key] !== undefined || attributes[type.key] !== undefined) members[name] = { id: attributes[id.key], type: attributes[type.key] }
  const errorType = attributes[fields.errorType.key]
  if (errorType !== undefined) members['error'] = errorOf(errorType, attributes[errorMessageKey])
  return members as unknown as AuditEvent
}

/** As an error that says of itself what the attributes say, because an event holds an error and not its description. */
function errorOf(type: unknown, message: unknown): unknown {
  if (typeof type !== 'string' || type === '_OTHER') return typeof message === 'string' ? message : {}
  return Object.assign(new Error(typeof message === 'string' ? message : ''), { name: type })
}

function restOf(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const isRest = (key: string): boolean => !taken.has(key) && !(key === errorMessageKey && attributes[fields.errorType.key] !== undefined)
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => isRest(key)))
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

function toNano(time: unknown): bigint | undefined {
  if (typeof time === 'bigint') return time > 0n ? time : undefined
  if (time instanceof Date) return Number.isNaN(time.getTime()) ? undefined : BigInt(time.getTime()) * 1_000_000n
  if (!Array.isArray(time) || time.length !== 2) return undefined
  const [seconds, nanoseconds] = time as unknown[]
  return isCount(seconds) && isCount(nanoseconds) && nanoseconds < 1e9 ? BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds) : undefined
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

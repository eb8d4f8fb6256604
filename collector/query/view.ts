// How a record looks in JSON answers: the shape that others script against. Times are RFC 3339 with nanoseconds.

import { fields, integer, knownKeys, strings, text, toPlain } from '@blotter/processors'
import type { FieldName } from '@blotter/processors'
import type { TimelineRecord, Via } from './timeline/story.ts'

export interface RecordView {
  readonly id: string
  readonly event: string
  readonly occurredAt: string
  readonly observedAt: string
  readonly storedAt: string
  readonly workspace: string
  readonly environment: string
  readonly integration: string
  readonly actor: { readonly id: string; readonly type: string }
  readonly action: string
  readonly target: { readonly id: string; readonly type: string }
  /** Where it came from. */
  readonly source?: { readonly id: string; readonly type: string }
  readonly outcome: string
  readonly decision?: string
  readonly reason?: string
  readonly errorType?: string
  readonly requestId?: string
  readonly traceId?: string
  readonly spanId?: string
  /** W3C trace flags: 1 when the trace was sampled. */
  readonly traceFlags?: number
  readonly sessionId?: string
  readonly deliveryId?: string
  readonly idempotencyKey?: string
  readonly attempt?: number
  readonly durationMs?: number
  /** Its place in the numbered stream of its sender; `end` on the last record of one that was closed in order. */
  readonly sequence?: { readonly stream: string; readonly number: number; readonly end: boolean }
  readonly fingerprint?: string
  readonly fingerprintForm?: string
  readonly payloadSize?: number
  readonly retentionClass: string
  readonly redaction: { readonly count: number; readonly rules: readonly string[]; readonly policy: string }
  readonly incomplete?: readonly string[]
  readonly leaf: { readonly origin: string; readonly index: number; readonly hash: string }
  /** As the sender's logger had it; the audit draft advises against it. */
  readonly severity?: { readonly number: number; readonly text: string }
  /** The logger that it came from. */
  readonly scope?: { readonly name: string; readonly version: string }
  /** How many attributes the sender's SDK threw away. */
  readonly droppedAttributes?: number
  readonly body?: unknown
  /** What the sender added beyond the names that Blotter knows. */
  readonly attributes: Readonly<Record<string, unknown>>
  readonly resource: Readonly<Record<string, unknown>>
  readonly via: Via
}

export function viewOf({ record, leafIndex, leafHash, origin, storedAtNano, via }: Omit<TimelineRecord, 'depth'>): RecordView {
  const { attributes } = record
  const value = (field: FieldName): string => text(attributes, fields[field].key)
  const number = (field: FieldName): number | undefined => integer(attributes, fields[field].key)
  const incomplete = strings(attributes, fields.incomplete.key)
  return compact({
    id: value('recordId'), event: record.eventName,
    occurredAt: rfc3339(record.timeUnixNano), observedAt: rfc3339(record.observedTimeUnixNano), storedAt: rfc3339(storedAtNano),
    workspace: value('workspace'), environment: value('environment'), integration: value('integration'),
    actor: { id: value('actorId'), type: value('actorType') }, action: value('action'), target: { id: value('targetId'), type: value('targetType') },
    source: value('sourceId') === '' && value('sourceType') === '' ? undefined : { id: value('sourceId'), type: value('sourceType') },
    outcome: value('outcome'), decision: value('decision'), reason: value('reason'), errorType: value('errorType'),
    requestId: value('requestId'), traceId: record.traceId, spanId: record.spanId, traceFlags: record.flags || undefined, sessionId: value('sessionId'),
    deliveryId: value('deliveryId'), idempotencyKey: value('idempotencyKey'), attempt: number('attempt'), durationMs: number('durationMs'),
    sequence: sequenceOf(attributes),
    fingerprint: value('fingerprint'), fingerprintForm: value('fingerprintForm'), payloadSize: number('payloadSize'), retentionClass: value('retentionClass'),
    redaction: { count: number('redactionCount') ?? 0, rules: strings(attributes, fields.redactionRules.key), policy: value('redactionPolicy') },
    incomplete: incomplete.length === 0 ? undefined : incomplete,
    leaf: { origin, index: leafIndex, hash: Buffer.from(leafHash).toString('base64') },
    severity: record.severityNumber === 0 && record.severityText === '' ? undefined : { number: record.severityNumber, text: record.severityText },
    scope: record.scopeName === '' && record.scopeVersion === '' ? undefined : { name: record.scopeName, version: record.scopeVersion },
    droppedAttributes: record.droppedAttributesCount || undefined,
    body: record.body === null ? undefined : toPlain(record.body),
    attributes: own(record.attributes), resource: toPlain(record.resource), via,
  }) as unknown as RecordView
}

function sequenceOf(attributes: TimelineRecord['record']['attributes']): RecordView['sequence'] {
  const number = integer(attributes, fields.sequenceNumber.key)
  return number === undefined ? undefined : { stream: text(attributes, fields.sequenceStream.key), number, end: attributes[fields.sequenceEnd.key] === true }
}

/** What is absent is left out, rather than sent as an empty text. */
function compact(view: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== '' && value !== undefined))
}

function own(attributes: TimelineRecord['record']['attributes']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !knownKeys.has(key)).map(([key, value]) => [key, toPlain(value)]))
}

/** Nanoseconds since 1970 as `2026-11-24T06:10:34.123456789Z`. */
export function rfc3339(nano: bigint): string {
  const milliseconds = nano / 1_000_000n
  return `${new Date(Number(milliseconds)).toISOString().slice(0, 19)}.${String(nano % 1_000_000_000n).padStart(9, '0')}Z`
}

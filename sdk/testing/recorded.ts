// A record as a test wants to read it: the words of the event that was recorded, not the attributes that it travelled as.

import { fields, integer, knownKeys, strings, text, toPlain } from '@blotter/processors'
import type { AuditRecord, FieldName } from '@blotter/processors'

export interface RecordedParty {
  readonly id: string
  readonly type?: string
}

/** Members that the record does not have are absent, so that `toEqual` says what is there. */
export interface RecordedEvent {
  readonly recordId: string
  readonly event: string
  readonly actor: RecordedParty
  readonly action: string
  /** `denied` where the record says failure and the decision is to deny. */
  readonly outcome: string
  readonly target?: RecordedParty
  readonly source?: RecordedParty
  readonly reason?: string
  readonly requestId?: string
  readonly sessionId?: string
  readonly deliveryId?: string
  readonly idempotencyKey?: string
  readonly integration?: string
  readonly decision?: string
  readonly errorType?: string
  readonly attempt?: number
  readonly durationMs?: number
  /** Bytes of the payload before redaction. */
  readonly payloadBytes?: number
  /** `hmac-sha256:<epoch>:<hex>`, of the redacted payload. */
  readonly payloadFingerprint?: string
  /** Which rules redacted how much, as `rule:count`. */
  readonly redacted?: readonly string[]
  readonly sequence?: { readonly stream: string; readonly number: number; readonly end?: true }
  readonly occurredAt: Date
  readonly traceId?: string
  readonly spanId?: string
  /** The redacted payload, with `includePayload`; or a word that says why there is none. */
  readonly body?: unknown
  /** What has no member of its own. */
  readonly attributes: Readonly<Record<string, unknown>>
  /** Of the emitter: `service.name` and the like. */
  readonly resource: Readonly<Record<string, unknown>>
}

const texts = ['reason', 'requestId', 'sessionId', 'deliveryId', 'idempotencyKey', 'integration', 'decision', 'errorType'] as const
const numbers = ['attempt', 'durationMs'] as const

export function toRecorded(record: AuditRecord): RecordedEvent {
  const { attributes } = record
  const get = (name: FieldName): string => text(attributes, fields[name].key)
  const denied = get('outcome') === 'failure' && get('decision') === 'deny'
  const members: Record<string, unknown> = {
    recordId: get('recordId'),
    event: record.eventName,
    actor: party(get('actorId'), get('actorType')),
    action: get('action'),
    outcome: denied ? 'denied' : get('outcome'),
    target: get('targetId') === '' && get('targetType') === '' ? undefined : party(get('targetId'), get('targetType')),
    source: get('sourceId') === '' ? undefined : party(get('sourceId'), get('sourceType')),
    payloadBytes: integer(attributes, fields.payloadSize.key),
    payloadFingerprint: orAbsent(get('fingerprint')),
    redacted: listOrAbsent(strings(attributes, fields.redactionRules.key)),
    sequence: sequenceOf(record),
    occurredAt: new Date(Number(record.timeUnixNano / 1_000_000n)),
    traceId: orAbsent(record.traceId),
    spanId: orAbsent(record.spanId),
    body: record.body === null ? undefined : toPlain(record.body),
    attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => !knownKeys.has(key)).map(([key, value]) => [key, toPlain(value)])),
    resource: toPlain(record.resource),
  }
  for (const name of texts) members[name] = orAbsent(get(name))
  for (const name of numbers) members[name] = integer(attributes, fields[name].key)
  return Object.freeze(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))) as unknown as RecordedEvent
}

function party(id: string, type: string): RecordedParty {
  return type === '' ? { id } : { id, type }
}

function orAbsent(value: string): string | undefined {
  return value === '' ? undefined : value
}

function listOrAbsent(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list
}

function sequenceOf({ attributes }: AuditRecord): RecordedEvent['sequence'] {
  const stream = text(attributes, fields.sequenceStream.key)
  if (stream === '') return undefined
  return { stream, number: integer(attributes, fields.sequenceNumber.key) ?? 0, ...(attributes[fields.sequenceEnd.key] === true ? { end: true as const } : {}) }
}

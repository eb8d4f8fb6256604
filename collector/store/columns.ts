// Which column holds what of a record: one table for writing rows, for reading them back and for comparing them with
// what the sealed text implies. A column that is not here is not written and not verified.

import { fields, integer, text, toPlain } from '@blotter/processors'
import type { AuditRecord, FieldName, Value, ValueMap } from '@blotter/processors'
import type { StoredRecord } from './store.ts'

export type ColumnValue = string | number | { readonly [key: string]: string }

export interface Column {
  readonly name: string
  /** How to read it back in the form that `of` gives. */
  readonly select: string
  readonly of: (record: AuditRecord, stored: StoredRecord) => ColumnValue
}

const plain = (name: string, of: Column['of']): Column => ({ name, select: name, of })
const time = (name: string, of: (record: AuditRecord, stored: StoredRecord) => bigint): Column =>
  ({ name, select: `toString(toUnixTimestamp64Nano(${name}))`, of: (record, stored) => String(of(record, stored)) })
const attribute = (name: string, field: FieldName): Column => plain(name, ({ attributes }) => text(attributes, fields[field].key))

export const columns: readonly Column[] = [
  time('Timestamp', (record) => record.timeUnixNano),
  time('ObservedTimestamp', (record) => record.observedTimeUnixNano),
  plain('TraceId', (record) => record.traceId),
  plain('SpanId', (record) => record.spanId),
  plain('TraceFlags', (record) => record.flags & 0xff),
  plain('SeverityText', (record) => record.severityText),
  plain('SeverityNumber', (record) => Math.min(record.severityNumber, 255)),
  plain('ServiceName', (record) => text(record.resource, 'service.name')),
  plain('Body', (record) => asText(record.body)),
  plain('ResourceAttributes', (record) => asTexts(record.resource)),
  plain('ScopeName', (record) => record.scopeName),
  plain('ScopeVersion', (record) => record.scopeVersion),
  plain('LogAttributes', (record) => asTexts(record.attributes)),
  plain('EventName', (record) => record.eventName),
  attribute('Workspace', 'workspace'),
  attribute('Environment', 'environment'),
  time('StoredAt', (_, stored) => stored.storedAtNano),
  attribute('RecordId', 'recordId'),
  attribute('Integration', 'integration'),
  attribute('ActorId', 'actorId'),
  attribute('ActorType', 'actorType'),
  attribute('Action', 'action'),
  attribute('Outcome', 'outcome'),
  attribute('Decision', 'decision'),
  attribute('TargetId', 'targetId'),
  attribute('TargetType', 'targetType'),
  attribute('Reason', 'reason'),
  attribute('RequestId', 'requestId'),
  attribute('SessionId', 'sessionId'),
  attribute('DeliveryId', 'deliveryId'),
  plain('Attempt', ({ attributes }) => Math.min(Math.max(integer(attributes, fields.attempt.key) ?? 0, 0), 0xffffffff)),
  attribute('IdempotencyKey', 'idempotencyKey'),
  attribute('Fingerprint', 'fingerprint'),
  plain('RetentionClass', (_, stored) => stored.retentionClass),
  plain('Period', (_, stored) => stored.period),
  plain('Origin', (_, stored) => stored.origin),
  plain('LeafIndex', (_, stored) => stored.leafIndex),
  plain('LeafHash', (_, stored) => base64(stored.leafHash)),
  plain('ReceivedDigest', (_, stored) => base64(stored.receivedDigest)),
  plain('Canonical', (_, stored) => stored.canonical),
]

/** ClickHouse takes a DateTime64 as seconds with a fraction; everything else goes in as it is. */
const timeColumns = new Set(['Timestamp', 'ObservedTimestamp', 'StoredAt'])

export function recordRow(record: AuditRecord, stored: StoredRecord): string {
  const row: Record<string, ColumnValue> = {}
  for (const { name, of } of columns) row[name] = timeColumns.has(name) ? seconds(of(record, stored) as string) : of(record, stored)
  return JSON.stringify(row)
}

/** Nanoseconds since 1970 as seconds with nine decimals. Ten digits before them: fewer are not read as seconds, but as a date, or not at all. */
export function seconds(nano: string): string {
  const padded = nano.padStart(19, '0')
  return `${padded.slice(0, -9)}.${padded.slice(-9)}`
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

function asTexts(map: ValueMap): { readonly [key: string]: string } {
  const texts = Object.create(null) as { [key: string]: string }
  for (const key in map) texts[key] = asText(map[key]!)
  return texts
}

/** As the OpenTelemetry exporter has it: strings as they are, everything else as JSON; nothing as nothing. */
function asText(value: Value): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(toPlain(value))
}

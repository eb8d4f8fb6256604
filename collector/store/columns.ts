// Which column holds what of a record: one table for writing rows, for reading them back and for comparing them with
// what the sealed text implies. A column that is not here is not written and not verified.

import { fields, integer, text, toPlain } from '@blotter/processors'
import type { AuditRecord, FieldName, Value, ValueMap } from '@blotter/processors'
import type { ColumnType } from './connect.ts'
import type { RowWriter } from './row-writer.ts'
import type { StoredRecord } from './store.ts'

export type ColumnValue = string | number | { readonly [key: string]: string }

export interface Column extends ColumnType {
  /** How to read it back in the form that `of` gives. */
  readonly select: string
  readonly of: (record: AuditRecord, stored: StoredRecord) => ColumnValue
  /** Writes what `of` gives in the form of the column's type. */
  readonly write: (out: RowWriter, record: AuditRecord, stored: StoredRecord) => void
}

type Of<T> = (record: AuditRecord, stored: StoredRecord) => T

const string = (name: string, of: Of<string>): Column => ({ name, type: 'String', select: name, of, write: (out, record, stored) => { out.text(of(record, stored)) } })
const time = (name: string, of: Of<bigint>): Column =>
  ({ name, type: "DateTime64(9, 'UTC')", select: `toString(toUnixTimestamp64Nano(${name}))`, of: (record, stored) => String(of(record, stored)), write: (out, record, stored) => { out.time(of(record, stored)) } })
const number = (name: string, bits: 8 | 32 | 64, of: Of<number>): Column => ({ name, type: `UInt${bits}`, select: name, of, write: (out, record, stored) => { writeNumber[bits](out, of(record, stored)) } })
const texts = (name: string, of: Of<ValueMap>): Column => ({ name, type: 'Map(String, String)', select: name, of: (record, stored) => asTexts(of(record, stored)), write: (out, record, stored) => { writeTexts(out, of(record, stored)) } })
const attribute = (name: string, field: FieldName): Column => {
  const { key } = fields[field]
  return string(name, ({ attributes }) => text(attributes, key))
}

const writeNumber = {
  8: (out: RowWriter, value: number) => { out.uint8(value) },
  32: (out: RowWriter, value: number) => { out.uint32(value) },
  64: (out: RowWriter, value: number) => { out.uint64(BigInt(value)) },
}

export const columns: readonly Column[] = [
  time('Timestamp', (record) => record.timeUnixNano),
  time('ObservedTimestamp', (record) => record.observedTimeUnixNano),
  string('TraceId', (record) => record.traceId),
  string('SpanId', (record) => record.spanId),
  number('TraceFlags', 8, (record) => record.flags & 0xff),
  string('SeverityText', (record) => record.severityText),
  number('SeverityNumber', 8, (record) => Math.min(record.severityNumber, 255)),
  string('ServiceName', (record) => text(record.resource, 'service.name')),
  string('Body', (record) => asText(record.body)),
  texts('ResourceAttributes', (record) => record.resource),
  string('ScopeName', (record) => record.scopeName),
  string('ScopeVersion', (record) => record.scopeVersion),
  texts('LogAttributes', (record) => record.attributes),
  string('EventName', (record) => record.eventName),
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
  number('Attempt', 32, ({ attributes }) => Math.min(Math.max(integer(attributes, fields.attempt.key) ?? 0, 0), 0xffffffff)),
  attribute('IdempotencyKey', 'idempotencyKey'),
  attribute('Fingerprint', 'fingerprint'),
  string('RetentionClass', (_, stored) => stored.retentionClass),
  string('Period', (_, stored) => stored.period),
  string('Origin', (_, stored) => stored.origin),
  number('LeafIndex', 64, (_, stored) => stored.leafIndex),
  string('LeafHash', (_, stored) => base64(stored.leafHash)),
  string('ReceivedDigest', (_, stored) => base64(stored.receivedDigest)),
  { name: 'Canonical', type: 'String', select: 'Canonical', of: (_, stored) => stored.canonical, write: (out, _, stored) => { if (stored.canonicalBytes === undefined) out.text(stored.canonical); else out.bytes(stored.canonicalBytes) } },
]

export function writeRow(out: RowWriter, record: AuditRecord, stored: StoredRecord): void {
  for (const { write } of columns) write(out, record, stored)
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

function writeTexts(out: RowWriter, map: ValueMap): void {
  out.varint(Object.keys(map).length)
  for (const key in map) {
    out.text(key)
    out.text(asText(map[key]!))
  }
}

/** As the OpenTelemetry exporter has it: strings as they are, everything else as JSON; nothing as nothing. */
function asText(value: Value): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(toPlain(value))
}

// Which column holds what of a record: one table for writing rows, for reading them back and for comparing them with
// what the sealed text implies. A column that is not here is not written and not verified.

import { JsonWriter, fields, insideTag, integer, tagAt, tags, text, writeMembers } from '@blotter/processors'
import { RowWriter } from './row-writer.ts'
import { storedLookOf, storedLookOfView } from './stored-look.ts'
import { slotOf } from './view.ts'
import type { AuditRecord, CanonicalView, FieldName, MapView, MemberName, Value, ValueMap } from '@blotter/processors'
import type { ColumnType } from './connect.ts'
import type { StoredLook } from './stored-look.ts'
import type { StoredRecord } from './store.ts'

export type ColumnValue = string | number | { readonly [key: string]: string }

export interface Column extends ColumnType {
  /** How to read it back in the form that `of` gives. */
  readonly select: string
  readonly of: (record: AuditRecord, stored: StoredRecord) => ColumnValue
  /** Writes what `of` gives in the form of the column's type, from the bytes of the canonical text: no record is made of it. */
  readonly write: (out: RowWriter, view: CanonicalView, stored: StoredRecord) => void
}

type Of<T> = (record: AuditRecord, stored: StoredRecord) => T

const string = (name: string, of: Of<string>, write: Column['write']): Column => ({ name, type: 'String', select: name, of, write })
const time = (name: string, of: Of<bigint>, nanoOf: (view: CanonicalView, stored: StoredRecord) => bigint): Column =>
  ({ name, type: "DateTime64(9, 'UTC')", select: `toString(toUnixTimestamp64Nano(${name}))`, of: (record, stored) => String(of(record, stored)), write: (out, view, stored) => { out.time(nanoOf(view, stored)) } })
const number = (name: string, bits: 8 | 32 | 64, of: Of<number>, numberOf: (view: CanonicalView, stored: StoredRecord) => number): Column =>
  ({ name, type: `UInt${bits}`, select: name, of, write: (out, view, stored) => { writeNumber[bits](out, numberOf(view, stored)) } })
const texts = (name: string, of: Of<ValueMap>, mapOf: (view: CanonicalView) => MapView): Column =>
  ({ name, type: 'Map(String, String)', select: name, of: (record, stored) => asTexts(of(record, stored)), write: (out, view) => { writeTexts(out, mapOf(view)) } })

const member = (name: string, key: 'traceId' | 'spanId' | 'severityText' | 'scopeName' | 'scopeVersion' | 'eventName'): Column => string(name, (record) => record[key], (out, view) => { writeMember(out, view, key) })
const attribute = (name: string, field: FieldName): Column => {
  const { key } = fields[field]
  const slot = slotOf(field)
  return string(name, ({ attributes }) => text(attributes, key), (out, view) => { writeText(out, view.attributes, view.attributes.found[slot]!) })
}
const stored = (name: string, of: (stored: StoredRecord) => string): Column => string(name, (_, record) => of(record), (out, _, record) => { out.text(of(record)) })

const lookText = (name: string, of: (look: StoredLook) => string): Column => string(name, (record) => of(lookAt(record)), (out, view, record) => { out.text(of(lookIn(view, record))) })
const lookNumber = (name: string, bits: 8 | 32, of: (look: StoredLook) => number): Column => number(name, bits, (record) => of(lookAt(record)), (view, record) => of(lookIn(view, record)))

const writeNumber = {
  8: (out: RowWriter, value: number) => { out.uint8(value) },
  32: (out: RowWriter, value: number) => { out.uint32(value) },
  64: (out: RowWriter, value: number) => { out.uint64(BigInt(value)) },
}

const memberNumber = (view: CanonicalView, name: MemberName): number => Number(view.textOf(name))
const memberNano = (view: CanonicalView, name: MemberName): bigint => BigInt(view.textOf(name))
const atMost32 = (value: number): number => Math.min(Math.max(value, 0), 0xffffffff)
const attemptSlot = slotOf('attempt')

export const columns: readonly Column[] = [
  time('Timestamp', (record) => record.timeUnixNano, (view) => memberNano(view, 'timeUnixNano')),
  time('ObservedTimestamp', (record) => record.observedTimeUnixNano, (view) => memberNano(view, 'observedTimeUnixNano')),
  member('TraceId', 'traceId'),
  member('SpanId', 'spanId'),
  number('TraceFlags', 8, (record) => record.flags & 0xff, (view) => memberNumber(view, 'flags') & 0xff),
  member('SeverityText', 'severityText'),
  number('SeverityNumber', 8, (record) => Math.min(record.severityNumber, 255), (view) => Math.min(memberNumber(view, 'severityNumber'), 255)),
  string('ServiceName', (record) => text(record.resource, 'service.name'), (out, view) => { writeText(out, view.resource, view.resource.found[0]!) }),
  string('Body', (record) => asText(record.body), writeBody),
  texts('ResourceAttributes', (record) => record.resource, (view) => view.resource),
  member('ScopeName', 'scopeName'),
  member('ScopeVersion', 'scopeVersion'),
  texts('LogAttributes', (record) => record.attributes, (view) => view.attributes),
  member('EventName', 'eventName'),
  attribute('Workspace', 'workspace'),
  attribute('Environment', 'environment'),
  time('StoredAt', (_, { storedAtNano }) => storedAtNano, (_, { storedAtNano }) => storedAtNano),
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
  number('Attempt', 32, ({ attributes }) => atMost32(integer(attributes, fields.attempt.key) ?? 0), ({ attributes }) => atMost32(integerOf(attributes, attributes.found[attemptSlot]!))),
  attribute('IdempotencyKey', 'idempotencyKey'),
  attribute('Fingerprint', 'fingerprint'),
  stored('RetentionClass', ({ retentionClass }) => retentionClass),
  stored('Period', ({ period }) => period),
  stored('Origin', ({ origin }) => origin),
  number('LeafIndex', 64, (_, { leafIndex }) => leafIndex, (_, { leafIndex }) => leafIndex),
  stored('LeafHash', ({ leafHash }) => base64(leafHash)),
  stored('ReceivedDigest', ({ receivedDigest }) => base64(receivedDigest)),
  lookText('Stream', ({ stream }) => stream),
  lookText('Summary', ({ summary }) => summary),
  lookNumber('LineBytes', 32, ({ lineBytes }) => lineBytes),
  lookText('DetectedLevel', ({ detectedLevel }) => detectedLevel),
  lookText('Level', ({ level }) => level),
  lookNumber('Irregular', 8, ({ irregular }) => irregular),
  string('Canonical', (_, { canonical }) => canonical, (out, { text: bytes }) => { out.bytes(bytes) }),
]

export function writeRow(out: RowWriter, view: CanonicalView, record: StoredRecord): void {
  for (const { write } of columns) write(out, view, record)
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
  if (value === null) return ''
  json.begin()
  json.value(value)
  return json.bytes().toString()
}

const json = new JsonWriter()

function lookAt(record: AuditRecord): StoredLook {
  return ofRecord(record, () => storedLookOf(record, asText(record.body)))
}

function lookIn(view: CanonicalView, stored: StoredRecord): StoredLook {
  return ofStored(stored, () => storedLookOfView(view, () => bodyOf(view)))
}

/** Several columns ask for the look of the same record, one after the other. */
function remembering(): (of: object, make: () => StoredLook) => StoredLook {
  let last: { readonly of: object; readonly look: StoredLook } | undefined
  return (of, make) => {
    if (last?.of !== of) last = { of, look: make() }
    return last.look
  }
}

const ofRecord = remembering()
const ofStored = remembering()

/** Overwritten by the next. */
function bodyOf(view: CanonicalView): Buffer {
  body.restart()
  writeBody(body, view)
  const bytes = body.finish()
  let length = 1
  while (bytes[length - 1]! >= 0x80) length += 1
  return bytes.subarray(length) // what stands before it is its length
}

const body = new RowWriter()

// The same from bytes: pieces of the text are copied, and only what is escaped or nested is made anew.

function writeTexts(out: RowWriter, map: MapView): void {
  out.varint(map.count)
  for (let n = 0; n < map.count; n += 1) {
    if (map.keyEscaped[n]!) out.text(map.key(n))
    else out.slice(map.text, map.keyFrom[n]!, map.keyTo[n]!)
    writeValue(out, map.text, map.tag[n]!, map.from[n]!, map.to[n]!, map.escaped[n]!)
  }
}

function writeBody(out: RowWriter, view: CanonicalView): void {
  const at = view.from('body')
  const tag = at === -1 ? tags.none : tagAt(view.text, at)
  const from = insideTag(at, tag)
  writeValue(out, view.text, tag, from, view.to('body') - 1, tag === tags.string && view.text.subarray(from, view.to('body')).includes(0x5c))
}

const nested = new RowWriter()

function writeValue(out: RowWriter, bytes: Buffer, tag: number, from: number, to: number, escaped: boolean): void {
  switch (tag) {
    case tags.none: out.varint(0); break
    case tags.string: if (escaped) out.text(JSON.parse(bytes.toString('utf8', from, to)) as string); else out.slice(bytes, from + 1, to - 1); break
    case tags.map: case tags.list:
      nested.restart()
      writeMembers(bytes, from, tag === tags.map, nested)
      out.bytes(nested.finish())
      break
    default: out.slice(bytes, from, to)
  }
}

/** As `text()` gives it. */
export function writeText(out: RowWriter, map: MapView, n: number): void {
  if (n === -1) out.varint(0)
  else if (map.tag[n] === tags.string && !map.escaped[n]!) out.slice(map.text, map.from[n]! + 1, map.to[n]! - 1)
  else out.text(map.textOf(n))
}

/** As `integer()` gives it. */
function integerOf(map: MapView, n: number): number {
  const tag = n === -1 ? tags.none : map.tag[n]
  const value = tag === tags.int || tag === tags.double ? Number(map.textOf(n)) : 0
  return Number.isInteger(value) ? value : 0
}

function writeMember(out: RowWriter, view: CanonicalView, name: MemberName): void {
  const from = view.from(name)
  if (from === -1) out.varint(0)
  else if (view.escaped(name)) out.text(view.textOf(name))
  else out.slice(view.text, from + 1, view.to(name) - 1)
}

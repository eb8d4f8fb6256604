// OTLP protobuf in: ExportLogsServiceRequest of opentelemetry-proto 1.11.0, read field by field into records. The wire
// format is the library's business (protobufjs); which field means what, and how deep a value may go, is ours. Unknown
// fields are skipped, as the format demands.

import { Reader } from 'protobufjs/minimal.js'
import { emptyRecord, recordLimits, valueMap } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

/** Records in a request: an empty one takes two bytes on the wire, and a thousand times that to work on. */
export const maxRecords = 10_000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Values = { [key: string]: Value }

/** `strict`: a body that holds something, but no records, is refused instead of storing nothing. */
export function decodeProtobufRequest(body: Buffer, strict = false): AuditRecord[] {
  const records: AuditRecord[] = []
  let unknown = false
  try {
    const reader = Reader.create(body)
    message(reader, reader.len, (tag) => tag === 10 ? nested(reader, (end) => resourceLogs(reader, end, records)) : !(unknown = true))
  } catch (error) {
    if (error instanceof BlotterError) throw error
    throw new BlotterError('MALFORMED_BODY', { violations: [{ field: 'body', description: 'an ExportLogsServiceRequest in protobuf' }] })
  }
  if (strict && records.length === 0 && unknown) throw new BlotterError('NO_RECORDS')
  return records
}

/**
 * Fields are told by their whole tag, `number << 3 | wire type` (0 varint, 1 fixed64, 2 delimited, 5 fixed32): a number
 * that we know with another wire type is a field that we do not know.
 */
function message(reader: Reader, end: number, read: (tag: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag >>> 3 === 0) throw new RangeError('field number 0')
    if (!read(tag)) reader.skipType(tag & 7)
  }
  if (reader.pos !== end) throw new RangeError('a field runs over the end of its message')
}

function nested(reader: Reader, read: (end: number) => void): true {
  const length = reader.uint32()
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('a message runs over the end of the body')
  read(end)
  return true
}

interface Shared { resource: ValueMap; scopeName: string; scopeVersion: string }

/** Fields may come in any order: records share the resource map, which is filled whenever it comes. */
function resourceLogs(reader: Reader, end: number, into: AuditRecord[]): void {
  const resource = valueMap()
  message(reader, end, (tag) => {
    if (tag === 10) return nested(reader, (resourceEnd) => message(reader, resourceEnd, (part) => part === 10 && keyValue(reader, resource, 0)))
    if (tag === 18) return nested(reader, (scopeEnd) => scopeLogs(reader, scopeEnd, resource, into))
    return false
  })
}

function scopeLogs(reader: Reader, end: number, resource: ValueMap, into: AuditRecord[]): void {
  const shared: Shared = { resource, scopeName: '', scopeVersion: '' }
  const records: Mutable<AuditRecord>[] = []
  message(reader, end, (tag) => {
    if (tag === 10) return nested(reader, (scopeEnd) => scope(reader, scopeEnd, shared))
    if (tag === 18) return nested(reader, (recordEnd) => { if (into.length + records.push(logRecord(reader, recordEnd)) > maxRecords) throw new BlotterError('TOO_LARGE') })
    return false
  })
  for (const record of records) into.push(Object.assign(record, shared))
}

function scope(reader: Reader, end: number, shared: Shared): void {
  message(reader, end, (tag) => {
    if (tag === 10) shared.scopeName = string(reader)
    else if (tag === 18) shared.scopeVersion = string(reader)
    else return false
    return true
  })
}

function logRecord(reader: Reader, end: number): Mutable<AuditRecord> {
  const attributes = valueMap()
  const record: Mutable<AuditRecord> = { ...emptyRecord, attributes }
  message(reader, end, (tag) => {
    switch (tag) {
      case 9: record.timeUnixNano = fixed64(reader); return true
      case 16: record.severityNumber = reader.uint32(); return true
      case 26: record.severityText = string(reader); return true
      case 42: record.body = anyValue(reader, 0); return true
      case 50: return keyValue(reader, attributes, 0)
      case 56: record.droppedAttributesCount = reader.uint32(); return true
      case 69: record.flags = reader.fixed32(); return true
      case 74: record.traceId = id(reader, 16); return true
      case 82: record.spanId = id(reader, 8); return true
      case 89: record.observedTimeUnixNano = fixed64(reader); return true
      case 98: record.eventName = string(reader); return true
      default: return false
    }
  })
  return record
}

function keyValue(reader: Reader, into: Values, depth: number): true {
  return nested(reader, (end) => {
    let key = ''
    let value: Value = null
    message(reader, end, (tag) => {
      if (tag === 10) key = string(reader)
      else if (tag === 18) value = anyValue(reader, depth)
      else return false
      return true
    })
    into[key] = value
  })
}

/** One level beyond the limit is kept, so that the check on the record names the limit instead of the decoder. */
const deepest = recordLimits.depth + 2

function anyValue(reader: Reader, depth: number): Value {
  if (depth > deepest) throw new BlotterError('OVER_LIMIT', { violations: [{ field: 'record', description: `at most ${recordLimits.depth} levels of arrays and maps` }] })
  let value: Value = null
  nested(reader, (end) => message(reader, end, (tag) => {
    switch (tag) {
      case 10: value = string(reader); return true
      case 16: value = reader.bool(); return true
      case 24: value = int64(reader); return true
      case 33: value = reader.double(); return true
      case 42: { const list: Value[] = []; value = list; return nested(reader, (listEnd) => message(reader, listEnd, (part) => part === 10 && (list.push(anyValue(reader, depth + 1)), true))) }
      case 50: { const map = valueMap(); value = map; return nested(reader, (mapEnd) => message(reader, mapEnd, (part) => part === 10 && keyValue(reader, map, depth + 1))) }
      case 58: value = new Uint8Array(reader.bytes()); return true
      default: return false
    }
  }))
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** proto3 strings are UTF-8: what is not is refused rather than repaired, since two wrongs could look alike. */
function string(reader: Reader): string {
  return utf8.decode(reader.bytes())
}

function fixed64(reader: Reader): bigint {
  const low = reader.fixed32()
  return (BigInt(reader.fixed32()) << 32n) | BigInt(low)
}

/** Read here: the library's own is exact only when it finds another package to hold it. */
function int64(reader: Reader): bigint {
  let value = 0n
  for (let shift = 0n; shift < 70n; shift += 7n) {
    if (reader.pos >= reader.len) throw new RangeError('a number runs over the end of the body')
    const byte = reader.buf[reader.pos++]!
    value |= BigInt(byte & 0x7f) << shift
    if (byte < 0x80) return BigInt.asIntN(64, value)
  }
  throw new RangeError('a number of more than 64 bits')
}

/** Ids of another length are no ids; all zeros means none. */
function id(reader: Reader, length: number): string {
  const bytes = Buffer.from(reader.bytes())
  if (bytes.length === 0) return ''
  if (bytes.length !== length) throw new RangeError('an id of the wrong length')
  return bytes.every((byte) => byte === 0) ? '' : bytes.toString('hex')
}

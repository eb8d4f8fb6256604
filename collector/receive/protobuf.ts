// OTLP protobuf in: ExportLogsServiceRequest of opentelemetry-proto 1.11.0, read field by field into records. The wire
// format is the library's business (protobufjs); which field means what, and how deep a value may go, is ours. Unknown
// fields are skipped, as the format demands.

import { Reader } from 'protobufjs/minimal.js'
import { emptyRecord, recordLimits, valueMap } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Values = { [key: string]: Value }

export function decodeProtobufRequest(body: Buffer): AuditRecord[] {
  const records: AuditRecord[] = []
  try {
    const reader = Reader.create(body)
    message(reader, reader.len, (field) => field === 1 && nested(reader, (end) => resourceLogs(reader, end, records)))
  } catch (error) {
    if (error instanceof BlotterError) throw error
    throw new BlotterError('MALFORMED_BODY', { violations: [{ field: 'body', description: 'an ExportLogsServiceRequest in protobuf' }] })
  }
  return records
}

/** Reads fields up to `end`; `read` answers whether it took the field, else it is skipped. */
function message(reader: Reader, end: number, read: (field: number, wireType: number) => boolean): void {
  while (reader.pos < end) {
    const tag = reader.uint32()
    const field = tag >>> 3
    if (field === 0) throw new RangeError('field number 0')
    if (!read(field, tag & 7)) reader.skipType(tag & 7)
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
  message(reader, end, (field) => {
    if (field === 1) return nested(reader, (resourceEnd) => message(reader, resourceEnd, (part) => part === 1 && keyValue(reader, resource, 0)))
    if (field === 2) return nested(reader, (scopeEnd) => scopeLogs(reader, scopeEnd, resource, into))
    return false
  })
}

function scopeLogs(reader: Reader, end: number, resource: ValueMap, into: AuditRecord[]): void {
  const shared: Shared = { resource, scopeName: '', scopeVersion: '' }
  const records: Mutable<AuditRecord>[] = []
  message(reader, end, (field) => {
    if (field === 1) return nested(reader, (scopeEnd) => scope(reader, scopeEnd, shared))
    if (field === 2) return nested(reader, (recordEnd) => records.push(logRecord(reader, recordEnd)))
    return false
  })
  for (const record of records) into.push(Object.assign(record, shared))
}

function scope(reader: Reader, end: number, shared: Shared): void {
  message(reader, end, (field) => {
    if (field === 1) shared.scopeName = string(reader)
    else if (field === 2) shared.scopeVersion = string(reader)
    else return false
    return true
  })
}

function logRecord(reader: Reader, end: number): Mutable<AuditRecord> {
  const attributes = valueMap()
  const record: Mutable<AuditRecord> = { ...emptyRecord, attributes }
  message(reader, end, (field) => {
    switch (field) {
      case 1: record.timeUnixNano = fixed64(reader); return true
      case 2: record.severityNumber = reader.uint32(); return true
      case 3: record.severityText = string(reader); return true
      case 5: record.body = anyValue(reader, 0); return true
      case 6: return keyValue(reader, attributes, 0)
      case 7: record.droppedAttributesCount = reader.uint32(); return true
      case 8: record.flags = reader.fixed32(); return true
      case 9: record.traceId = id(reader, 16); return true
      case 10: record.spanId = id(reader, 8); return true
      case 11: record.observedTimeUnixNano = fixed64(reader); return true
      case 12: record.eventName = string(reader); return true
      default: return false
    }
  })
  return record
}

function keyValue(reader: Reader, into: Values, depth: number): true {
  return nested(reader, (end) => {
    let key = ''
    let value: Value = null
    message(reader, end, (field) => {
      if (field === 1) key = string(reader)
      else if (field === 2) value = anyValue(reader, depth)
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
  nested(reader, (end) => message(reader, end, (field) => {
    switch (field) {
      case 1: value = string(reader); return true
      case 2: value = reader.bool(); return true
      case 3: value = int64(reader); return true
      case 4: value = reader.double(); return true
      case 5: { const list: Value[] = []; value = list; return nested(reader, (listEnd) => message(reader, listEnd, (part) => part === 1 && (list.push(anyValue(reader, depth + 1)), true))) }
      case 6: { const map = valueMap(); value = map; return nested(reader, (mapEnd) => message(reader, mapEnd, (part) => part === 1 && keyValue(reader, map, depth + 1))) }
      case 7: value = new Uint8Array(reader.bytes()); return true
      default: return false
    }
  }))
  return value
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** proto3 strings are UTF-8: what is not is refused rather than repaired, since two wrongs could look alike. */
function string(reader: Reader): string {
  return utf8.decode(reader.bytes())
}

function fixed64(reader: Reader): bigint {
  const low = reader.fixed32()
  return (BigInt(reader.fixed32()) << 32n) | BigInt(low)
}

function int64(reader: Reader): bigint {
  const value = reader.int64() as unknown as { low: number; high: number } | number | string
  if (typeof value === 'object') return (BigInt(value.high | 0) << 32n) | BigInt(value.low >>> 0)
  return BigInt(value)
}

/** Ids of another length are no ids; all zeros means none. */
function id(reader: Reader, length: number): string {
  const bytes = Buffer.from(reader.bytes())
  if (bytes.length === 0) return ''
  if (bytes.length !== length) throw new RangeError('an id of the wrong length')
  return bytes.every((byte) => byte === 0) ? '' : bytes.toString('hex')
}

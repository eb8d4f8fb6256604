// OTLP protobuf in: ExportLogsServiceRequest of opentelemetry-proto 1.11.0, read field by field into records. Which field
// means what, and how deep a value may go, is here; the wire format is next door. Unknown fields are skipped, as the
// format demands.
//
// Fields are told by their whole tag, `number << 3 | wire type` (0 varint, 1 fixed64, 2 delimited, 5 fixed32): a number
// that we know with another wire type is a field that we do not know. Fields may come in any order.

import { emptyRecord, recordLimits, valueMap } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import { WireReader, readMessage } from './wire.ts'
import type { AuditRecord, Value } from '@blotter/processors'

/** Records in a request: an empty one takes two bytes on the wire, and a thousand times that to work on. */
export const maxRecords = 10_000

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
type Values = { [key: string]: Value }

/** `strict`: a body that holds something, but no records, is refused instead of storing nothing, and so is a key that is there twice. */
export function decodeProtobufRequest(body: Buffer, strict = false): AuditRecord[] {
  const request: Request = { records: [], strict, unknown: false }
  try {
    readMessage(new WireReader(body), body.length, request, readRequest)
  } catch (error) {
    if (error instanceof BlotterError) throw error
    throw new BlotterError('MALFORMED_BODY', { violations: [{ field: 'body', description: 'an ExportLogsServiceRequest in protobuf' }] })
  }
  if (strict && request.records.length === 0 && request.unknown) throw new BlotterError('NO_RECORDS')
  return request.records
}

interface Request { readonly records: AuditRecord[]; readonly strict: boolean; unknown: boolean }

function readRequest(tag: number, reader: WireReader, request: Request): boolean {
  if (tag !== 10) { request.unknown = true; return false }
  readMessage(reader, reader.end(), { request, resource: attributeMap(request) }, readResourceLogs)
  return true
}

/** A map that is being filled. `repeated`: members whose key was there before. */
interface Attributes { readonly map: Values; readonly strict: boolean; repeated: number; depth: number }

function attributeMap({ strict }: { readonly strict: boolean }, depth = 0): Attributes {
  return { map: valueMap(), strict, repeated: 0, depth }
}

/** Records share the resource's map, which is filled whenever it comes. */
interface ResourceLogs { readonly request: Request; readonly resource: Attributes }

function readResourceLogs(tag: number, reader: WireReader, into: ResourceLogs): boolean {
  if (tag === 10) { readMessage(reader, reader.end(), into.resource, readAttributes1); return true }
  if (tag !== 18) return false
  const scopeLogs: ScopeLogs = { ...into, name: '', version: '', logs: [] }
  readMessage(reader, reader.end(), scopeLogs, readScopeLogs)
  for (const log of scopeLogs.logs) {
    log.resource = into.resource.map
    log.scopeName = scopeLogs.name
    log.scopeVersion = scopeLogs.version
    into.request.records.push(log)
  }
  return true
}

interface ScopeLogs extends ResourceLogs { name: string; version: string; readonly logs: Mutable<AuditRecord>[] }

function readScopeLogs(tag: number, reader: WireReader, into: ScopeLogs): boolean {
  if (tag === 10) { readMessage(reader, reader.end(), into, readScope); return true }
  if (tag !== 18) return false
  if (into.request.records.length + into.logs.length >= maxRecords) throw new BlotterError('TOO_LARGE')
  into.logs.push(readRecord(reader, into.request))
  return true
}

function readScope(tag: number, reader: WireReader, into: ScopeLogs): boolean {
  if (tag === 10) into.name = reader.key()
  else if (tag === 18) into.version = reader.key()
  else return false
  return true
}

interface Log { readonly record: Mutable<AuditRecord>; readonly attributes: Attributes }

function readRecord(reader: WireReader, request: Request): Mutable<AuditRecord> {
  const attributes = attributeMap(request)
  const { record } = readMessage(reader, reader.end(), { record: { ...emptyRecord, attributes: attributes.map }, attributes }, readLogRecord)
  record.droppedAttributesCount = Math.min(record.droppedAttributesCount + attributes.repeated, 0xffffffff)
  return record
}

function readLogRecord(tag: number, reader: WireReader, { record, attributes }: Log): boolean {
  switch (tag) {
    case 9: record.timeUnixNano = reader.fixed64(); return true
    case 16: record.severityNumber = reader.uint32(); return true
    case 26: record.severityText = reader.key(); return true
    case 42: record.body = readValue(reader, attributes.strict, 0); return true
    case 50: readKeyValue(reader, attributes); return true
    case 56: record.droppedAttributesCount = reader.uint32(); return true
    case 69: record.flags = reader.fixed32(); return true
    case 74: record.traceId = id(reader, 16); return true
    case 82: record.spanId = id(reader, 8); return true
    case 89: record.observedTimeUnixNano = reader.fixed64(); return true
    case 98: record.eventName = reader.key(); return true
    default: return false
  }
}

/** Of a message whose field 1 is `repeated KeyValue`: Resource and KeyValueList. */
function readAttributes1(tag: number, reader: WireReader, into: Attributes): boolean {
  if (tag !== 10) return false
  readKeyValue(reader, into)
  return true
}

/** By hand instead of by `readMessage`: it runs for every attribute. */
function readKeyValue(reader: WireReader, into: Attributes): void {
  const end = reader.end()
  let key = ''
  let value: Value = null
  while (reader.at < end) {
    const tag = reader.tag()
    if (tag === 10) key = reader.key()
    else if (tag === 18) value = readValue(reader, into.strict, into.depth)
    else reader.skip(tag)
  }
  if (reader.at !== end) throw new RangeError('a field runs over the end of its message')
  if (key in into.map) repeat(into)
  into.map[key] = value
}

/** Of two values under one key, which one a reader sees is up to the reader: not on a record that proves something. */
function repeat(attributes: Attributes): void {
  if (attributes.strict) throw new BlotterError('MALFORMED_BODY', { violations: [{ field: 'attributes', description: 'each key once' }] })
  attributes.repeated += 1
}

/** One level beyond the limit is kept, so that the check on the record names the limit instead of the decoder. */
const deepest = recordLimits.depth + 2

function readValue(reader: WireReader, strict: boolean, depth: number): Value {
  if (depth > deepest) throw new BlotterError('OVER_LIMIT', { violations: [{ field: 'record', description: `at most ${recordLimits.depth} levels of arrays and maps` }] })
  const end = reader.end()
  let value: Value = null
  while (reader.at < end) {
    const tag = reader.tag()
    switch (tag) {
      case 10: value = reader.string(); break
      case 16: value = reader.bool(); break
      case 24: value = reader.int64(); break
      case 33: value = reader.double(); break
      case 42: value = readList(reader, strict, depth); break
      case 50: value = readMessage(reader, reader.end(), attributeMap({ strict }, depth + 1), readAttributes1).map; break
      case 58: value = new Uint8Array(reader.bytes()); break
      default: reader.skip(tag)
    }
  }
  if (reader.at !== end) throw new RangeError('a field runs over the end of its message')
  return value
}

function readList(reader: WireReader, strict: boolean, depth: number): Value[] {
  const list: Value[] = []
  readMessage(reader, reader.end(), list, (tag) => tag === 10 && list.push(readValue(reader, strict, depth + 1)) > 0)
  return list
}

/** Ids of another length are no ids; all zeros means none. */
function id(reader: WireReader, length: number): string {
  const bytes = reader.bytes()
  if (bytes.length === 0) return ''
  if (bytes.length !== length) throw new RangeError('an id of the wrong length')
  const text = bytes.toString('hex')
  return /^0+$/.test(text) ? '' : text
}

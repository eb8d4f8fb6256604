// Events as they travel: records for the code that takes records, OTLP bodies for the code that takes bytes.

import { Writer } from 'protobufjs/minimal.js'
import { emptyRecord, encodeRequest, toValue, valueMap } from '@blotter/processors'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'
import type { Event } from './events.ts'

/** The record as the collector has it after decoding. */
export function recordOf(event: Event): AuditRecord {
  return {
    ...emptyRecord, eventName: event.name, timeUnixNano: event.timeUnixNano, observedTimeUnixNano: event.timeUnixNano + 40_000n, traceId: event.traceId, spanId: event.spanId, flags: 1,
    body: toValue(event.body), attributes: mapOf(event.attributes), resource: mapOf(event.resource), scopeName: 'integration', scopeVersion: '1.4.0',
  }
}

function mapOf(members: Readonly<Record<string, unknown>>): ValueMap {
  return valueMap(Object.entries(members).map(([key, value]) => [key, toValue(value)] as const))
}

export type BodyEncoding = 'json' | 'protobuf'

export const contentTypeOf: Record<BodyEncoding, string> = { json: 'application/json', protobuf: 'application/x-protobuf' }

/** An ExportLogsServiceRequest. Records of one resource should share its object, as those of one sender do. */
export function bodyOf(records: readonly AuditRecord[], encoding: BodyEncoding): Buffer {
  return encoding === 'json' ? Buffer.from(encodeRequest(records)) : Buffer.from(protobufRequest(records))
}

/** Field numbers of opentelemetry-proto 1.11.0, written in ascending order as stock exporters do. */
function protobufRequest(records: readonly AuditRecord[]): Uint8Array {
  const writer = Writer.create()
  for (let start = 0, end; start < records.length; start = end) {
    const first = records[start]!
    for (end = start; end < records.length && records[end]!.resource === first.resource;) end += 1
    writer.uint32(10).fork() // resource_logs
    writer.uint32(10).fork()
    writeMembers(writer, 10, first.resource)
    writer.ldelim()
    writer.uint32(18).fork() // scope_logs
    writer.uint32(10).fork().uint32(10).string(first.scopeName).uint32(18).string(first.scopeVersion).ldelim()
    for (const record of records.slice(start, end)) writeRecord(writer, record)
    writer.ldelim().ldelim()
  }
  return writer.finish()
}

function writeRecord(writer: Writer, record: AuditRecord): void {
  writer.uint32(18).fork()
  writer.uint32(9).fixed64(String(record.timeUnixNano))
  if (record.body !== null) writeValue(writer.uint32(42).fork(), record.body).ldelim()
  writeMembers(writer, 50, record.attributes)
  writer.uint32(69).fixed32(record.flags)
  writer.uint32(74).bytes(Buffer.from(record.traceId, 'hex')).uint32(82).bytes(Buffer.from(record.spanId, 'hex'))
  writer.uint32(89).fixed64(String(record.observedTimeUnixNano))
  writer.uint32(98).string(record.eventName)
  writer.ldelim()
}

function writeMembers(writer: Writer, tag: number, map: ValueMap): void {
  for (const key of Object.keys(map)) {
    writer.uint32(tag).fork().uint32(10).string(key).uint32(18).fork()
    writeValue(writer, map[key]!).ldelim().ldelim()
  }
}

/** The members of an AnyValue. */
function writeValue(writer: Writer, value: Value): Writer {
  switch (typeof value) {
    case 'string': return writer.uint32(10).string(value)
    case 'boolean': return writer.uint32(16).bool(value)
    case 'bigint': return writer.uint32(24).int64(String(value))
    case 'number': return writer.uint32(33).double(value)
  }
  if (value === null) return writer
  if (value instanceof Uint8Array) return writer.uint32(58).bytes(value)
  writer.uint32(Array.isArray(value) ? 42 : 50).fork()
  if (Array.isArray(value)) for (const member of value as readonly Value[]) writeValue(writer.uint32(10).fork(), member).ldelim()
  else writeMembers(writer, 10, value as ValueMap)
  return writer.ldelim()
}

// Records as an ExportLogsServiceRequest in protobuf (opentelemetry-proto 1.11.0), as stock exporters send them: field
// by field and by number, so that what the collector reads is checked against something that shares no code with it.

import { Writer } from 'protobufjs/minimal.js'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

/** Tags of the wire format: field number and wire type. */
const varint = (field: number): number => field << 3
const fixed64 = (field: number): number => (field << 3) | 1
const bytes = (field: number): number => (field << 3) | 2
const fixed32 = (field: number): number => (field << 3) | 5

/** Each record in a ResourceLogs of its own. */
export function encodeProtobuf(records: readonly AuditRecord[]): Buffer {
  const writer = Writer.create()
  for (const record of records) nest(writer, 1, () => resourceLogs(writer, record))
  return Buffer.from(writer.finish())
}

function resourceLogs(writer: Writer, record: AuditRecord): void {
  nest(writer, 1, () => keyValues(writer, 1, record.resource))
  nest(writer, 2, () => {
    nest(writer, 1, () => {
      if (record.scopeName !== '') writer.uint32(bytes(1)).string(record.scopeName)
      if (record.scopeVersion !== '') writer.uint32(bytes(2)).string(record.scopeVersion)
    })
    nest(writer, 2, () => logRecord(writer, record))
  })
}

function logRecord(writer: Writer, record: AuditRecord): void {
  if (record.timeUnixNano !== 0n) writer.uint32(fixed64(1)).fixed64(long(record.timeUnixNano))
  if (record.severityNumber !== 0) writer.uint32(varint(2)).int32(record.severityNumber)
  if (record.severityText !== '') writer.uint32(bytes(3)).string(record.severityText)
  if (record.body !== null) nest(writer, 5, () => anyValue(writer, record.body))
  keyValues(writer, 6, record.attributes)
  if (record.droppedAttributesCount !== 0) writer.uint32(varint(7)).uint32(record.droppedAttributesCount)
  if (record.flags !== 0) writer.uint32(fixed32(8)).fixed32(record.flags)
  if (record.traceId !== '') writer.uint32(bytes(9)).bytes(Buffer.from(record.traceId, 'hex'))
  if (record.spanId !== '') writer.uint32(bytes(10)).bytes(Buffer.from(record.spanId, 'hex'))
  if (record.observedTimeUnixNano !== 0n) writer.uint32(fixed64(11)).fixed64(long(record.observedTimeUnixNano))
  if (record.eventName !== '') writer.uint32(bytes(12)).string(record.eventName)
}

function keyValues(writer: Writer, field: number, map: ValueMap): void {
  for (const [key, value] of Object.entries(map)) {
    nest(writer, field, () => {
      writer.uint32(bytes(1)).string(key)
      nest(writer, 2, () => anyValue(writer, value))
    })
  }
}

function anyValue(writer: Writer, value: Value): void {
  switch (typeof value) {
    case 'string': writer.uint32(bytes(1)).string(value); return
    case 'boolean': writer.uint32(varint(2)).bool(value); return
    case 'bigint': writer.uint32(varint(3)).int64(long(value)); return
    case 'number': writer.uint32(fixed64(4)).double(value); return
  }
  if (value === null) return
  if (value instanceof Uint8Array) writer.uint32(bytes(7)).bytes(value)
  else if (Array.isArray(value)) nest(writer, 5, () => { for (const member of value as readonly Value[]) nest(writer, 1, () => anyValue(writer, member)) })
  else nest(writer, 6, () => keyValues(writer, 1, value as ValueMap))
}

function nest(writer: Writer, field: number, write: () => void): void {
  writer.uint32(bytes(field)).fork()
  write()
  writer.ldelim()
}

/** A 64-bit integer as the library takes it. */
function long(value: bigint): Parameters<Writer['int64']>[0] {
  const unsigned = BigInt.asUintN(64, value)
  return { low: Number(unsigned & 0xffffffffn) | 0, high: Number(unsigned >> 32n) | 0, unsigned: false } as unknown as Parameters<Writer['int64']>[0]
}

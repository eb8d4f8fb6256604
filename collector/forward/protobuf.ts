// Records as an ExportLogsServiceRequest in protobuf (opentelemetry-proto 1.11.0), and what the answer to it says.
// Protobuf is what every OTLP receiver takes; JSON is not (VictoriaLogs).

import { Reader, Writer } from 'protobufjs/minimal.js'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

type Long = Parameters<Writer['int64']>[0]

/** Tags of the wire format: field number and wire type. */
const varint = (field: number): number => field << 3
const fixed64 = (field: number): number => (field << 3) | 1
const delimited = (field: number): number => (field << 3) | 2
const fixed32 = (field: number): number => (field << 3) | 5

/** Neighbours with the same resource object share one ResourceLogs. */
export function encodeProtobuf(records: readonly AuditRecord[]): Buffer {
  const writer = Writer.create()
  for (let from = 0; from < records.length;) {
    let to = from + 1
    while (to < records.length && sameOrigin(records[from]!, records[to]!)) to += 1
    const group = records.slice(from, to)
    nest(writer, 1, () => { resourceLogs(writer, group) })
    from = to
  }
  return Buffer.from(writer.finish())
}

function sameOrigin(a: AuditRecord, b: AuditRecord): boolean {
  return a.resource === b.resource && a.scopeName === b.scopeName && a.scopeVersion === b.scopeVersion
}

function resourceLogs(writer: Writer, group: readonly AuditRecord[]): void {
  const { resource, scopeName, scopeVersion } = group[0]!
  nest(writer, 1, () => { keyValues(writer, 1, resource) })
  nest(writer, 2, () => {
    if (scopeName !== '' || scopeVersion !== '') nest(writer, 1, () => { writer.uint32(delimited(1)).string(scopeName).uint32(delimited(2)).string(scopeVersion) })
    for (const record of group) nest(writer, 2, () => { logRecord(writer, record) })
  })
}

function logRecord(writer: Writer, record: AuditRecord): void {
  writer.uint32(fixed64(1)).fixed64(long(record.timeUnixNano))
  if (record.severityNumber !== 0) writer.uint32(varint(2)).int32(record.severityNumber)
  if (record.severityText !== '') writer.uint32(delimited(3)).string(record.severityText)
  if (record.body !== null) nest(writer, 5, () => { anyValue(writer, record.body) })
  keyValues(writer, 6, record.attributes)
  if (record.droppedAttributesCount !== 0) writer.uint32(varint(7)).uint32(record.droppedAttributesCount)
  if (record.flags !== 0) writer.uint32(fixed32(8)).fixed32(record.flags)
  if (record.traceId !== '') writer.uint32(delimited(9)).bytes(Buffer.from(record.traceId, 'hex'))
  if (record.spanId !== '') writer.uint32(delimited(10)).bytes(Buffer.from(record.spanId, 'hex'))
  writer.uint32(fixed64(11)).fixed64(long(record.observedTimeUnixNano))
  if (record.eventName !== '') writer.uint32(delimited(12)).string(record.eventName)
}

function keyValues(writer: Writer, field: number, map: ValueMap): void {
  for (const key of Object.keys(map)) {
    nest(writer, field, () => {
      writer.uint32(delimited(1)).string(key)
      nest(writer, 2, () => { anyValue(writer, map[key]!) })
    })
  }
}

function anyValue(writer: Writer, value: Value): void {
  switch (typeof value) {
    case 'string': writer.uint32(delimited(1)).string(value); return
    case 'boolean': writer.uint32(varint(2)).bool(value); return
    case 'bigint': writer.uint32(varint(3)).int64(long(value)); return
    case 'number': writer.uint32(fixed64(4)).double(value); return
  }
  if (value === null) return
  if (value instanceof Uint8Array) writer.uint32(delimited(7)).bytes(value)
  else if (Array.isArray(value)) nest(writer, 5, () => { for (const member of value as readonly Value[]) nest(writer, 1, () => { anyValue(writer, member) }) })
  else nest(writer, 6, () => { keyValues(writer, 1, value as ValueMap) })
}

function nest(writer: Writer, field: number, write: () => void): void {
  writer.uint32(delimited(field)).fork()
  write()
  writer.ldelim()
}

/** A 64-bit integer as the library takes it. */
function long(value: bigint): Long {
  const unsigned = BigInt.asUintN(64, value)
  return { low: Number(unsigned & 0xffffffffn) | 0, high: Number(unsigned >> 32n) | 0, unsigned: false } as unknown as Long
}

/** `partial_success.rejected_log_records` of an ExportLogsServiceResponse; throws when it is none. */
export function rejectedInProtobuf(body: Buffer): number {
  const reader = Reader.create(body)
  let rejected = 0
  while (reader.pos < reader.len) {
    const tag = reader.uint32()
    if (tag !== delimited(1)) { reader.skipType(tag & 7); continue }
    const end = reader.uint32() + reader.pos
    while (reader.pos < end) {
      const part = reader.uint32()
      if (part === varint(1)) rejected = Number(reader.int64())
      else reader.skipType(part & 7)
    }
  }
  return rejected
}

// One text per record: what is committed to, journaled, stored and proven. JSON in RFC 8785 form with the type tags of
// the audit draft ({"stringValue": …}), so that equal records have equal bytes and no type is lost on the way back.
// Severity is part of it (the draft leaves it out): what is stored must be what was committed to.

import { JsonWriter } from './json-writer.ts'
import { emptyRecord, isMap, valueMap } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** What stands before a value and says its type. */
const openings = ['{"stringValue":', '{"boolValue":', '{"intValue":', '{"doubleValue":', '{"bytesValue":', '{"kvlistValue":', '{"arrayValue":'] as const
const writer = new JsonWriter(openings)

/** The canonical record as bytes: a view that the next call overwrites. Tested against `canonicalize`. */
export function canonicalBytes(record: AuditRecord): Buffer {
  writer.begin()
  writer.raw('{"attributes":')
  writer.members(record.attributes, taggedMember)
  if (record.body !== null) { writer.raw(',"body":'); tagged(record.body) }
  if (record.droppedAttributesCount !== 0) writer.raw(`,"droppedAttributesCount":${record.droppedAttributesCount}`)
  member(',"eventName":', record.eventName)
  if (record.flags !== 0) writer.raw(`,"flags":${record.flags}`)
  writer.raw(`,"observedTimeUnixNano":"${record.observedTimeUnixNano}","resource":`)
  writer.members(record.resource, taggedMember)
  if (record.scopeName !== '') member(',"scopeName":', record.scopeName)
  if (record.scopeVersion !== '') member(',"scopeVersion":', record.scopeVersion)
  if (record.severityNumber !== 0) writer.raw(`,"severityNumber":${record.severityNumber}`)
  if (record.severityText !== '') member(',"severityText":', record.severityText)
  if (record.spanId !== '') member(',"spanId":', record.spanId)
  writer.raw(`,"timeUnixNano":"${record.timeUnixNano}"`)
  if (record.traceId !== '') member(',"traceId":', record.traceId)
  writer.raw('}')
  return writer.bytes()
}

export function canonicalRecord(record: AuditRecord): string {
  return canonicalBytes(record).toString()
}

function member(name: string, text: string): void {
  writer.raw(name)
  writer.string(text)
}

/** Place of the value's opening in the list above, from 1; 0 for the empty value, which has none. */
function tagOf(value: Value): number {
  switch (typeof value) {
    case 'string': return 1
    case 'boolean': return 2
    case 'bigint': return 3
    case 'number': return 4
  }
  if (value === null) return 0
  return value instanceof Uint8Array ? 5 : isMap(value) ? 6 : 7
}

function taggedMember(key: string, value: Value): void {
  const tag = tagOf(value)
  writer.key(key, tag)
  inner(tag, value)
}

function tagged(value: Value): void {
  const tag = tagOf(value)
  if (tag > 0) writer.raw(openings[tag - 1]!)
  inner(tag, value)
}

function inner(tag: number, value: Value): void {
  switch (tag) {
    case 0: writer.raw('{}'); return
    case 6: writer.members(value as ValueMap, taggedMember); break
    case 7: writer.list(value as readonly Value[], tagged); break
    default: writer.value(value)
  }
  writer.raw('}')
}

type Tagged = { readonly [tag: string]: unknown }
type Parsed = { readonly [name: string]: unknown } & { readonly attributes: Record<string, Tagged>; readonly resource: Record<string, Tagged> }

/** The record behind a canonical text. Only for text that {@link canonicalRecord} wrote: it checks nothing. */
export function parseRecord(canonical: string): AuditRecord {
  const parsed = JSON.parse(canonical) as Parsed
  const { attributes, resource, body, timeUnixNano, observedTimeUnixNano, ...rest } = parsed
  return {
    ...emptyRecord,
    ...rest,
    timeUnixNano: BigInt(timeUnixNano as string),
    observedTimeUnixNano: BigInt(observedTimeUnixNano as string),
    body: body === undefined ? null : untagged(body as Tagged),
    attributes: untaggedMembers(attributes),
    resource: untaggedMembers(resource),
  }
}

function untagged(value: Tagged): Value {
  for (const tag in value) {
    const inner = value[tag]
    switch (tag) {
      case 'stringValue': case 'boolValue': return inner as string | boolean
      case 'intValue': return BigInt(inner as string | number)
      case 'doubleValue': return Number(inner)
      case 'bytesValue': return new Uint8Array(Buffer.from(inner as string, 'base64'))
      case 'arrayValue': return (inner as Tagged[]).map(untagged)
      case 'kvlistValue': return untaggedMembers(inner as Record<string, Tagged>)
    }
  }
  return null
}

function untaggedMembers(map: Record<string, Tagged>): ValueMap {
  const out = valueMap()
  for (const key of Object.keys(map)) out[key] = untagged(map[key]!)
  return out
}

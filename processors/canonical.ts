// One text per record: what is committed to, journaled, stored and proven. JSON in RFC 8785 form with the type tags of
// the audit draft ({"stringValue": …}), so that equal records have equal bytes and no type is lost on the way back.
// Severity is part of it (the draft leaves it out): what is stored must be what was committed to.

import { emptyRecord, valueMap } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** Written by hand, in key order, because it runs once per record on the request path; tested against `canonicalize`. */
export function canonicalRecord(record: AuditRecord): string {
  let out = `{"attributes":${taggedMembers(record.attributes)}`
  if (record.body !== null) out += `,"body":${tagged(record.body)}`
  if (record.droppedAttributesCount !== 0) out += `,"droppedAttributesCount":${record.droppedAttributesCount}`
  out += `,"eventName":${JSON.stringify(record.eventName)}`
  if (record.flags !== 0) out += `,"flags":${record.flags}`
  out += `,"observedTimeUnixNano":"${record.observedTimeUnixNano}","resource":${taggedMembers(record.resource)}`
  if (record.scopeName !== '') out += `,"scopeName":${JSON.stringify(record.scopeName)}`
  if (record.scopeVersion !== '') out += `,"scopeVersion":${JSON.stringify(record.scopeVersion)}`
  if (record.severityNumber !== 0) out += `,"severityNumber":${record.severityNumber}`
  if (record.severityText !== '') out += `,"severityText":${JSON.stringify(record.severityText)}`
  if (record.spanId !== '') out += `,"spanId":"${record.spanId}"`
  out += `,"timeUnixNano":"${record.timeUnixNano}"`
  if (record.traceId !== '') out += `,"traceId":"${record.traceId}"`
  return out + '}'
}

function tagged(value: Value): string {
  switch (typeof value) {
    case 'string': return `{"stringValue":${JSON.stringify(value)}}`
    case 'boolean': return `{"boolValue":${value}}`
    case 'bigint': return `{"intValue":${isSafe(value) ? value : `"${value}"`}}`
    case 'number': return `{"doubleValue":${Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`}}`
  }
  if (value === null) return '{}'
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`
  if (Array.isArray(value)) return `{"arrayValue":[${(value as readonly Value[]).map(tagged).join(',')}]}`
  return `{"kvlistValue":${taggedMembers(value as ValueMap)}}`
}

function taggedMembers(map: ValueMap): string {
  const keys = Object.keys(map).sort() // UTF-16 code units, which is RFC 8785's order
  let out = '{'
  for (let i = 0; i < keys.length; i += 1) out += `${i === 0 ? '' : ','}${JSON.stringify(keys[i])}:${tagged(map[keys[i]!]!)}`
  return out + '}'
}

function isSafe(value: bigint): boolean {
  return value >= -9007199254740991n && value <= 9007199254740991n
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

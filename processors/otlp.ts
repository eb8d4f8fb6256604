// OTLP/JSON in both directions (opentelemetry-proto 1.11.0: lowerCamelCase keys, 64-bit ints as strings, hex ids).
// The SDK and the forwarders write with it, the collector reads with it.

import { emptyRecord, valueMap } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** The request is not OTLP. Carries the place, never the content. */
export class DecodeError extends Error {
  readonly place: string
  constructor(place: string, expected: string) {
    super(`${place}: expected ${expected}`)
    this.place = place
  }
}

type Json = { readonly [key: string]: unknown }

/** Records of an ExportLogsServiceRequest. Unknown fields are ignored; what has the wrong type throws {@link DecodeError}. */
export function decodeRequest(request: unknown): AuditRecord[] {
  const records: AuditRecord[] = []
  for (const [resourceLogs, place] of members(object(request, 'request'), 'resourceLogs', '')) {
    const resource = attributesOf(optional(resourceLogs['resource'], `${place}.resource`), `${place}.resource`)
    for (const [scopeLogs, scopePlace] of members(resourceLogs, 'scopeLogs', `${place}.`)) {
      const scope = optional(scopeLogs['scope'], `${scopePlace}.scope`)
      const shared = { resource, scopeName: string(scope['name'], `${scopePlace}.scope.name`), scopeVersion: string(scope['version'], `${scopePlace}.scope.version`) }
      for (const [logRecord, recordPlace] of members(scopeLogs, 'logRecords', `${scopePlace}.`)) records.push(decodeRecord(logRecord, shared, recordPlace))
    }
  }
  return records
}

type Shared = Pick<AuditRecord, 'resource' | 'scopeName' | 'scopeVersion'>

function decodeRecord(log: Json, shared: Shared, place: string): AuditRecord {
  const body = log['body']
  return {
    ...emptyRecord,
    ...shared,
    eventName: string(log['eventName'], `${place}.eventName`),
    timeUnixNano: fixed64(log['timeUnixNano'] ?? 0, `${place}.timeUnixNano`),
    observedTimeUnixNano: fixed64(log['observedTimeUnixNano'] ?? 0, `${place}.observedTimeUnixNano`),
    traceId: hex(log['traceId'], 32, `${place}.traceId`),
    spanId: hex(log['spanId'], 16, `${place}.spanId`),
    flags: uint32(log['flags'], `${place}.flags`),
    severityNumber: uint32(log['severityNumber'], `${place}.severityNumber`),
    severityText: string(log['severityText'], `${place}.severityText`),
    body: body === undefined || body === null ? null : anyValue(body, `${place}.body`),
    attributes: attributesOf(log, place),
    droppedAttributesCount: uint32(log['droppedAttributesCount'], `${place}.droppedAttributesCount`),
  }
}

function attributesOf(owner: Json, place: string): ValueMap {
  return keyValues(owner['attributes'] ?? [], `${place}.attributes`)
}

function keyValues(list: unknown, place: string): ValueMap {
  const map = valueMap()
  array(list, place).forEach((member, index) => {
    const pair = object(member, `${place}[${index}]`)
    const value = pair['value']
    map[string(pair['key'], `${place}[${index}].key`)] = value === undefined || value === null ? null : anyValue(value, `${place}[${index}].value`)
  })
  return map
}

function anyValue(value: unknown, place: string): Value {
  const tagged = object(value, place)
  for (const tag in tagged) {
    const inner = tagged[tag]
    if (inner === null || inner === undefined) continue
    switch (tag) {
      case 'stringValue': return string(inner, place)
      case 'boolValue': if (typeof inner !== 'boolean') throw new DecodeError(place, 'true or false'); return inner
      case 'intValue': return int64(inner, place)
      case 'doubleValue': return double(inner, place)
      case 'bytesValue': return bytes(inner, place)
      case 'arrayValue': return array(object(inner, place)['values'] ?? [], place).map((member, index) => anyValue(member, `${place}[${index}]`))
      case 'kvlistValue': return keyValues(object(inner, place)['values'] ?? [], place)
    }
  }
  return null
}

function* members(owner: Json, key: string, prefix: string): Generator<[Json, string]> {
  let index = 0
  for (const member of array(owner[key] ?? [], `${prefix}${key}`)) {
    const place = `${prefix}${key}[${index++}]`
    yield [object(member, place), place]
  }
}

function object(value: unknown, place: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DecodeError(place, 'an object')
  return value as Json
}

function optional(value: unknown, place: string): Json {
  return value === undefined || value === null ? {} : object(value, place)
}

function array(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new DecodeError(place, 'an array')
  return value
}

function string(value: unknown, place: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new DecodeError(place, 'a string')
  return value.toWellFormed() // a lone surrogate has no UTF-8 and no canonical form
}

/** JavaScript clients send 64-bit ints as numbers, Go, Rust and Python as strings: both are legal. */
function int64(value: unknown, place: string): bigint {
  return inRange(integerOf(value, place), -(2n ** 63n), 2n ** 63n, place)
}

/** Times are unsigned: what is beyond 2106 is the record's problem, not the request's. */
function fixed64(value: unknown, place: string): bigint {
  return inRange(integerOf(value, place), 0n, 2n ** 64n, place)
}

function integerOf(value: unknown, place: string): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?[0-9]{1,20}$/.test(value)) return BigInt(value)
  throw new DecodeError(place, 'a 64-bit integer, as number or decimal string')
}

function inRange(value: bigint, from: bigint, to: bigint, place: string): bigint {
  if (value < from || value >= to) throw new DecodeError(place, 'a 64-bit integer')
  return value
}

function uint32(value: unknown, place: string): number {
  if (value === undefined || value === null) return 0
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new DecodeError(place, 'a number from 0 to 4294967295')
  return value
}

function double(value: unknown, place: string): number {
  if (typeof value === 'number') return value
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) return Number(value)
  throw new DecodeError(place, 'a number')
}

function hex(value: unknown, length: number, place: string): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-fA-F]+$/.test(value)) throw new DecodeError(place, `${length} hex digits`)
  return /^0+$/.test(value) ? '' : value.toLowerCase() // all zeros means no id
}

function bytes(value: unknown, place: string): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) throw new DecodeError(place, 'base64')
  return new Uint8Array(Buffer.from(value, 'base64'))
}

/** An ExportLogsServiceRequest as JSON. Neighbours with the same resource object share one entry. */
export function encodeRequest(records: readonly AuditRecord[]): string {
  const groups: AuditRecord[][] = []
  for (const record of records) {
    const last = groups.at(-1)
    if (last !== undefined && sameOrigin(last[0]!, record)) last.push(record)
    else groups.push([record])
  }
  return `{"resourceLogs":[${groups.map(encodeGroup).join(',')}]}`
}

function sameOrigin(a: AuditRecord, b: AuditRecord): boolean {
  return a.resource === b.resource && a.scopeName === b.scopeName && a.scopeVersion === b.scopeVersion
}

function encodeGroup(group: readonly AuditRecord[]): string {
  const { resource, scopeName, scopeVersion } = group[0]!
  const scope = scopeName === '' && scopeVersion === '' ? '' : `"scope":${JSON.stringify({ name: scopeName, version: scopeVersion })},`
  return `{"resource":{"attributes":${encodeMembers(resource)}},"scopeLogs":[{${scope}"logRecords":[${group.map(encodeRecord).join(',')}]}]}`
}

function encodeRecord(record: AuditRecord): string {
  let out = `{"timeUnixNano":"${record.timeUnixNano}","observedTimeUnixNano":"${record.observedTimeUnixNano}","attributes":${encodeMembers(record.attributes)}`
  if (record.eventName !== '') out += `,"eventName":${JSON.stringify(record.eventName)}`
  if (record.body !== null) out += `,"body":${encodeValue(record.body)}`
  if (record.severityNumber !== 0) out += `,"severityNumber":${record.severityNumber}`
  if (record.severityText !== '') out += `,"severityText":${JSON.stringify(record.severityText)}`
  if (record.traceId !== '') out += `,"traceId":"${record.traceId}"`
  if (record.spanId !== '') out += `,"spanId":"${record.spanId}"`
  if (record.flags !== 0) out += `,"flags":${record.flags}`
  if (record.droppedAttributesCount !== 0) out += `,"droppedAttributesCount":${record.droppedAttributesCount}`
  return out + '}'
}

function encodeMembers(map: ValueMap): string {
  return `[${Object.keys(map).map((key) => `{"key":${JSON.stringify(key)},"value":${encodeValue(map[key]!)}}`).join(',')}]`
}

function encodeValue(value: Value): string {
  switch (typeof value) {
    case 'string': return `{"stringValue":${JSON.stringify(value)}}`
    case 'boolean': return `{"boolValue":${value}}`
    case 'bigint': return `{"intValue":"${value}"}`
    case 'number': return `{"doubleValue":${Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`}}`
  }
  if (value === null) return '{}'
  if (value instanceof Uint8Array) return `{"bytesValue":"${Buffer.from(value).toString('base64')}"}`
  if (Array.isArray(value)) return `{"arrayValue":{"values":[${(value as readonly Value[]).map(encodeValue).join(',')}]}}`
  return `{"kvlistValue":{"values":${encodeMembers(value as ValueMap)}}}`
}

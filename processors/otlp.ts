// OTLP/JSON in both directions (opentelemetry-proto 1.11.0: lowerCamelCase keys, 64-bit ints as strings, hex ids).
// The SDK and the forwarders write with it, the collector reads with it.

import { emptyRecord, valueMap } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** The request is not OTLP. Carries the place, never the content. */
export class DecodeError extends Error {
  readonly place: string
  readonly expected: string
  constructor(place: string, expected: string) {
    super(`${place}: expected ${expected}`)
    this.place = place
    this.expected = expected
  }

  /** The same, seen from outside of `place`. */
  within(place: string): DecodeError {
    const separator = this.place === '' || this.place.startsWith('[') || place === '' ? '' : '.'
    return new DecodeError(`${place}${separator}${this.place}`, this.expected)
  }
}

type Json = { readonly [key: string]: unknown }

/**
 * Records of an ExportLogsServiceRequest. Unknown fields are ignored; what has the wrong type throws {@link DecodeError}.
 * `strict`: a key that is there twice throws as well; otherwise the last one counts, and the record says that one was dropped.
 */
export function decodeRequest(request: unknown, strict = false): AuditRecord[] {
  const records: AuditRecord[] = []
  each(at('request', () => object(request))['resourceLogs'], 'resourceLogs', (resourceLogs) => {
    const resource = at('resource', () => attributesOf(optional(resourceLogs['resource']), strict).map)
    each(resourceLogs['scopeLogs'], 'scopeLogs', (scopeLogs) => {
      const scope = at('scope', () => optional(scopeLogs['scope']))
      const shared = { resource, scopeName: at('scope.name', () => string(scope['name'])), scopeVersion: at('scope.version', () => string(scope['version'])) }
      each(scopeLogs['logRecords'], 'logRecords', (logRecord) => { records.push(decodeRecord(logRecord, shared, strict)) })
    })
  })
  return records
}

/** The place of a mistake is put together on the way out: naming every place on the way in would cost more than the decoding. */
function at<T>(place: string, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    throw error instanceof DecodeError ? error.within(place) : error
  }
}

function each(list: unknown, place: string, decode: (member: Json) => void): void {
  if (list === undefined || list === null) return
  const members = at(place, () => array(list))
  let index = 0
  try {
    for (; index < members.length; index += 1) decode(object(members[index]))
  } catch (error) {
    throw error instanceof DecodeError ? error.within(`${place}[${index}]`) : error
  }
}

type Shared = Pick<AuditRecord, 'resource' | 'scopeName' | 'scopeVersion'>

function decodeRecord(log: Json, shared: Shared, strict: boolean): AuditRecord {
  let place = 'attributes'
  const field = <T>(name: string, decode: (value: unknown) => T): T => { place = name; return decode(log[name]) }
  try {
    const { map: attributes, repeated } = keyValues(log['attributes'], strict)
    return {
      ...emptyRecord,
      ...shared,
      eventName: field('eventName', string),
      timeUnixNano: field('timeUnixNano', fixed64),
      observedTimeUnixNano: field('observedTimeUnixNano', fixed64),
      traceId: field('traceId', traceId),
      spanId: field('spanId', spanId),
      flags: field('flags', uint32),
      severityNumber: field('severityNumber', uint32),
      severityText: field('severityText', string),
      body: field('body', (body) => body === undefined || body === null ? null : anyValue(body, strict)),
      attributes,
      droppedAttributesCount: Math.min(field('droppedAttributesCount', uint32) + repeated, 0xffffffff),
    }
  } catch (error) {
    throw error instanceof DecodeError ? error.within(place) : error
  }
}

interface KeyValues { readonly map: ValueMap; readonly repeated: number }

function attributesOf(owner: Json, strict: boolean): KeyValues {
  return at('attributes', () => keyValues(owner['attributes'], strict))
}

function keyValues(list: unknown, strict: boolean): KeyValues {
  const map = valueMap()
  let repeated = 0
  if (list === undefined || list === null) return { map, repeated }
  const members = array(list)
  let index = 0
  let part = ''
  try {
    for (; index < members.length; index += 1) {
      part = ''
      const { key: name, value } = object(members[index])
      part = '.key'
      const key = string(name)
      if (key in map) {
        if (strict) throw new DecodeError('', 'each key once')
        repeated += 1
      }
      part = '.value'
      map[key] = value === undefined || value === null ? null : anyValue(value, strict)
    }
  } catch (error) {
    throw error instanceof DecodeError ? error.within(`[${index}]${part}`) : error
  }
  return { map, repeated }
}

function anyValue(value: unknown, strict: boolean): Value {
  const tagged = object(value)
  for (const tag in tagged) {
    const inner = tagged[tag]
    if (inner === null || inner === undefined) continue
    switch (tag) {
      case 'stringValue': return string(inner)
      case 'boolValue': if (typeof inner !== 'boolean') throw new DecodeError('', 'true or false'); return inner
      case 'intValue': return int64(inner)
      case 'doubleValue': return double(inner)
      case 'bytesValue': return bytes(inner)
      case 'arrayValue': return list(object(inner)['values'], strict)
      case 'kvlistValue': return keyValues(object(inner)['values'], strict).map
    }
  }
  return null
}

function list(values: unknown, strict: boolean): Value[] {
  const decoded: Value[] = []
  each(values, '', (member) => { decoded.push(anyValue(member, strict)) })
  return decoded
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DecodeError('', 'an object')
  return value as Json
}

function optional(value: unknown): Json {
  return value === undefined || value === null ? {} : object(value)
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new DecodeError('', 'an array')
  return value
}

function string(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new DecodeError('', 'a string')
  return value.isWellFormed() ? value : value.toWellFormed() // a lone surrogate has no UTF-8 and no canonical form
}

/** JavaScript clients send 64-bit ints as numbers, Go, Rust and Python as strings: both are legal. */
function int64(value: unknown): bigint {
  return inRange(integerOf(value), -(2n ** 63n), 2n ** 63n)
}

/** Times are unsigned: what is beyond 2106 is the record's problem, not the request's. */
function fixed64(value: unknown): bigint {
  return value === undefined || value === null ? 0n : inRange(integerOf(value), 0n, 2n ** 64n)
}

function integerOf(value: unknown): bigint {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?[0-9]{1,20}$/.test(value)) return BigInt(value)
  throw new DecodeError('', 'a 64-bit integer, as number or decimal string')
}

function inRange(value: bigint, from: bigint, to: bigint): bigint {
  if (value < from || value >= to) throw new DecodeError('', 'a 64-bit integer')
  return value
}

function uint32(value: unknown): number {
  if (value === undefined || value === null) return 0
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) throw new DecodeError('', 'a number from 0 to 4294967295')
  return value
}

function double(value: unknown): number {
  if (typeof value === 'number') return value
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  if (typeof value === 'string' && value !== '' && Number.isFinite(Number(value))) return Number(value)
  throw new DecodeError('', 'a number')
}

const traceId = (value: unknown): string => hex(value, 32)
const spanId = (value: unknown): string => hex(value, 16)

function hex(value: unknown, length: number): string {
  if (value === undefined || value === null || value === '') return ''
  if (typeof value !== 'string' || value.length !== length || !/^[0-9a-fA-F]+$/.test(value)) throw new DecodeError('', `${length} hex digits`)
  return /^0+$/.test(value) ? '' : value.toLowerCase() // all zeros means no id
}

function bytes(value: unknown): Uint8Array {
  if (typeof value !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) throw new DecodeError('', 'base64')
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

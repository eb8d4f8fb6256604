// What an app hands over, as a value of a record, whatever it is; and back, as OpenTelemetry JS wants it.

import { toValue, valueMap } from '@blotter/processors'
import type { Value, ValueMap } from '@blotter/processors'

/** Undefined when it cannot be read: a getter, a proxy or a `toString` of the app's threw. */
export function readValue(input: unknown): Value | undefined {
  try {
    return settled(toValue(input))
  } catch {
    return undefined // whatever was thrown may hold a part of the value
  }
}

/**
 * The value with its byte arrays copied: an app may fill a buffer again while its record waits, and what it then holds
 * has not been redacted. Ints that OTLP cannot carry become their decimal text, as they do in a fingerprint.
 */
function settled(value: Value): Value {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : value.toString()
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  return Array.isArray(value) ? settledList(value as readonly Value[]) : settledMap(value as ValueMap)
}

function settledList(list: readonly Value[]): readonly Value[] {
  let copy: Value[] | undefined
  for (let i = 0; i < list.length; i += 1) {
    const own = settled(list[i]!)
    if (own !== list[i]) (copy ??= list.slice())[i] = own
  }
  return copy ?? list
}

function settledMap(map: ValueMap): ValueMap {
  let copy: { [key: string]: Value } | undefined
  for (const key in map) {
    const own = settled(map[key]!)
    if (own !== map[key]) (copy ??= Object.assign(valueMap(), map))[key] = own
  }
  return copy ?? map
}

/** Of what `JSON.parse` made: the value that {@link readValue} would make of it, at a third of its price. */
export function parsedValue(parsed: unknown): Value {
  if (typeof parsed === 'string') return parsed.toWellFormed()
  if (typeof parsed === 'number') return Number.isSafeInteger(parsed) ? BigInt(parsed) : parsed
  if (typeof parsed !== 'object' || parsed === null) return parsed as Value
  if (Array.isArray(parsed)) return parsed.map(parsedValue)
  const map = valueMap()
  for (const key in parsed) map[key.isWellFormed() ? key : key.toWellFormed()] = parsedValue((parsed as { readonly [key: string]: unknown })[key])
  return map
}

/** Bytes of the value as JSON text, without writing that text. Ints beyond 2^53 and bytes count as the texts that stand for them. */
export function jsonSize(value: Value): number {
  switch (typeof value) {
    case 'string': return Buffer.byteLength(JSON.stringify(value))
    case 'boolean': return value ? 4 : 5
    case 'bigint': return value.toString().length + (Number.isSafeInteger(Number(value)) ? 0 : 2)
    case 'number': return String(value).length + (Number.isFinite(value) ? 0 : 2)
  }
  if (value === null) return 4
  if (value instanceof Uint8Array) return Math.ceil(value.length / 3) * 4 + 2
  let size = 2
  let members = 0
  if (Array.isArray(value)) for (const member of value as readonly Value[]) { size += jsonSize(member); members += 1 }
  else for (const key in value as ValueMap) { size += jsonSize(key) + 1 + jsonSize((value as ValueMap)[key]!); members += 1 }
  return size + Math.max(0, members - 1)
}

/** OpenTelemetry JS drops a bigint without a word, so ints are numbers where those are exact and decimal text elsewhere. */
export function toOtelValue(value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return (value as readonly Value[]).map(toOtelValue)
  return toOtelAttributes(value as ValueMap)
}

export function toOtelAttributes(map: ValueMap): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, toOtelValue(value)]))
}

// Plain JavaScript values in and out of a record: the SDK builds with these, the JSON answers read with them.

import { recordLimits } from './check.ts'
import { isMap, valueMap } from './record.ts'
import type { Value } from './record.ts'

/**
 * A plain JavaScript value as a {@link Value}. Integers become int64, dates their ISO text, errors type and message.
 * What is circular, too deep or too much becomes a word that says so; what a getter or a proxy throws is thrown.
 */
export function toValue(input: unknown): Value {
  return convert(input, { ancestors: [], left: recordLimits.values })
}

interface Walk { readonly ancestors: object[]; left: number }

function convert(input: unknown, walk: Walk): Value {
  if ((walk.left -= 1) < 0) return '[too many]'
  switch (typeof input) {
    case 'string': return input.toWellFormed()
    case 'boolean': return input
    case 'bigint': return BigInt.asIntN(64, input) === input ? input : input.toString() // OTLP has no larger integers
    case 'number': return Number.isSafeInteger(input) && !Object.is(input, -0) ? BigInt(input) : input
    case 'object': return input === null ? null : convertObject(input, walk)
    default: return null // undefined, functions and symbols have no place in a record
  }
}

function convertObject(input: object, walk: Walk): Value {
  if (input instanceof Uint8Array) return input
  if (input instanceof Date) return Number.isNaN(input.getTime()) ? null : input.toISOString()
  if (input instanceof URL) return input.href
  if (walk.ancestors.includes(input)) return '[circular]'
  if (walk.ancestors.length >= recordLimits.depth) return '[too deep]'
  walk.ancestors.push(input)
  try {
    return convertMembers(input, walk)
  } finally {
    walk.ancestors.pop()
  }
}

function convertMembers(input: object, walk: Walk): Value {
  if (Array.isArray(input) || input instanceof Set) return [...input].map((member) => convert(member, walk))
  if (input instanceof Error) return valueMap([['type', input.name], ['message', String(input.message).toWellFormed()]])
  if (input instanceof Map) return valueMap([...input].map(([key, member]) => [String(key).toWellFormed(), convert(member, walk)] as const))
  const map = valueMap()
  for (const [key, member] of Object.entries(input)) if (member !== undefined) map[key.toWellFormed()] = convert(member, walk)
  return map
}

/** The other way: for JSON answers and canonical forms. Ints beyond 2^53 become their decimal text, bytes base64. */
export function toPlain(value: Value): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (Array.isArray(value)) return (value as readonly Value[]).map(toPlain)
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toPlain(member)]))
  return value
}

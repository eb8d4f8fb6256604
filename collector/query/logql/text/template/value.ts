// Values within a template, with the types that Go would have given them: functions refuse an int64 where they want an
// int, a comparison refuses an int beside a float.

import { GoDuration, GoName, GoTime } from './time.ts'
import type { Labels } from '../../entry.ts'

export type IntegerType = 'int' | 'int64' | 'uint64' | 'uint8'

export class Integer {
  readonly value: bigint
  readonly type: IntegerType

  constructor(value: bigint | number, type: IntegerType) {
    this.value = BigInt(value)
    this.type = type
  }
}

export class Complex {
  readonly imaginary: number

  constructor(imaginary: number) {
    this.imaginary = imaginary
  }
}

/** The labels of the line: `.`, a map[string]string. */
export class LabelMap {
  readonly labels: Labels

  constructor(labels: Labels) {
    this.labels = labels
  }
}

/** null: nil, or no value at all. Numbers are float64, arrays and maps come from JSON. */
export type Value = null | string | boolean | number | Integer | Complex | GoTime | GoDuration | GoName | LabelMap | readonly Value[] | ReadonlyMap<string, Value>

/** A template that ran into an error; the message is what Loki puts into `__error_details__`. */
export class TemplateError extends Error {}

/** Thrown by functions; the runner says where. */
export class FunctionError extends Error {}

export function typeOf(value: Value): string {
  if (value === null) return '<nil>'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return 'float64'
  if (value instanceof Integer) return value.type
  if (value instanceof GoTime) return 'time.Time'
  if (value instanceof GoDuration) return 'time.Duration'
  if (value instanceof GoName) return value.type
  if (value instanceof LabelMap) return 'map[string]string'
  if (value instanceof Complex) return 'complex128'
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}'
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** As `if` sees it: zero, empty and nil are false, a time is always true. */
export function isTrue(value: Value): boolean {
  if (value === null) return false
  if (typeof value === 'string') return value !== ''
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  if (value instanceof Integer) return value.value !== 0n
  if (value instanceof Complex) return value.imaginary !== 0
  if (value instanceof GoDuration) return value.nano !== 0n
  if (value instanceof GoName) return value.value !== 0
  if (value instanceof LabelMap) return value.labels.size > 0
  if (value instanceof GoTime) return true
  return isArray(value) ? value.length > 0 : value.size > 0
}

/** In the order of Go's maps when they are printed or walked: by key, in bytes. */
export function entriesOf(value: LabelMap | ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  const entries: (readonly [string, Value])[] = [...(value instanceof LabelMap ? value.labels : value)]
  return entries.sort(([left], [right]) => compareBytes(left, right))
}

/** UTF-16 units order like bytes except where surrogates take part. */
export function compareBytes(left: string, right: string): number {
  if (left === right) return 0
  return /[\ud800-\uffff]/.test(left + right) ? Buffer.compare(Buffer.from(left), Buffer.from(right)) : left < right ? -1 : 1
}

// How values look in a line: Go's fmt with %v, and its Sprint and Sprintln.

import { formatFloat } from '../float.ts'
import { timeText } from './layout.ts'
import { GoDuration, GoName, GoTime } from './time.ts'
import { Complex, entriesOf, Integer, isArray, LabelMap } from './value.ts'
import type { Value } from './value.ts'

/** Of a value that stands alone; null is what Go prints for a missing one. */
export function printed(value: Value): string {
  return value === null ? '<no value>' : valueText(value)
}

export function valueText(value: Value): string {
  if (typeof value === 'string') return value
  if (value === null) return '<nil>'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return generalFloat(value)
  if (value instanceof Integer) return String(value.value)
  if (value instanceof GoTime) return timeText(value)
  if (value instanceof GoDuration || value instanceof GoName) return value.toString()
  if (value instanceof Complex) return `(0${value.imaginary < 0 ? '' : '+'}${generalFloat(value.imaginary)}i)`
  if (!(value instanceof LabelMap) && isArray(value)) return `[${value.map(valueText).join(' ')}]`
  return `map[${entriesOf(value).map(([key, each]) => `${key}:${valueText(each)}`).join(' ')}]`
}

const largestPlain = 1e6

/** Shortest digits, with an exponent below 1e-4 and from 1e6: as %g. */
export function generalFloat(value: number): string {
  const size = Math.abs(value)
  if (!Number.isFinite(value) || size === 0 || (size >= 1e-4 && size < largestPlain)) return formatFloat(value)
  return withTwoDigitExponent(value.toExponential())
}

export function withTwoDigitExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2')
}

/** A space between two values when neither is a text. */
export function sprint(values: readonly Value[]): string {
  let out = ''
  for (const [i, value] of values.entries()) {
    if (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string') out += ' '
    out += valueText(value)
  }
  return out
}

export function sprintln(values: readonly Value[]): string {
  return `${values.map(valueText).join(' ')}\n`
}

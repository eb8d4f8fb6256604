// Times and durations as Loki's clients write them. A value with a point is seconds; an integer of at most ten characters
// is seconds, a longer one nanoseconds; everything else is RFC 3339.

import { parseFloatGo } from '../logql/text/float.ts'

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-]\d{2}:\d{2})$/

/** Nanoseconds since 1970; undefined for what is no time. */
export function parseTime(text: string): bigint | undefined {
  if (text.includes('.') && text.length <= 40) {
    const seconds = parseFloatGo(text)
    if (seconds !== undefined && Math.abs(seconds) < 9e9) return BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.round((seconds % 1) * 1000)) * 1_000_000n
  }
  if (/^[+-]?\d{1,19}$/.test(text)) return within64Bits(text.length <= 10 ? BigInt(text) * 1_000_000_000n : BigInt(text))
  return text.length <= 64 ? parseRfc3339(text) : undefined
}

function parseRfc3339(text: string): bigint | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', zone] = rfc3339.exec(text) ?? []
  if (zone === undefined) return undefined
  const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
  const isReal = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day) // not 30 February
  if (Number.isNaN(ms) || !isReal) return undefined
  return within64Bits(BigInt(ms) * 1_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, '0')))
}

function within64Bits(nano: bigint): bigint | undefined {
  return BigInt.asIntN(64, nano) === nano ? nano : undefined
}

const units = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const
const unitMs: Record<typeof units[number], number> = { y: 365 * 86_400_000, w: 7 * 86_400_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }
const prometheusDuration = new RegExp(`^${units.map((unit) => `(?:(\\d{1,12})${unit})?`).join('')}$`)

/** `1d`, `2h30m`, `250ms`: nanoseconds, or undefined. */
export function parsePrometheusDuration(text: string): bigint | undefined {
  if (text === '0') return 0n
  const found = text === '' ? null : prometheusDuration.exec(text)
  if (found === null) return undefined
  const ms = units.reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * unitMs[unit], 0)
  return ms < 9e12 ? BigInt(ms) * 1_000_000n : undefined
}

/** Seconds with a fraction, or a duration. */
export function parseStep(text: string): bigint | undefined {
  const seconds = text.length <= 40 ? parseFloatGo(text) : undefined
  if (seconds === undefined) return parsePrometheusDuration(text)
  return Number.isFinite(seconds) && Math.abs(seconds) < 9e9 ? BigInt(Math.trunc(seconds * 1e9)) : undefined
}

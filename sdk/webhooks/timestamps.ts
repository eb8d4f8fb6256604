// Times as senders write them. Strict: `Number()` takes a blank, a hexadecimal or an exponent for a time.

import { refuse } from './verdict.ts'

/** Seconds or milliseconds since 1970 in digits, or RFC 3339 in UTC. */
export type TimeUnit = 's' | 'ms' | 'iso'

const forms: Readonly<Record<TimeUnit, RegExp>> = {
  s: /^[0-9]{10}$/, // 2001 to 2286
  ms: /^[0-9]{13}$/,
  iso: /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z$/,
}

/** Milliseconds since 1970. */
export function parseTime(text: string, unit: TimeUnit): number {
  if (!forms[unit].test(text)) refuse('malformed')
  const ms = unit === 'iso' ? Date.parse(text) : Number(text) * (unit === 's' ? 1_000 : 1)
  return Number.isNaN(ms) ? refuse('malformed') : ms
}

export function formatTime(ms: number, unit: TimeUnit): string {
  if (unit === 'iso') return new Date(ms).toISOString()
  return String(unit === 's' ? Math.floor(ms / 1_000) : Math.floor(ms))
}

// Lengths of time and ends of keys as people write them: the same for the command and the API.

import { BlotterError } from '../errors.ts'

/** A key that lives longer than this was meant to live for ever. */
const longestMs = 10 * 366 * 86_400_000

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** `90m`, `24h`, `30d`, `12w`; `0h` is no time at all. Undefined when it is none of these. */
export function parseDurationMs(text: string): number | undefined {
  const [, count, unit] = /^([0-9]{1,5})([mhdw])$/.exec(text) ?? []
  const ms = Number(count) * (unitMs[unit ?? ''] ?? Number.NaN)
  return ms <= longestMs ? ms : undefined
}

/** An end in the future: a length of time from now, a date, or a time of RFC 3339. `field` names it in the error. */
export function parseExpiry(text: string, now: Date, field: string): string {
  const durationMs = parseDurationMs(text)
  const atMs = durationMs === undefined ? parseDateMs(text) : now.getTime() + durationMs
  if (!(atMs > now.getTime() && atMs <= now.getTime() + longestMs)) throw invalid(field, 'a time in the future: 24h, 30d, 12w or a date such as 2027-06-30, at most ten years')
  return new Date(atMs).toISOString()
}

/** How long the old key is good beside the new one. */
export function parseOverlapMs(text: string, field: string): number {
  const overlapMs = parseDurationMs(text)
  if (overlapMs === undefined || overlapMs > 90 * 86_400_000) throw invalid(field, 'a length of time: 0h, 24h, 7d, at most 90d')
  return overlapMs
}

function parseDateMs(text: string): number {
  return /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
}

function invalid(field: string, description: string): BlotterError {
  return new BlotterError('INVALID_KEY_REQUEST', { violations: [{ field, description }] })
}

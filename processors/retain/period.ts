// Periods: the unit in which records are deleted. All records of one class and one period lie in one partition, so that
// deleting them is dropping it: cheap, physical, verifiable. A record belongs to the period in which it happened, within
// bounds that no sender can move: one that claims the future counts from when it was accepted, and one that came too
// late to be kept at all belongs to the youngest expired period, so that wrong clocks cannot make partitions without end.

import type { RetentionClass } from './policy.ts'

/** Classes kept longer than this are deleted by the month, shorter ones by the day: a store wants few partitions. */
const monthlyAboveDays = 92

const dayMs = 86_400_000

/** `2026-11-24` or `2026-11`, in UTC. */
export function periodOf({ keepDays }: Pick<RetentionClass, 'keepDays'>, occurredAtMs: number, storedAtMs: number): string {
  const length = keepDays > monthlyAboveDays ? 7 : 10
  const oldestMs = storedAtMs - (keepDays + (length === 7 ? 32 : 1)) * dayMs
  return new Date(Math.min(Math.max(occurredAtMs, oldestMs), storedAtMs)).toISOString().slice(0, length)
}

/** The first moment after the period, in milliseconds since 1970. NaN when it is not a period. */
export function periodEndMs(period: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(period)) return Date.parse(`${period}T00:00:00Z`) + dayMs
  const match = /^(\d{4})-(\d{2})$/.exec(period)
  return match === null ? Number.NaN : Date.UTC(Number(match[1]), Number(match[2]), 1)
}

/** When everything in the period has been kept for as long as its class says. */
export function expiresMs(period: string, keepDays: number): number {
  return periodEndMs(period) + keepDays * dayMs
}

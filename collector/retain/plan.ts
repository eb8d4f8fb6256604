// What the policy would delete now, and why: read-only, and the same list that `apply` works through.

import { expiresMs } from '@blotter/processors'
import type { RetentionPolicy } from '@blotter/processors'
import type { Partition } from '../store/store.ts'

export interface PlannedErasure extends Partition {
  readonly keepDays: number
  /** The policy's words for the class. */
  readonly why: string
  /** When everything in the period has been kept long enough, RFC 3339. */
  readonly expiredAt: string
}

export interface RetentionPlan {
  readonly erase: readonly PlannedErasure[]
  readonly keep: readonly PlannedErasure[]
  /** Classes that hold records but are not in the policy: kept until someone says what they are. */
  readonly unknown: readonly Partition[]
}

export function planRetention(partitions: readonly Partition[], policy: RetentionPolicy, nowMs: number): RetentionPlan {
  const plan: { erase: PlannedErasure[]; keep: PlannedErasure[]; unknown: Partition[] } = { erase: [], keep: [], unknown: [] }
  for (const partition of partitions) {
    const found = policy.classes.find(({ name }) => name === partition.retentionClass)
    const atMs = found === undefined ? Number.NaN : expiresMs(partition.period, found.keepDays)
    if (found === undefined || Number.isNaN(atMs)) { plan.unknown.push(partition); continue }
    const planned = { ...partition, keepDays: found.keepDays, why: found.why, expiredAt: new Date(atMs).toISOString() }
    ;(atMs <= nowMs ? plan.erase : plan.keep).push(planned)
  }
  return plan
}

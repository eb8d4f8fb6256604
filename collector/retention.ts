// Retention as a whole: the plan, and carrying it out. What was erased becomes a record, and a tombstone in the log.

import { fields } from '@blotter/processors'
import { erase } from './retain/apply.ts'
import { planRetention } from './retain/plan.ts'
import type { Value } from '@blotter/processors'
import type { Principal } from './authenticate/authenticate.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { Erasure, ErasureOptions } from './retain/apply.ts'
import type { LoadedPolicy } from './retain/load.ts'
import type { RetentionPlan } from './retain/plan.ts'

export interface RetentionParts extends ErasureOptions {
  readonly policy: LoadedPolicy
  readonly metrics: Metrics
  readonly log: Log
  readonly nowMs: () => number
  readonly emit: (event: string, attributes: { readonly [key: string]: Value }, principal: Principal | undefined) => Promise<void>
}

export interface Retention {
  plan(): Promise<RetentionPlan & { readonly policy: { readonly source: string; readonly version: string } }>
  /** `principal`: who asked; undefined when the schedule did. */
  apply(principal: Principal | undefined): Promise<Erasure[]>
}

export function createRetention(parts: RetentionParts): Retention {
  const { store, policy, metrics, log, nowMs, emit } = parts
  const plan = async (): Promise<RetentionPlan> => planRetention(await store.partitions(), policy.policy, nowMs())
  return {
    plan: async () => ({ policy: { source: policy.source, version: policy.version }, ...(await plan()) }),
    async apply(principal) {
      const erasures: Erasure[] = []
      for (const planned of (await plan()).erase) {
        const erasure = await erase(planned, parts)
        erasures.push(erasure)
        if (erasure.tombstoneIndex === undefined) {
          if (erasure.skipped !== undefined) log.warn('retention: left a partition that other collectors share', { class: erasure.retentionClass, period: erasure.period })
          continue
        }
        metrics.erased.inc(erasure.rows)
        log.info('retention: erased', { class: erasure.retentionClass, period: erasure.period, records: erasure.rows, tombstone: erasure.tombstoneIndex })
        await emit('blotter.retention.erased', attributesOf(erasure, planned.why, policy.version, principal), principal)
      }
      return erasures
    },
  }
}

function attributesOf(erasure: Erasure, why: string, version: string, principal: Principal | undefined): { readonly [key: string]: Value } {
  return {
    [fields.actorId.key]: principal === undefined ? 'blotter:schedule' : `key:${principal.keyId}`,
    [fields.actorType.key]: principal === undefined ? 'system' : 'service',
    [fields.action.key]: 'DELETE',
    [fields.targetId.key]: `${erasure.retentionClass} ${erasure.period}`,
    [fields.targetType.key]: 'retention.partition',
    [fields.outcome.key]: 'success',
    [fields.reason.key]: why === '' ? `kept as long as class ${erasure.retentionClass} says` : why,
    [fields.integration.key]: 'blotter',
    'blotter.erased.count': BigInt(erasure.rows),
    'blotter.erased.policy': version,
    'blotter.erased.tombstone': BigInt(erasure.tombstoneIndex ?? -1),
  }
}

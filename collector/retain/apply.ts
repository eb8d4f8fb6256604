// The one gate through which records are deleted. For each expired partition: the tombstone is durable in the journal
// first, then the partition is dropped. A crash between the two leaves a tombstone for records that are still there:
// verification says so, and the next run drops them. The other order could leave records gone without a word.

import type { PlannedErasure } from './plan.ts'
import type { Store } from '../store/store.ts'

export interface ErasureOptions {
  readonly origin: string
  readonly store: Store
  /** Makes the tombstone durable as the next entry of the log. */
  readonly appendTombstone: (tombstone: ErasedPartition) => Promise<number>
  /** No record may enter the store while a partition is counted and dropped. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
}

export interface ErasedPartition {
  readonly retentionClass: string
  readonly period: string
  readonly leaves: readonly { readonly leafIndex: number; readonly leafHash: Uint8Array }[]
}

export interface Erasure {
  readonly retentionClass: string
  readonly period: string
  readonly rows: number
  readonly bytes: number
  /** Leaf that says so. Absent when nothing was erased. */
  readonly tombstoneIndex?: number
  /** Why it was left: the partition holds records of other collectors, whose logs know nothing of this erasure. */
  readonly skipped?: 'foreign_records'
}

export async function erase(planned: PlannedErasure, options: ErasureOptions): Promise<Erasure> {
  const { origin, store, appendTombstone, exclusive } = options
  const { retentionClass, period, bytes } = planned
  return exclusive(async () => {
    const current = (await store.partitions()).find((partition) => partition.retentionClass === retentionClass && partition.period === period)
    const leaves = await store.leaves(origin, planned)
    if (current === undefined || leaves.length === 0) return { retentionClass, period, rows: 0, bytes: 0 }
    if (current.rows !== leaves.length) return { retentionClass, period, rows: 0, bytes: 0, skipped: 'foreign_records' }
    const tombstoneIndex = await appendTombstone({ retentionClass, period, leaves })
    await store.drop(planned)
    return { retentionClass, period, rows: leaves.length, bytes, tombstoneIndex }
  })
}

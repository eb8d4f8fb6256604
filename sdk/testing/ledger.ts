// What a collector keeps, and the receipts for it: each record id once, another record under the same id refused.

import { createHash } from 'node:crypto'
import { canonicalRecord, fields, text } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { Reply } from './wire.ts'

/** The fingerprint key of every workspace in a test. Public: nothing real may be fingerprinted with it. */
export const keyBytes: Uint8Array = new Uint8Array(32).fill(7)

export interface Ledger {
  /** By record id, in the order in which they came. */
  readonly stored: Map<string, AuditRecord>
  /** Whether one of them has the id of another record. */
  conflicts(records: readonly AuditRecord[]): boolean
  /** Those that are not stored yet. */
  news(records: readonly AuditRecord[]): AuditRecord[]
  /** Receipts in the order of the records. */
  store(records: readonly AuditRecord[]): Reply
}

const firstSinkNano = 1_800_000_000_000_000_000n

export function createLedger(): Ledger {
  const stored = new Map<string, AuditRecord>()
  const places = new Map<string, number>()

  function receipt(record: AuditRecord): object {
    const recordId = idOf(record) || `log-${places.size}` // only audit records must have an id
    if (!places.has(recordId)) places.set(recordId, places.size)
    stored.set(recordId, record)
    const leafIndex = places.get(recordId)!
    return { recordId, integrityHash: createHash('sha256').update(canonicalRecord(record)).digest('base64'), leafIndex, sinkTimestamp: String(firstSinkNano + BigInt(leafIndex)) }
  }

  return {
    stored,
    conflicts: (records) => records.some((record) => {
      const earlier = stored.get(idOf(record))
      return earlier !== undefined && canonicalRecord(earlier) !== canonicalRecord(record)
    }),
    news: (records) => records.filter((record) => !stored.has(idOf(record))),
    store: (records) => ({ status: 200, body: JSON.stringify({ receipts: records.map(receipt) }) }),
  }
}

export function idOf({ attributes }: AuditRecord): string {
  return text(attributes, fields.recordId.key)
}

export function keyReply(): Reply {
  return { status: 200, body: JSON.stringify({ epoch: 'e1', key: Buffer.from(keyBytes).toString('base64') }) }
}

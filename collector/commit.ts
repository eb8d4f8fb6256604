// From admitted records to receipts: known ids hear their first receipt again, new ones become one frame of the journal.

import { fields } from '@blotter/processors'
import { BlotterError } from './errors.ts'
import { recentKey } from './journal/recent.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Admitted, IngestPath, Rejected } from './admit.ts'
import type { Principal } from './authenticate/authenticate.ts'
import type { Clock } from './clock.ts'
import type { JournalEntry } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import type { Recent, RecentReceipt } from './journal/recent.ts'

export interface Receipt {
  readonly recordId: string
  /** RFC 6962 leaf hash in base64. */
  readonly integrityHash: string
  readonly leafIndex: number
  /** Nanoseconds since 1970, decimal. */
  readonly sinkTimestamp: string
}

export interface Committed {
  /** To be read once `durable` has resolved, and given to nobody before. */
  readonly receipts: () => Receipt[]
  readonly durable: Promise<unknown>
  /** How many of them are new. */
  readonly kept: number
  /** On the logs path: records whose id stands for another record. The audit path refuses the request. */
  readonly rejected: readonly Rejected[]
}

/** Makes the journal entry of a record: redacted, fingerprinted, classed, committed to. */
export type MakeEntry = (record: AuditRecord, principal: Principal, receivedDigest: Uint8Array, storedAtNano: bigint) => JournalEntry

export type Commit = (admitted: readonly Admitted[], principal: Principal, path: IngestPath) => Committed

export function createCommit(journal: Journal, recent: Recent, clock: Clock, makeEntry: MakeEntry): Commit {
  /** Synchronous from the look-up to the append: two requests cannot both believe to be the first with an id. */
  return function commit(admitted, principal, path) {
    const storedAtNano = clock()
    const fresh = new Map<string, RecentReceipt>()
    const entries: JournalEntry[] = []
    const rejected: Rejected[] = []
    const found = admitted.flatMap(({ record, recordId, receivedDigest }, i) => {
      const key = recentKey(principal.workspace, principal.environment, recordId)
      const before = recent.get(key) ?? fresh.get(key)
      if (before !== undefined && Buffer.compare(before.receivedDigest, receivedDigest) !== 0) {
        const rejection = conflict(i)
        if (path === 'audit') throw new BlotterError(rejection.reason, rejection)
        rejected.push(rejection)
        return []
      }
      if (before !== undefined) return [{ recordId, receipt: before }]
      const entry = makeEntry(record, principal, receivedDigest, storedAtNano)
      const receipt: RecentReceipt = { receivedDigest, leafHash: entry.leafHash, leafIndex: Number.NaN, storedAtNano, durable: undefined }
      entries.push(entry)
      fresh.set(key, receipt)
      return [{ recordId, receipt }]
    })
    if (entries.length > 0) remember(fresh, journal.append(entries, storedAtNano))
    const durable = Promise.all(new Set(found.flatMap(({ receipt }) => receipt.durable ?? [])))
    return { receipts: () => found.map(({ recordId, receipt }) => receiptOf(recordId, receipt)), durable, kept: entries.length, rejected }
  }

  /** A retry that comes before the record is durable waits for it as well; one that was not to be is forgotten. */
  function remember(fresh: ReadonlyMap<string, RecentReceipt>, { firstIndex, durable }: ReturnType<Journal['append']>): void {
    let index = firstIndex
    const settled = durable.then(
      () => { for (const receipt of fresh.values()) receipt.durable = undefined },
      (error: unknown) => { for (const key of fresh.keys()) recent.remove(key); throw error },
    )
    for (const [key, receipt] of fresh) {
      receipt.leafIndex = index++
      receipt.durable = settled
      recent.add(key, receipt)
    }
  }
}

function conflict(index: number): Rejected {
  return { reason: 'RECORD_CONFLICT', violations: [{ field: `records[${index}].${fields.recordId.key}`, description: 'used before for another record' }] }
}

function receiptOf(recordId: string, { leafHash, leafIndex, storedAtNano }: RecentReceipt): Receipt {
  return { recordId, integrityHash: Buffer.from(leafHash).toString('base64'), leafIndex, sinkTimestamp: storedAtNano.toString() }
}

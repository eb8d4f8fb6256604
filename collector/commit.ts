// From prepared entries to receipts: known ids hear their first receipt again, new ones become one frame of the journal.

import { fields } from '@blotter/processors'
import { BlotterError } from './errors.ts'
import { packedCount, packedDigests, selectPacked } from './journal/frame.ts'
import { recentKey } from './journal/recent.ts'
import type { IngestPath, Rejected } from './admit.ts'
import type { Owner } from './authenticate/claims.ts'
import type { PackedEntries } from './journal/frame.ts'
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

export interface CommitInput {
  readonly entries: PackedEntries
  readonly recordIds: readonly string[]
  readonly owner: Owner
  readonly path: IngestPath
  readonly storedAtNano: bigint
}

export type Commit = (input: CommitInput) => Committed

export function createCommit(journal: Journal, recent: Recent): Commit {
  /** Synchronous from the look-up to the append: two requests cannot both believe to be the first with an id. */
  return function commit({ entries, recordIds, owner, path, storedAtNano }) {
    const fresh = new Map<string, RecentReceipt>()
    const chosen: number[] = []
    const rejected: Rejected[] = []
    const found: { readonly recordId: string; readonly receipt: RecentReceipt }[] = []
    recordIds.forEach((recordId, i) => {
      const key = recentKey(owner.workspace, owner.environment, recordId)
      const digests = packedDigests(entries, i)
      const before = recent.get(key) ?? fresh.get(key)
      if (before === undefined) {
        const receipt: RecentReceipt = { ...copied(digests), leafIndex: Number.NaN, storedAtNano, durable: undefined }
        fresh.set(key, receipt)
        chosen.push(i)
        found.push({ recordId, receipt })
      } else if (digests.receivedDigest.equals(before.receivedDigest)) found.push({ recordId, receipt: before })
      else rejected.push(conflict(i))
    })
    if (path !== 'logs' && rejected.length > 0) throw new BlotterError('RECORD_CONFLICT', rejected[0])
    if (chosen.length > 0) remember(fresh, journal.append(chosen.length === packedCount(entries) ? entries : selectPacked(entries, chosen), storedAtNano))
    const durable = Promise.all(new Set(found.flatMap(({ receipt }) => receipt.durable ?? [])))
    return { receipts: () => found.map(({ recordId, receipt }) => receiptOf(recordId, receipt)), durable, kept: chosen.length, rejected }
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

/** The entry belongs to the journal from the append on, and would be kept in memory by a view of it. */
function copied({ receivedDigest, leafHash }: ReturnType<typeof packedDigests>): Pick<RecentReceipt, 'receivedDigest' | 'leafHash'> {
  const both = Buffer.allocUnsafe(receivedDigest.length + leafHash.length)
  both.set(receivedDigest)
  both.set(leafHash, receivedDigest.length)
  return { receivedDigest: both.subarray(0, receivedDigest.length), leafHash: both.subarray(receivedDigest.length) }
}

function conflict(index: number): Rejected {
  return { reason: 'RECORD_CONFLICT', violations: [{ field: `records[${index}].${fields.recordId.key}`, description: 'used before for another record' }] }
}

function receiptOf(recordId: string, { leafHash, leafIndex, storedAtNano }: RecentReceipt): Receipt {
  return { recordId, integrityHash: Buffer.from(leafHash.buffer, leafHash.byteOffset, leafHash.byteLength).toString('base64'), leafIndex, sinkTimestamp: storedAtNano.toString() }
}

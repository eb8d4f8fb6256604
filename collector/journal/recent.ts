// The receipts of the most recent records, by workspace, environment and record id: a retry hears what the first try
// should have heard, and a record id that stands for two records is noticed. Bounded; rebuilt at start from the journal
// and the store. A retry that comes later than this many records is kept as a record of its own.
//
// The newest are objects, which their makers still change. The others are settled and lie packed in one block of
// memory, so that a quarter of a million of them are no burden to the garbage collector.

import { hash } from 'node:crypto'
import { createPacked } from './packed.ts'

export interface RecentReceipt {
  readonly receivedDigest: Uint8Array
  readonly leafHash: Uint8Array
  readonly storedAtNano: bigint
  /** Given by the journal when the record is appended. */
  leafIndex: number
  /** Settles when the record is durable, or was not to be: a retry must not hear of it before. Undefined once it is. */
  durable: Promise<void> | undefined
}

export interface Recent {
  get(key: string): RecentReceipt | undefined
  add(key: string, receipt: RecentReceipt): void
  /** What was not durable after all. */
  remove(key: string): void
  readonly size: number
}

export const recentCapacity = 262_144

/** Receipts that stay objects at least. More do while the disk is slow. */
const youngReceipts = 64

/** A record id may have a thousand characters; a longer key is stood for by its digest. */
const maxKeyLength = 128

export function recentKey(workspace: string, environment: string, recordId: string): string {
  const key = `${workspace}\n${environment}\n${recordId}`
  return key.length <= maxKeyLength ? key : hash('sha256', key, 'base64')
}

/** A Map keeps its keys in the order of their insertion: the first one is the oldest. */
export function createRecent(capacity = recentCapacity): Recent {
  const young = new Map<string, RecentReceipt>()
  const mostYoung = Math.min(youngReceipts, capacity)
  const old = createPacked(capacity - mostYoung)

  function age(): void {
    for (const [key, receipt] of young) {
      if (young.size <= mostYoung || receipt.durable !== undefined) return
      young.delete(key)
      old.add(key, receipt)
    }
  }

  return {
    get: (key) => young.get(key) ?? old.get(key),
    add(key, receipt) {
      young.delete(key)
      old.remove(key)
      young.set(key, receipt)
      age()
    },
    remove(key) {
      young.delete(key)
      old.remove(key)
    },
    get size() { return young.size + old.size },
  }
}

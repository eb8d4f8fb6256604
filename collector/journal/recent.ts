// The receipts of the most recent records, by workspace, environment and record id: a retry hears what the first try
// should have heard, and a record id that stands for two records is noticed. Bounded; rebuilt at start from the journal
// and the store. A retry that comes later than this many records is kept as a record of its own.

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

export function recentKey(workspace: string, environment: string, recordId: string): string {
  return `${workspace}\n${environment}\n${recordId}`
}

/** A Map keeps its keys in the order of their insertion: the first one is the oldest. */
export function createRecent(capacity = recentCapacity): Recent {
  const receipts = new Map<string, RecentReceipt>()
  return {
    get: (key) => receipts.get(key),
    add(key, receipt) {
      receipts.delete(key)
      receipts.set(key, receipt)
      if (receipts.size > capacity) receipts.delete(receipts.keys().next().value!)
    },
    remove: (key) => { receipts.delete(key) },
    get size() { return receipts.size },
  }
}

// Settled receipts in one block of memory: a ring, in which the next one takes the place of the oldest. 64 bytes each, and
// a Map from key to place. To ask a Map for its oldest key instead costs a walk over all that were deleted before it.
//
//   16 received digest | 32 leaf hash | u64 leaf index | u64 stored at (ns)

import type { RecentReceipt } from './recent.ts'

const receiptBytes = 64

export interface Packed {
  get(key: string): RecentReceipt | undefined
  add(key: string, receipt: RecentReceipt): void
  remove(key: string): void
  readonly size: number
}

/** `capacity`: 0 keeps nothing. */
export function createPacked(capacity: number): Packed {
  const memory = Buffer.alloc(capacity * receiptBytes)
  const keys: (string | undefined)[] = Array.from({ length: capacity })
  const places = new Map<string, number>()
  let next = 0

  function remove(key: string): void {
    const place = places.get(key)
    if (place === undefined) return
    places.delete(key)
    keys[place] = undefined
  }

  return {
    get(key) {
      const place = places.get(key)
      return place === undefined ? undefined : read(memory, place * receiptBytes)
    },
    add(key, receipt) {
      if (capacity === 0) return
      remove(key)
      const oldest = keys[next]
      if (oldest !== undefined) remove(oldest)
      write(memory, next * receiptBytes, receipt)
      keys[next] = key
      places.set(key, next)
      next = (next + 1) % capacity
    },
    remove,
    get size() { return places.size },
  }
}

function write(memory: Buffer, at: number, { receivedDigest, leafHash, leafIndex, storedAtNano }: RecentReceipt): void {
  memory.set(receivedDigest, at)
  memory.set(leafHash, at + 16)
  memory.writeBigUInt64LE(BigInt(leafIndex), at + 48)
  memory.writeBigUInt64LE(storedAtNano, at + 56)
}

/** A copy: its place may be another receipt's by the time it is looked at. */
function read(memory: Buffer, at: number): RecentReceipt {
  return {
    receivedDigest: Buffer.from(memory.subarray(at, at + 16)), leafHash: Buffer.from(memory.subarray(at + 16, at + 48)),
    leafIndex: Number(memory.readBigUInt64LE(at + 48)), storedAtNano: memory.readBigUInt64LE(at + 56), durable: undefined,
  }
}

// What stands in the log for entries that the journal lost. Each of them is a leaf of its own, so that no index is
// skipped, and says which entries were lost together: nothing of that can be taken back later.

import { hash } from 'node:crypto'
import { leafHash, tombstoneEntry } from './seal/index.ts'
import type { Frame, JournalEntry } from './journal/frame.ts'
import type { Damage } from './journal/problem.ts'

/** The reason that tells these tombstones from those of an erasure. */
export const lostReason = 'lost'

/** Entries of one frame: one line of JSON each. */
const frameEntries = 1000

/** A place in the journal that is further ahead than this is no place: a file says so that was not written by us. */
export const maxLost = 10_000_000

/** `nowNano`: when it was given up. */
export function* lostFrames({ firstIndex, endIndex }: Pick<Damage, 'firstIndex' | 'endIndex'>, nowNano: bigint): Generator<Frame> {
  if (endIndex === firstIndex) return
  const entry = lostEntry(firstIndex, endIndex, nowNano)
  for (let index = firstIndex; index < endIndex; index += frameEntries) {
    const count = Math.min(frameEntries, endIndex - index)
    yield { firstIndex: index, storedAtNano: nowNano, entries: Array.from({ length: count }, () => entry) }
  }
}

/** `digest` says nothing: of what was lost there is nothing left to make one of. */
export function lostEntry(firstIndex: number, endIndex: number, nowNano: bigint): JournalEntry {
  if (endIndex - firstIndex > maxLost) throw new Error(`${endIndex - firstIndex} entries cannot have been lost: a file in cursors/ or the log names a place that the journal never had`)
  const tombstone = {
    class: 'lost', period: 'journal', count: endIndex - firstIndex, first: firstIndex, last: endIndex - 1,
    digest: hash('sha256', ''), policy: 'none', reason: lostReason, time: Number(nowNano / 1_000_000_000n),
  }
  return { kind: 'tombstone', receivedDigest: new Uint8Array(16), salt: new Uint8Array(32), leafHash: leafHash(tombstoneEntry(tombstone)), scope: '', text: JSON.stringify(tombstone) }
}

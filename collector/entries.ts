// What the entries of the journal are to the steps behind it: bytes of the log, rows of the store, records to forward.

import { commitment, erasureDigest, leafHash, recordEntry, tombstoneEntry } from './seal/index.ts'
import type { Frame, JournalEntry } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import type { ErasedPartition } from './retain/apply.ts'
import type { StoredRecord } from './store/store.ts'

export interface IndexedEntry { readonly entry: JournalEntry; readonly index: number; readonly storedAtNano: bigint }

export function entriesOf(frames: readonly Frame[]): IndexedEntry[] {
  return frames.flatMap(({ firstIndex, storedAtNano, entries }) => entries.map((entry, i) => ({ entry, index: firstIndex + i, storedAtNano })))
}

/** One past the last entry. */
export function endOf(frames: readonly Frame[]): number {
  const last = frames.at(-1)!
  return last.firstIndex + last.entries.length
}

/** Entries that carry a record, from `fromIndex` on: what was done before is not done again. */
export function recordsFrom(frames: readonly Frame[], fromIndex: number): IndexedEntry[] {
  return entriesOf(frames).filter(({ entry, index }) => entry.kind === 'record' && index >= fromIndex)
}

export function storedRecord({ entry, index, storedAtNano }: IndexedEntry, origin: string): StoredRecord {
  const [retentionClass = '', period = ''] = entry.scope.split(' ')
  const { leafHash: hash, salt, receivedDigest, textBytes } = entry
  return {
    origin, leafIndex: index, leafHash: hash, salt, receivedDigest, storedAtNano, retentionClass, period,
    get canonical() { return entry.text }, // made only for whoever wants text: rows are made from the bytes
    ...(textBytes === undefined ? {} : { canonicalBytes: textBytes }),
  }
}

/** The bytes of the log entry, made again from what was journaled: the same hash as before the write, or we stop. */
export function entryBytes(entry: JournalEntry): Buffer {
  const { kind, scope, salt, leafHash: expected } = entry
  const [retentionClass = '', retentionPeriod = ''] = scope.split(' ')
  const bytes = kind === 'tombstone'
    ? tombstoneEntry(JSON.parse(entry.text) as Parameters<typeof tombstoneEntry>[0])
    : recordEntry({ commitment: commitment(salt, entry.textBytes ?? entry.text), retentionClass, retentionPeriod })
  if (Buffer.compare(leafHash(bytes), expected) !== 0) throw new Error('BUG: leaf hash of a journaled entry differs from the one before the write')
  return bytes
}

/** Makes what an erasure leaves to say the next entry of the log, and waits until it is durable. */
export async function appendTombstone(journal: Journal, { retentionClass, period, leaves }: ErasedPartition, policy: string, nowNano: bigint): Promise<number> {
  const tombstone = {
    class: retentionClass, period, count: leaves.length, first: leaves[0]!.leafIndex, last: leaves.at(-1)!.leafIndex,
    digest: erasureDigest(leaves.map((leaf) => leaf.leafHash)), policy, reason: 'retention', time: Number(nowNano / 1_000_000_000n),
  }
  const entry: JournalEntry = { kind: 'tombstone', receivedDigest: new Uint8Array(16), salt: new Uint8Array(32), leafHash: leafHash(tombstoneEntry(tombstone)), scope: '', text: JSON.stringify(tombstone) }
  const { firstIndex, durable } = journal.append([entry], nowNano)
  await durable
  return firstIndex
}

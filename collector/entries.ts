// What the entries of the journal are to the steps behind it: bytes of the log, rows of the store, records to forward.

import { setImmediate as nextTurn } from 'node:timers/promises'
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

/**
 * What `make` gives for each entry that carries a record, from `fromIndex` on: what was done before is not done again. In
 * slices: requests that this thread answers wait no longer than one of them takes.
 */
export async function recordsFrom<T>(frames: readonly Frame[], fromIndex: number, make: (entry: IndexedEntry) => T): Promise<T[]> {
  const made: T[] = []
  let considered = 0
  for (const { firstIndex, storedAtNano, entries } of frames) {
    for (const [i, entry] of entries.entries()) {
      if ((considered += 1) % sliceEntries === 0) await nextTurn()
      if (entry.kind === 'record' && firstIndex + i >= fromIndex) made.push(make({ entry, index: firstIndex + i, storedAtNano }))
    }
  }
  return made
}

const sliceEntries = 512

export function storedRecord({ entry, index, storedAtNano }: IndexedEntry, origin: string): StoredRecord {
  return new JournaledRecord(entry, index, storedAtNano, origin)
}

/** What the journal holds of it is read when it is asked for: a block of these waits for its turn, and would be copied by the garbage collector again and again. */
class JournaledRecord implements StoredRecord {
  readonly origin: string
  readonly leafIndex: number
  readonly storedAtNano: bigint
  readonly retentionClass: string
  readonly period: string
  readonly #entry: JournalEntry

  constructor(entry: JournalEntry, leafIndex: number, storedAtNano: bigint, origin: string) {
    const [retentionClass = '', period = ''] = entry.scope.split(' ')
    this.origin = origin
    this.leafIndex = leafIndex
    this.storedAtNano = storedAtNano
    this.retentionClass = retentionClass
    this.period = period
    this.#entry = entry
  }

  get leafHash(): Uint8Array { return this.#entry.leafHash }
  get salt(): Uint8Array { return this.#entry.salt }
  get receivedDigest(): Uint8Array { return this.#entry.receivedDigest }
  get canonical(): string { return this.#entry.text }
  get canonicalBytes(): Uint8Array { return this.#entry.textBytes ?? Buffer.from(this.#entry.text) }
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

// Checks everything against everything: the tree and its checkpoint from the entries up, every stored row against its
// leaf, every column against the sealed text, every missing row against the tombstones. What is neither there nor
// explained is a problem; what could not be looked at is said, and is never taken for good.

import { fields, parseRecord } from '@blotter/processors'
import { lostReason } from './lost.ts'
import { columns } from './store/columns.ts'
import { checkLog, commitment, erasureDigest, leafHash, parseEntry, recordEntry } from './seal/index.ts'
import type { CheckOptions, Tombstone } from './seal/index.ts'
import type { StoredRow } from './store/store.ts'

export interface VerifySource extends Pick<CheckOptions, 'read' | 'vkey' | 'remembered'> {
  readonly origin: string
  /** Rows in index order. */
  rows(): AsyncIterable<StoredRow>
  /** Rows of other tenants are not shown to us: a leaf without a row is unchecked, not missing. */
  readonly partialView: boolean
  /** Entries that are durable and not sealed yet, as their leaf hash was given out: base64, by index. */
  readonly unsealed?: ReadonlyMap<number, string>
  readonly onProgress?: (leaves: number) => void
}

export interface Verified {
  readonly size: number | null
  readonly root: string | null
  /** Rows that were compared with their leaf, column by column. */
  readonly rows: number
  /** Leaves whose rows were erased, each explained by a tombstone. */
  readonly erased: number
  readonly tombstones: number
  /** Records that the journal lost and an operator gave up, as the log itself says. */
  readonly lost: number
  /** Leaves that could not be compared with a row. */
  readonly unchecked: number
  /** Rows that the last checkpoint does not cover yet. They were compared with the receipts that were given out. */
  readonly unsealed: number
  readonly problems: readonly { readonly code: string; readonly message: string }[]
}

/** Beyond this many, more of the same tells nobody anything. */
const maxProblems = 100

interface Group { readonly present: number[]; readonly missing: { readonly index: number; readonly leaf: Uint8Array }[] }

export async function verify(source: VerifySource): Promise<Verified> {
  const problems: { code: string; message: string }[] = []
  const problem = (code: string, message: string): void => { if (problems.length < maxProblems) problems.push({ code, message }) }
  const groups = new Map<string, Group>()
  const tombstones: Tombstone[] = []
  let rows: RowReader | undefined
  let compared = 0
  let lostLeaves = 0

  const result = await checkLog({
    read: source.read, vkey: source.vkey, origin: source.origin, ...(source.remembered === undefined ? {} : { remembered: source.remembered }),
    async onEntry(index, bytes, leaf) {
      if (index % 10_000 === 0) source.onProgress?.(index)
      const entry = parseEntry(bytes)
      rows ??= readRows(source.rows(), problem)
      const row = await rows.at(index)
      if (entry.kind === 'tombstone') {
        tombstones.push(entry)
        if (entry.reason === lostReason && index >= entry.first && index <= entry.last) lostLeaves += 1
        if (row !== undefined) problem('row_for_tombstone', `row ${index} stands where the log has a tombstone`)
        return
      }
      const group = groupOf(groups, `${entry.retentionClass} ${entry.retentionPeriod}`)
      if (row === undefined) { group.missing.push({ index, leaf: Buffer.from(leaf) }); return }
      group.present.push(index)
      compared += 1
      compareRow(row, { index, leaf, entry, origin: source.origin }, problem)
    },
  })
  rows ??= readRows(source.rows(), problem)
  const beyond = result.size === null ? [] : await rows.rest(result.size)
  // Of a log that goes on while we look, rows beyond the checkpoint are simply younger than it.
  const unsealed = source.unsealed === undefined ? [] : beyond
  for (const row of unsealed) compareUnsealed(row, source, problem)

  const { erased, lost, unexplained } = explain(groups, tombstones, problem)
  if (!source.partialView) for (const index of unexplained.slice(0, maxProblems)) problem('row_missing', `leaf ${index} has no row, and no tombstone says why`)
  return {
    size: result.size, root: result.root === null ? null : Buffer.from(result.root).toString('base64'),
    rows: compared, erased, lost: lost + lostLeaves, tombstones: tombstones.filter(({ reason }) => reason !== lostReason).length, unchecked: source.partialView ? unexplained.length : 0, unsealed: unsealed.length,
    problems: [...result.problems, ...problems],
  }
}

type Tell = (code: string, message: string) => void

interface RowReader { at(index: number): Promise<StoredRow | undefined>; rest(size: number): Promise<StoredRow[]> }

/** Walks the rows beside the leaves; two rows with one index are one too many. */
function readRows(source: AsyncIterable<StoredRow>, problem: Tell): RowReader {
  const iterator = source[Symbol.asyncIterator]()
  let ahead: StoredRow | undefined
  let ended = false
  const peek = async (): Promise<StoredRow | undefined> => {
    if (ahead === undefined && !ended) {
      const { value, done } = await iterator.next() as IteratorResult<StoredRow, undefined>
      if (done === true) ended = true
      else ahead = value
    }
    return ahead
  }
  return {
    async at(index) {
      for (let row = await peek(); row !== undefined && row.leafIndex < index; row = await peek()) {
        problem('row_twice', `there is more than one row with index ${row.leafIndex}`)
        ahead = undefined
      }
      const row = await peek()
      if (row?.leafIndex !== index) return undefined
      ahead = undefined
      return row
    },
    async rest(size) {
      const beyond: StoredRow[] = []
      for (let row = await peek(); row !== undefined; row = await peek()) {
        if (row.leafIndex >= size) beyond.push(row)
        else problem('row_twice', `there is more than one row with index ${row.leafIndex}`)
        ahead = undefined
      }
      return beyond
    },
  }
}

/** A row that no leaf stands for yet must be one that was journaled, with the leaf hash that it will get. */
function compareUnsealed(row: StoredRow, { unsealed, origin }: VerifySource, problem: Tell): void {
  const { leafIndex: index, canonical, columns: { RetentionClass, Period } } = row
  const salt = Buffer.from(row.salt, 'base64')
  if (salt.length !== 32) { problem('salt_missing', `row ${index} has no salt: it cannot be compared with its receipt`); return }
  const opening = { commitment: commitment(salt, canonical), retentionClass: String(RetentionClass), retentionPeriod: String(Period) }
  const leaf = leafHash(recordEntry(opening))
  if (unsealed?.get(index) !== Buffer.from(leaf).toString('base64')) problem('row_beyond_log', `row ${index} is one that the log does not reach and nobody journaled`)
  else compareRow(row, { index, leaf, origin, entry: opening }, problem)
}

interface Leaf { readonly index: number; readonly leaf: Uint8Array; readonly origin: string; readonly entry: { readonly commitment: Uint8Array; readonly retentionClass: string; readonly retentionPeriod: string } }

function compareRow(row: StoredRow, { index, leaf, origin, entry }: Leaf, problem: Tell): void {
  const salt = Buffer.from(row.salt, 'base64')
  if (salt.length !== 32) { problem('salt_missing', `row ${index} has no salt: its leaf cannot be opened`); return }
  if (Buffer.compare(commitment(salt, row.canonical.toWellFormed()), entry.commitment) !== 0) { problem('row_changed', `row ${index} is not what leaf ${index} commits to`); return }
  const record = parseRecord(row.canonical)
  const stored = {
    origin, leafIndex: index, leafHash: leaf, salt, canonical: row.canonical, retentionClass: entry.retentionClass, period: entry.retentionPeriod,
    receivedDigest: Buffer.from(String(row.columns['ReceivedDigest']), 'base64'), // of what was received, which nobody has any more
    storedAtNano: storedAt(record.attributes[fields.storedAt.key]),
  }
  for (const { name, of } of columns) {
    if (!same(row.columns[name], of(record, stored))) problem('column_changed', `row ${index}: column ${name} is not what the sealed record says`)
  }
}

function storedAt(value: unknown): bigint {
  return typeof value === 'bigint' ? value : 0n // then the column StoredAt will not compare, which is right
}

/** Maps come back with their keys in any order; numbers may come back as text. */
function same(read: unknown, implied: unknown): boolean {
  if (typeof implied !== 'object' || implied === null) return String(read) === String(implied)
  if (typeof read !== 'object' || read === null) return false
  const keys = Object.keys(implied)
  return keys.length === Object.keys(read).length && keys.every((key) => (read as Record<string, unknown>)[key] === (implied as Record<string, unknown>)[key])
}

function groupOf(groups: Map<string, Group>, key: string): Group {
  const found = groups.get(key)
  if (found !== undefined) return found
  const made: Group = { present: [], missing: [] }
  groups.set(key, made)
  return made
}

/**
 * A tombstone explains the missing rows of its class and period in its range, if they are exactly the ones it counts;
 * one for what the journal lost explains whatever is missing in its range.
 */
function explain(groups: ReadonlyMap<string, Group>, tombstones: readonly Tombstone[], problem: Tell): { erased: number; lost: number; unexplained: number[] } {
  const explained = new Set<number>()
  for (const tombstone of tombstones.filter(({ reason }) => reason !== lostReason)) {
    const { class: retentionClass, period, first, last, count, digest } = tombstone
    const group = groups.get(`${retentionClass} ${period}`) ?? { present: [], missing: [] }
    const still = group.present.filter((index) => index >= first && index <= last).length
    if (still > 0) { problem('erasure_unfinished', `${still} of ${count} records of ${retentionClass} ${period} are still there although a tombstone says they were erased: run blotter retention apply`); continue }
    const gone = group.missing.filter(({ index }) => index >= first && index <= last)
    if (gone.length !== count || erasureDigest(gone.map(({ leaf }) => Buffer.from(leaf))) !== digest) { problem('tombstone_wrong', `the tombstone for ${retentionClass} ${period} does not cover exactly what is missing`); continue }
    for (const { index } of gone) explained.add(index)
  }
  const erased = explained.size
  for (const { first, last } of tombstones.filter(({ reason }) => reason === lostReason)) {
    for (const { missing } of groups.values()) for (const { index } of missing) if (index >= first && index <= last) explained.add(index)
  }
  const unexplained = [...groups.values()].flatMap(({ missing }) => missing.map(({ index }) => index)).filter((index) => !explained.has(index)).sort((a, b) => a - b)
  return { erased, lost: explained.size - erased, unexplained }
}

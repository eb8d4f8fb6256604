// What a leaf of our log holds. Entries are public and can never be taken back, so they say nothing about anyone:
// a record is only there as its commitment, and a tombstone names what was erased by index and digest.

import { SealError } from './errors.ts'
import { HASH_BYTES, MAX_ENTRY_BYTES, equalBytes, sha256 } from './tree.ts'
import type { Hash } from './tree.ts'

const RECORD = 0x01
const TOMBSTONE = 0x02
const textStart = 1 + HASH_BYTES

export interface RecordEntry {
  readonly commitment: Hash
  readonly retentionClass: string
  readonly retentionPeriod: string
}

export interface Tombstone {
  /** Retention class and period of the erased records. */
  readonly class: string
  readonly period: string
  readonly count: number
  /** Lowest and highest leaf index erased. */
  readonly first: number
  readonly last: number
  /** `erasureDigest` of the leaf hashes of the erased records. */
  readonly digest: string
  /** The policy with its version, and the ground: identifiers, never text that could be about a person. */
  readonly policy: string
  readonly reason: string
  /** Unix seconds of the erasure. */
  readonly time: number
}

export type Entry = ({ readonly kind: 'record' } & RecordEntry) | ({ readonly kind: 'tombstone' } & Tombstone)

/** 0x01 || commitment || `<class> <period>`. */
export function recordEntry({ commitment, retentionClass, retentionPeriod }: RecordEntry): Buffer {
  if (commitment.length !== HASH_BYTES) throw new Error(`BUG: commitment length; got ${commitment.length}; want ${HASH_BYTES}`)
  assert(isToken(retentionClass), 'retention class')
  assert(isToken(retentionPeriod), 'retention period')
  const entry = Buffer.allocUnsafe(textStart + retentionClass.length + 1 + retentionPeriod.length)
  entry[0] = RECORD
  entry.set(commitment, 1)
  entry.write(`${retentionClass} ${retentionPeriod}`, textStart, 'latin1')
  return entry
}

/** 0x02 || canonical JSON (RFC 8785; for tokens and safe integers that is JSON.stringify with sorted keys). */
export function tombstoneEntry(tombstone: Tombstone): Buffer {
  const { class: retentionClass, count, digest, first, last, period, policy, reason, time } = tombstone
  for (const text of [retentionClass, period, policy, reason]) assert(isToken(text), 'tombstone text')
  for (const number of [count, first, last, time]) assert(isCount(number), 'tombstone number')
  assert(count > 0 && first <= last && count <= last - first + 1, 'tombstone range')
  assert(/^[0-9a-f]{64}$/.test(digest), 'tombstone digest')
  const canonical = JSON.stringify({ class: retentionClass, count, digest, first, last, period, policy, reason, time })
  return Buffer.concat([Buffer.of(TOMBSTONE), Buffer.from(canonical)])
}

/** Hex SHA-256 over the concatenated leaf hashes of the erased records, in index order. */
export function erasureDigest(leafHashes: readonly Hash[]): string {
  return sha256(Buffer.concat(leafHashes)).toString('hex')
}

/** The entry in these bytes: exactly what `recordEntry` or `tombstoneEntry` would have written, anything else throws. */
export function parseEntry(bytes: Uint8Array): Entry {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.length > MAX_ENTRY_BYTES) throw new SealError('entry_too_large', `an entry has at most ${MAX_ENTRY_BYTES} bytes`)
  try {
    if (view[0] === RECORD) return parseRecord(view)
    if (view[0] === TOMBSTONE) return parseTombstone(view)
  } catch (cause) {
    throw new SealError('entry_malformed', 'not an entry of this log', { cause })
  }
  throw new SealError('entry_malformed', 'not an entry of this log: unknown kind')
}

function parseRecord(bytes: Buffer): Entry {
  const [retentionClass = '', retentionPeriod = ''] = bytes.toString('utf8', textStart).split(' ')
  const entry: RecordEntry = { commitment: bytes.subarray(1, textStart), retentionClass, retentionPeriod }
  assert(equalBytes(recordEntry(entry), bytes), 'record entry')
  return { kind: 'record', ...entry }
}

function parseTombstone(bytes: Buffer): Entry {
  const entry = JSON.parse(bytes.toString('utf8', 1)) as Tombstone
  assert(equalBytes(tombstoneEntry(entry), bytes), 'tombstone entry')
  return { kind: 'tombstone', ...entry }
}

// No space, no at sign: neither a sentence nor an e-mail address fits in.
const isToken = (text: string): boolean => typeof text === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/.test(text)
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

// The value is not repeated: error texts must not carry what an entry must not carry.
function assert(condition: boolean, what: string): void {
  if (!condition) throw new Error(`BUG: ${what} is not in its form`)
}

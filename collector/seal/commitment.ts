// The commitment that stands for a record in the log: SHA-256("blotter/record/v1\n" || salt || canonical record). It
// binds the record and hides it: who destroys the salt has erased the record without touching the tree.

import { sha256 } from './tree.ts'
import type { Hash } from './tree.ts'

export const SALT_BYTES = 32

// Tag and salt are of fixed length, so that no two inputs can be cut differently into the same bytes.
const tag = Buffer.from('blotter/record/v1\n')
const recordStart = tag.length + SALT_BYTES

// Reused up to this size: once for each record, an allocation costs as much as the hash.
const SMALL_BYTES = 16 * 1024
const small = Buffer.alloc(recordStart + SMALL_BYTES)
small.set(tag)

export function commitment(salt: Uint8Array, canonicalRecord: Uint8Array | string): Hash {
  if (salt.length !== SALT_BYTES) throw new Error(`BUG: salt length; got ${salt.length}; want ${SALT_BYTES}`)
  if (typeof canonicalRecord === 'string') return commitText(salt, canonicalRecord)
  if (canonicalRecord.length > SMALL_BYTES) return commitLarge(salt, canonicalRecord)
  small.set(canonicalRecord, recordStart)
  return commitSmall(salt, canonicalRecord.length)
}

function commitText(salt: Uint8Array, record: string): Hash {
  // UTF-8 would write every lone surrogate as the same replacement character: two records, one commitment.
  if (!record.isWellFormed()) throw new Error('BUG: the canonical record is not well-formed Unicode')
  // UTF-8 takes at most three bytes for each UTF-16 unit.
  if (record.length * 3 > SMALL_BYTES) return commitLarge(salt, Buffer.from(record))
  return commitSmall(salt, small.write(record, recordStart))
}

function commitSmall(salt: Uint8Array, recordBytes: number): Hash {
  small.set(salt, tag.length)
  return sha256(small.subarray(0, recordStart + recordBytes))
}

function commitLarge(salt: Uint8Array, record: Uint8Array): Hash {
  return sha256(Buffer.concat([tag, salt, record]))
}

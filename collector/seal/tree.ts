// The Merkle tree of RFC 6962 section 2.1. Sizes and indices are safe integers and are halved with Math.floor:
// a shift would cut them to 32 bits.

import { hash } from 'node:crypto'

export type Hash = Uint8Array

export const HASH_BYTES = 32
export const MAX_ENTRY_BYTES = 65_535

// The prefixes keep a leaf from posing as a node. Both buffers are reused: hashing is synchronous, and an allocation
// for each of the two hashes of every record would cost more than the hashing.
const leafInput = Buffer.alloc(1 + MAX_ENTRY_BYTES)
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES)
nodeInput[0] = 0x01

/** Root of the tree of size 0: SHA-256 of nothing. */
export const emptyRoot: Hash = sha256(Buffer.alloc(0))

/** By way of a string of bytes: a pooled buffer filled from it takes a third of the time of one that `hash` allocates. */
export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary')
}

export function leafHash(entry: Uint8Array): Hash {
  if (entry.length > MAX_ENTRY_BYTES) throw new Error(`BUG: entry too large; got ${entry.length}; want <= ${MAX_ENTRY_BYTES}`)
  leafInput.set(entry, 1)
  return sha256(leafInput.subarray(0, 1 + entry.length))
}

export function nodeHash(left: Hash, right: Hash): Hash {
  assertHash(left)
  assertHash(right)
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + HASH_BYTES)
  return sha256(nodeInput)
}

/** Root of a perfect subtree: as many hashes as a power of two, in order. */
export function subtreeRoot(hashes: readonly Hash[]): Hash {
  let row = hashes
  while (row.length > 1) row = parents(row)
  const root = row[0]
  if (root === undefined) throw new Error('BUG: root of no hashes; got 0; want a power of two')
  return root
}

/** The roots of the perfect subtrees that a row of any length is made of, largest (leftmost) first. */
export function subtreeRoots(hashes: readonly Hash[]): Hash[] {
  const roots: Hash[] = []
  for (let start = 0, width; start < hashes.length; start += width) {
    width = largestPowerOfTwo(hashes.length - start)
    roots.push(subtreeRoot(hashes.slice(start, start + width)))
  }
  return roots
}

/** Joins neighbouring subtrees, largest first, into the root of the tree that they make up. */
export function joinSubtrees(roots: readonly Hash[]): Hash {
  if (roots.length === 0) return emptyRoot
  return roots.reduceRight((right, left) => nodeHash(left, right))
}

/** The largest power of two that is not above n (n >= 1). */
export function largestPowerOfTwo(n: number): number {
  let power = 1
  while (power * 2 <= n) power *= 2
  return power
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function parents(row: readonly Hash[]): Hash[] {
  const above: Hash[] = []
  for (let i = 0; i < row.length; i += 2) {
    const [left, right] = [row[i], row[i + 1]]
    if (left === undefined || right === undefined) throw new Error(`BUG: subtree not perfect; got a row of ${row.length}`)
    above.push(nodeHash(left, right))
  }
  return above
}

function assertHash(value: Hash): void {
  if (value.length !== HASH_BYTES) throw new Error(`BUG: hash length; got ${value.length}; want ${HASH_BYTES}`)
}

// Proofs of RFC 6962 sections 2.1.1 and 2.1.2: checking them (RFC 9162 algorithms, hostile input returns false), and
// making them from stored hashes.

import { HASH_BYTES, emptyRoot, equalBytes, joinSubtrees, largestPowerOfTwo, nodeHash } from './tree.ts'
import type { Hash } from './tree.ts'

/** Root of the 2^level leaves that start at index * 2^level. Asked only for leaves inside the tree. */
export type ReadHash = (level: number, index: number) => Hash | Promise<Hash>

/** Whether `leaf` is at `index` of the tree of `size` leaves with this root. */
export function verifyInclusion(index: number, size: number, leaf: Hash, proof: readonly Hash[], root: Hash): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false
  if (!areHashes([leaf, root, ...proof])) return false
  const end = climb(index, size - 1, proof, (sibling, onLeft) => {
    leaf = onLeft ? nodeHash(sibling, leaf) : nodeHash(leaf, sibling)
  })
  return end && equalBytes(leaf, root)
}

/** Whether the tree of size `n` with root `newer` begins with the tree of size `m` with root `older`. */
export function verifyConsistency(m: number, n: number, older: Hash, newer: Hash, proof: readonly Hash[]): boolean {
  if (!isCount(m) || !isCount(n) || m > n || !areHashes([older, newer, ...proof])) return false
  if (m === n) return proof.length === 0 && equalBytes(older, newer)
  if (m === 0) return proof.length === 0 && equalBytes(older, emptyRoot)
  // When m is a power of two, the older root is itself the first hash of the path and is left out of the proof.
  const path = largestPowerOfTwo(m) === m ? [older, ...proof] : proof
  const [first, ...rest] = path
  if (proof.length === 0 || first === undefined) return false
  let [index, last] = [m - 1, n - 1]
  while (index % 2 === 1) [index, last] = [half(index), half(last)]
  let [rootOfOlder, rootOfNewer] = [first, first]
  const end = climb(index, last, rest, (sibling, onLeft) => {
    if (onLeft) rootOfOlder = nodeHash(sibling, rootOfOlder)
    rootOfNewer = onLeft ? nodeHash(sibling, rootOfNewer) : nodeHash(rootOfNewer, sibling)
  })
  return end && equalBytes(rootOfOlder, older) && equalBytes(rootOfNewer, newer)
}

/** Siblings of the leaf, its own first. */
export async function inclusionProof(index: number, size: number, read: ReadHash): Promise<Hash[]> {
  if (!isCount(index) || !isCount(size) || index >= size) throw new Error(`BUG: inclusion proof of ${index} in ${size}`)
  const { siblings } = descend(size, ({ end, start }) => end - start === 1, (middle) => index < middle)
  return readRoots(siblings, read)
}

export async function consistencyProof(m: number, n: number, read: ReadHash): Promise<Hash[]> {
  if (!isCount(m) || !isCount(n) || m > n) throw new Error(`BUG: consistency proof of ${m} and ${n}`)
  if (m === 0 || m === n) return []
  const { siblings, range } = descend(n, ({ end }) => end === m, (middle) => m <= middle)
  // When the walk never turned right, it ended at the older tree itself, whose root the verifier has.
  return readRoots(range.start === 0 ? siblings : [range, ...siblings], read)
}

interface Range {
  readonly start: number
  readonly end: number
}

/** Walks down from the root; the half that is left aside at each split is a sibling, lowest first. */
function descend(size: number, arrived: (range: Range) => boolean, goesLeft: (middle: number) => boolean): { siblings: Range[]; range: Range } {
  const siblings: Range[] = []
  let range: Range = { start: 0, end: size }
  while (!arrived(range)) {
    const middle = range.start + largestPowerOfTwo(range.end - range.start - 1)
    const [left, right] = [{ start: range.start, end: middle }, { start: middle, end: range.end }]
    siblings.unshift(goesLeft(middle) ? right : left)
    range = goesLeft(middle) ? left : right
  }
  return { siblings, range }
}

function readRoots(ranges: readonly Range[], read: ReadHash): Promise<Hash[]> {
  return Promise.all(ranges.map((range) => readRoot(range, read)))
}

async function readRoot({ start, end }: Range, read: ReadHash): Promise<Hash> {
  const roots: Promise<Hash>[] = []
  for (let at = start, width; at < end; at += width) {
    width = largestPowerOfTwo(end - at)
    roots.push(Promise.resolve(read(Math.log2(width), at / width)))
  }
  return joinSubtrees(await Promise.all(roots))
}

/** Walks from a node to the root; false when the proof has one hash too many or too few. */
function climb(index: number, last: number, proof: readonly Hash[], join: (sibling: Hash, onLeft: boolean) => void): boolean {
  for (const sibling of proof) {
    if (last === 0) return false
    const onLeft = index % 2 === 1 || index === last
    join(sibling, onLeft)
    // The last node of a level has no sibling until it is a right child: it rises unchanged.
    if (onLeft) while (index % 2 === 0 && index !== 0) [index, last] = [half(index), half(last)]
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0
}

const half = (n: number): number => Math.floor(n / 2)
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0
const areHashes = (hashes: readonly Hash[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES)

import { describe, expect, it } from 'vitest'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proof.ts'
import { base64, greek, greekLeaves, greekRootOf2, greekRootOf3, numbered } from './testing/vectors.ts'
import { emptyRoot, leafHash, nodeHash } from './tree.ts'
import type { Hash } from './tree.ts'

const MAX = 70
const leaves = numbered(0, MAX).map(leafHash)
const roots = Array.from({ length: MAX + 1 }, (_, size) => treeHash(leaves.slice(0, size)))
const read = (level: number, index: number): Hash => treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

/** RFC 6962 section 2.1 to the letter. */
function treeHash(hashes: readonly Hash[]): Hash {
  const [first, second] = hashes
  if (first === undefined) return emptyRoot
  if (second === undefined) return first
  let k = 1
  while (k * 2 < hashes.length) k *= 2
  return nodeHash(treeHash(hashes.slice(0, k)), treeHash(hashes.slice(k)))
}

const root = (size: number): Hash => roots[size] ?? emptyRoot
const leaf = (index: number): Hash => leaves[index] ?? emptyRoot
const flipped = (hash: Hash): Hash => Uint8Array.from(hash, (byte, i) => (i === 7 ? byte ^ 4 : byte))

describe('the tree', () => {
  it('hashes leaves and nodes as the published vector does', () => {
    const hashes = greek.map(leafHash)
    expect(hashes.map(base64)).toEqual(greekLeaves)
    expect(base64(treeHash(hashes.slice(0, 2)))).toBe(greekRootOf2)
    expect(base64(treeHash(hashes))).toBe(greekRootOf3)
    expect(base64(emptyRoot)).toBe('47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=')
  })

  it('refuses to join anything but hashes', () => {
    expect(() => nodeHash(leaf(0), leaf(1).subarray(1))).toThrow('BUG: hash length; got 31; want 32')
  })
})

describe('inclusion proofs', () => {
  it('verify for every leaf of every size, and for no other leaf, index or root', async () => {
    for (let size = 1; size <= MAX; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, read)
        expect(verifyInclusion(index, size, leaf(index), proof, root(size))).toBe(true)
        expect(verifyInclusion(index, size, leaf((index + 1) % MAX), proof, root(size))).toBe(false)
        expect(verifyInclusion(index, size, leaf(index), proof, root(size - 1))).toBe(false)
        if (size > 1) expect(verifyInclusion((index + 1) % size, size, leaf(index), proof, root(size))).toBe(false)
      }
    }
  })

  it('fail with a hash flipped, left out or added', async () => {
    for (const [index, size] of [[0, 2], [3, 7], [69, 70], [31, 64]] as const) {
      const proof = await inclusionProof(index, size, read)
      const damaged = [...proof.map((_, i) => proof.map((hash, j) => (i === j ? flipped(hash) : hash))), proof.slice(1), proof.slice(0, -1), [...proof, leaf(0)]]
      for (const other of damaged) expect(verifyInclusion(index, size, leaf(index), other, root(size))).toBe(false)
    }
  })

  it('are false for hostile numbers and hashes', () => {
    const [first, all] = [leaf(0), root(1)]
    expect(verifyInclusion(0, 1, first, [], all)).toBe(true)
    for (const [index, size] of [[-1, 1], [1, 1], [0.5, 1], [0, 1.5], [Number.NaN, 1], [0, Infinity], [0, 2 ** 53]] as const) {
      expect(verifyInclusion(index, size, first, [], all)).toBe(false)
    }
    expect(verifyInclusion(0, 2, first, [Buffer.alloc(64)], all)).toBe(false)
    expect(verifyInclusion(0, 1, first.subarray(1), [], first.subarray(1))).toBe(false)
  })

  it('hold for trees beyond 32 bits', () => {
    const size = 2 ** 40 + 1
    const peak = leaf(1)
    expect(verifyInclusion(2 ** 40, size, leaf(0), [peak], nodeHash(peak, leaf(0)))).toBe(true)
    expect(verifyInclusion(2 ** 8, size, leaf(0), [peak], nodeHash(peak, leaf(0)))).toBe(false)
  })

  it('match the published vector', async () => {
    const hashes = greek.map(leafHash)
    const readGreek = (level: number, index: number): Hash => treeHash(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level))
    expect((await inclusionProof(1, 3, readGreek)).map(base64)).toEqual([greekLeaves[0], greekLeaves[2]])
    expect((await consistencyProof(1, 3, readGreek)).map(base64)).toEqual([greekLeaves[1], greekLeaves[2]])
    expect((await consistencyProof(2, 3, readGreek)).map(base64)).toEqual([greekLeaves[2]])
  })
})

describe('consistency proofs', () => {
  it('verify for every pair of sizes, and for no other roots or sizes', async () => {
    for (let n = 0; n <= MAX; n += 1) {
      for (let m = 0; m <= n; m += 1) {
        const proof = await consistencyProof(m, n, read)
        expect(verifyConsistency(m, n, root(m), root(n), proof)).toBe(true)
        expect(verifyConsistency(m, n, flipped(root(m)), root(n), proof)).toBe(false)
        if (m > 0) expect(verifyConsistency(m, n, root(m), flipped(root(n)), proof)).toBe(false)
        if (m > 0 && m < n) expect(verifyConsistency(m - 1, n, root(m), root(n), proof) || verifyConsistency(n, m, root(n), root(m), proof)).toBe(false)
      }
    }
  })

  it('fail with a hash flipped, left out or added', async () => {
    for (const [m, n] of [[1, 2], [3, 7], [64, 70], [33, 69], [0, 5], [6, 6]] as const) {
      const proof = await consistencyProof(m, n, read)
      const damaged = [...proof.map((_, i) => proof.map((hash, j) => (i === j ? flipped(hash) : hash))), [...proof, leaf(0)]]
      if (proof.length > 0) damaged.push(proof.slice(1), proof.slice(0, -1))
      for (const other of damaged) expect(verifyConsistency(m, n, root(m), root(n), other)).toBe(false)
    }
  })

  it('are false for sizes that shrink or are no sizes', () => {
    expect(verifyConsistency(3, 2, root(3), root(2), [])).toBe(false)
    expect(verifyConsistency(-1, 2, root(0), root(2), [])).toBe(false)
    expect(verifyConsistency(1.5, 2, root(1), root(2), [leaf(1)])).toBe(false)
  })
})

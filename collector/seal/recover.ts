// What an open log keeps in memory, and how it is read back from the disk after a restart or a crash.

import type { TreeHead } from './checkpoint.ts'
import { RightEdge } from './edge.ts'
import { SealError } from './errors.ts'
import { readEntries, readHashes } from './reader.ts'
import type { Read } from './reader.ts'
import { partialWidth, tileCount } from './tile.ts'
import { equalBytes, leafHash } from './tree.ts'
import type { Hash } from './tree.ts'

/** A published state: the edge of the tree, and the entries of the bundle that is not full yet. */
export interface LogState {
  readonly edge: RightEdge
  readonly entries: readonly Uint8Array[]
  readonly root: Hash
  /** The signed checkpoint, as it is on the disk. */
  readonly checkpoint: Uint8Array
}

/** Reads only the right edge: the tiles left of it are covered by it, and are checked by `checkLog`. */
export async function recoverState(read: Read, { size, root }: TreeHead, checkpoint: Uint8Array): Promise<LogState> {
  try {
    const edge = new RightEdge(size, await readEdge(read, size))
    const entries = await readPartialEntries(read, size)
    if (!equalBytes(edge.root(), root)) throw new SealError('log_inconsistent', 'the tiles do not give the root of the checkpoint')
    assertEntriesFit(entries, edge.hashes(0))
    return { edge, entries, root, checkpoint }
  } catch (cause) {
    if (!(cause instanceof SealError)) throw cause
    throw new SealError('log_inconsistent', `tiles and checkpoint of size ${size} disagree: ${cause.message}`, { cause })
  }
}

function readEdge(read: Read, size: number): Promise<Hash[][]> {
  const levels: Promise<Hash[]>[] = []
  for (let level = 0; level === 0 || tileCount(level - 1, size) > 0; level += 1) {
    const width = partialWidth(level, size)
    levels.push(width === 0 ? Promise.resolve([]) : readHashes(read, { level, index: tileCount(level, size), width }))
  }
  return Promise.all(levels)
}

async function readPartialEntries(read: Read, size: number): Promise<Uint8Array[]> {
  const width = partialWidth(0, size)
  return width === 0 ? [] : readEntries(read, { level: 'entries', index: tileCount(0, size), width })
}

// The root covers hashes only: a flipped byte in the bundle would otherwise be carried into its next, wider form.
function assertEntriesFit(entries: readonly Uint8Array[], hashes: readonly Hash[]): void {
  entries.forEach((entry, i) => {
    const expected = hashes[i]
    if (expected === undefined || !equalBytes(leafHash(entry), expected)) {
      throw new SealError('log_inconsistent', `entry ${i} of the last bundle is not what its leaf hash says`)
    }
  })
}

// The files that growing a log adds, drawn one at a time: however many entries come, only the right edge and the
// bundle being filled are held, and hashing is spread between the writes.

import { encodeBundle } from './bundle.ts'
import type { DurableFile } from './durable.ts'
import type { HashTile, RightEdge } from './edge.ts'
import { TILE_WIDTH, partialsPath, tileCount, tilePath } from './tile.ts'
import { leafHash } from './tree.ts'

/** What is filled while the files are drawn. */
export interface Growth {
  /** Advanced leaf by leaf. */
  readonly edge: RightEdge
  /** Entries of the bundle that is not full yet. */
  readonly entries: Uint8Array[]
  /** Folders of partial tiles that a full one replaces: they may go after the checkpoint is published. */
  readonly replaced: string[]
}

export function* grow(growth: Growth, added: readonly Uint8Array[]): Generator<DurableFile> {
  const { edge, entries } = growth
  const sizeBefore = edge.size
  for (const entry of added) {
    entries.push(entry)
    const full = edge.add(leafHash(entry))
    if (full.length > 0) yield* fullFiles(growth, full)
  }
  if (entries.length > 0) yield bundleFile(tileCount(0, edge.size), entries)
  for (const tile of edge.partials()) if (isNew(tile, sizeBefore)) yield hashFile(tile)
}

function* fullFiles({ edge, entries, replaced }: Growth, tiles: readonly HashTile[]): Generator<DurableFile> {
  const index = tileCount(0, edge.size) - 1
  yield bundleFile(index, entries)
  entries.length = 0
  replaced.push(partialsPath({ level: 'entries', index, width: TILE_WIDTH }))
  for (const tile of tiles) {
    yield hashFile(tile)
    replaced.push(partialsPath({ ...tile, width: TILE_WIDTH }))
  }
}

// A level that got no hash since the last checkpoint has its partial tile on the disk already.
function isNew({ level, index, hashes }: HashTile, sizeBefore: number): boolean {
  return index * TILE_WIDTH + hashes.length > Math.floor(sizeBefore / TILE_WIDTH ** level)
}

function bundleFile(index: number, entries: readonly Uint8Array[]): DurableFile {
  return { path: tilePath({ level: 'entries', index, width: entries.length }), bytes: encodeBundle(entries) }
}

function hashFile({ level, index, hashes }: HashTile): DurableFile {
  return { path: tilePath({ level, index, width: hashes.length }), bytes: Buffer.concat(hashes) }
}

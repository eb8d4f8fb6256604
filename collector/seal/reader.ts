// Reading the parts of a log from wherever they are served. What is missing or malformed is a SealError whose code
// says so; errors of the disk or the network pass through.

import { parseBundle } from './bundle.ts'
import { SealError } from './errors.ts'
import { TILE_WIDTH, tilePath } from './tile.ts'
import type { Tile } from './tile.ts'
import { HASH_BYTES } from './tree.ts'
import type { Hash } from './tree.ts'

/** The bytes at a path relative to the log, null when there is nothing (over HTTP: a 404 and only a 404). */
export type Read = (path: string) => Promise<Uint8Array | null>

export async function readHashes(read: Read, tile: Tile & { readonly level: number }): Promise<Hash[]> {
  const { bytes, width } = await readTile(read, tile, 'tile_missing')
  if (bytes.length !== width * HASH_BYTES) {
    throw new SealError('tile_malformed', `${tilePath(tile)} has ${bytes.length} bytes; want ${width * HASH_BYTES}`)
  }
  return splitHashes(bytes.subarray(0, tile.width * HASH_BYTES))
}

export async function readEntries(read: Read, tile: Tile & { readonly level: 'entries' }): Promise<Uint8Array[]> {
  const { bytes, width } = await readTile(read, tile, 'entries_missing')
  const entries = parseBundle(bytes)
  if (entries.length !== width) {
    throw new SealError('entries_malformed', `${tilePath(tile)} has ${entries.length} entries; want ${width}`)
  }
  return entries.slice(0, tile.width)
}

/** Partial files may go once the full one exists: then its beginning is what was asked for. */
async function readTile(read: Read, tile: Tile, missing: 'tile_missing' | 'entries_missing'): Promise<{ bytes: Uint8Array; width: number }> {
  const partial = await read(tilePath(tile))
  if (partial !== null) return { bytes: partial, width: tile.width }
  const full = tile.width < TILE_WIDTH ? await read(tilePath({ ...tile, width: TILE_WIDTH })) : null
  if (full !== null) return { bytes: full, width: TILE_WIDTH }
  throw new SealError(missing, `${tilePath(tile)} is missing`)
}

function splitHashes(bytes: Uint8Array): Hash[] {
  const hashes: Hash[] = []
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.subarray(at, at + HASH_BYTES))
  return hashes
}

// Checks a whole log from its entries up, with nothing but what any reader can fetch: every leaf hash is recomputed
// from its entry, every tile at every level from the leaf hashes, and the root is compared with the signed one.

import { encodeBundle } from './bundle.ts'
import { CHECKPOINT_PATH, openCheckpoint } from './checkpoint.ts'
import type { Checkpoint, TreeHead } from './checkpoint.ts'
import { RightEdge } from './edge.ts'
import type { HashTile } from './edge.ts'
import { SealError } from './errors.ts'
import { parseVkey } from './key.ts'
import { Problems } from './problem.ts'
import type { Problem } from './problem.ts'
import { readEntries, readHashes } from './reader.ts'
import type { Read } from './reader.ts'
import { TILE_WIDTH, partialWidth, tileCount, tilePath } from './tile.ts'
import { HASH_BYTES, equalBytes, leafHash } from './tree.ts'
import type { Hash } from './tree.ts'

export interface CheckOptions {
  readonly read: Read
  readonly vkey: string
  /** Default: the name of the key. */
  readonly origin?: string
  /** A head seen earlier, kept elsewhere. Only with it can an older or another history be told from this one. */
  readonly remembered?: TreeHead
  /** Called for every entry in order, with the leaf hash computed from it. */
  readonly onEntry?: (index: number, entry: Uint8Array, leaf: Hash) => void | Promise<void>
  /** Whether to look for the partial files of earlier checkpoints: up to 255 more reads a level. Default: true. */
  readonly olderPartials?: boolean
}

export interface CheckResult {
  /** Of the checkpoint; null when it could not be trusted, and then nothing else was checked. */
  readonly size: number | null
  readonly root: Hash | null
  readonly problems: readonly Problem[]
  /** False when the check gave up, after 100 problems or without a checkpoint. */
  readonly complete: boolean
}

/** Wrong content is a problem, never an exception; errors of `read`, `onEntry` and a malformed vkey are thrown. */
export async function checkLog(options: CheckOptions): Promise<CheckResult> {
  const verifier = parseVkey(options.vkey)
  const problems = new Problems()
  const head = await problems.catch(() => readCheckpoint(options.read, (note) => openCheckpoint(note, verifier, options.origin)))
  if (head === null) return { size: null, root: null, problems: problems.list, complete: false }
  await new Check(options, head, problems).run()
  return { size: head.size, root: head.root, problems: problems.list, complete: !problems.full }
}

async function readCheckpoint(read: Read, open: (note: Uint8Array) => Checkpoint): Promise<Checkpoint> {
  const note = await read(CHECKPOINT_PATH)
  if (note === null) throw new SealError('checkpoint_missing', 'the checkpoint is missing')
  return open(note)
}

class Check {
  readonly #options: CheckOptions
  readonly #head: TreeHead
  readonly #problems: Problems
  readonly #edge = new RightEdge()
  #lastEntries: readonly Uint8Array[] = []

  constructor(options: CheckOptions, head: TreeHead, problems: Problems) {
    this.#options = options
    this.#head = head
    this.#problems = problems
  }

  async run(): Promise<void> {
    const { size, root } = this.#head
    this.#compareRemembered()
    for (let index = 0; index * TILE_WIDTH < size && !this.#problems.full; index += 1) await this.#checkBundle(index)
    if (this.#edge.size < size) return
    await this.#compareTiles(this.#edge.partials())
    if (!equalBytes(this.#edge.root(), root)) this.#problems.add('root_mismatch', 'the entries do not give the root of the checkpoint')
    if (this.#options.olderPartials ?? true) await this.#checkOlderPartials()
  }

  async #checkBundle(index: number): Promise<void> {
    const width = index < tileCount(0, this.#head.size) ? TILE_WIDTH : partialWidth(0, this.#head.size)
    const entries = await this.#problems.catch(() => readEntries(this.#options.read, { level: 'entries', index, width }))
    this.#lastEntries = entries ?? []
    if (entries === null) return this.#standIn(index, width)
    for (const entry of entries) {
      const leaf = leafHash(entry)
      // Most leaves have nothing to wait for, and there may be millions.
      const told = this.#options.onEntry?.(this.#edge.size, entry, leaf)
      if (told !== undefined) await told
      const full = this.#add(leaf)
      if (full.length > 0) await this.#compareTiles(full)
    }
  }

  /** Without its entries the leaves of a bundle cannot be confirmed; the tile's word keeps the rest of the tree checkable. */
  async #standIn(index: number, width: number): Promise<void> {
    const leaves = await this.#problems.catch(() => readHashes(this.#options.read, { level: 0, index, width }))
    for (let i = 0; i < width; i += 1) await this.#compareTiles(this.#add(leaves?.[i] ?? Buffer.alloc(HASH_BYTES)))
  }

  #add(leaf: Hash): readonly HashTile[] {
    const full = this.#edge.add(leaf)
    this.#compareRemembered()
    return full
  }

  async #compareTiles(tiles: readonly HashTile[]): Promise<void> {
    for (const { level, index, hashes } of tiles) {
      const tile = { level, index, width: hashes.length }
      const published = await this.#problems.catch(() => readHashes(this.#options.read, tile))
      const wrong = published?.findIndex((hash, i) => !equalBytes(hash, hashes[i] ?? hash)) ?? -1
      if (wrong >= 0) this.#problems.add('tile_mismatch', `${tilePath(tile)}: hash ${wrong} is not what the entries give`)
    }
  }

  #compareRemembered(): void {
    const { remembered } = this.#options
    if (remembered === undefined) return
    if (this.#edge.size === 0 && remembered.size > this.#head.size) {
      this.#problems.add('checkpoint_older', `the size is ${this.#head.size}; ${remembered.size} was seen before`)
    }
    if (this.#edge.size === remembered.size && !equalBytes(this.#edge.root(), remembered.root)) {
      this.#problems.add('history_differs', `the first ${remembered.size} entries do not give the root that was seen before`)
    }
  }

  async #checkOlderPartials(): Promise<void> {
    for (const { level, index, hashes } of this.#edge.partials()) {
      for (let width = 1; width < hashes.length; width += 1) {
        await this.#comparePartial(tilePath({ level, index, width }), Buffer.concat(hashes.slice(0, width)))
        if (level > 0) continue
        await this.#comparePartial(tilePath({ level: 'entries', index, width }), encodeBundle(this.#lastEntries.slice(0, width)))
      }
    }
  }

  // Not there is fine: only sizes that had a checkpoint have one.
  async #comparePartial(path: string, expected: Uint8Array): Promise<void> {
    const bytes = await this.#options.read(path)
    if (bytes !== null && !equalBytes(bytes, expected)) this.#problems.add('partial_mismatch', `${path} is not the beginning of what is published now`)
  }
}

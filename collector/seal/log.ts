// A transparency log on a disk: C2SP tlog-tiles below a directory, grown by one writer. Everything that a checkpoint
// covers is durable before the checkpoint is signed, so a crash leaves at most files that nothing refers to yet.

import type { TreeHead } from './checkpoint.ts'
import { CHECKPOINT_PATH, formatCheckpoint } from './checkpoint.ts'
import type { DurableFolder } from './durable.ts'
import { SealError } from './errors.ts'
import { grow } from './grow.ts'
import type { Growth } from './grow.ts'
import type { Signer } from './key.ts'
import { signNote } from './note.ts'
import { readEntries, readHashes } from './reader.ts'
import type { LogState } from './recover.ts'
import { TILE_WIDTH, tileCount } from './tile.ts'
import { MAX_ENTRY_BYTES, equalBytes, subtreeRoot } from './tree.ts'
import type { Hash } from './tree.ts'

/** Made by `openLog`. One process, one Log: nothing else may write below its directory. */
export class Log {
  readonly origin: string
  readonly vkey: string
  readonly #folder: DurableFolder
  readonly #signer: Signer
  #state: LogState
  #appending = false
  #failure: unknown = undefined

  constructor(folder: DurableFolder, signer: Signer, state: LogState) {
    this.origin = signer.name
    this.vkey = signer.vkey
    this.#folder = folder
    this.#signer = signer
    this.#state = state
  }

  get size(): number {
    return this.#state.edge.size
  }

  get root(): Hash {
    return this.#state.root
  }

  /** The signed checkpoint as it is published. */
  checkpoint(): string {
    return Buffer.from(this.#state.checkpoint).toString()
  }

  /**
   * Adds entries in order and publishes a checkpoint; both are durable on return. After a failure the disk may hold
   * all, some or none of it: open the log again and go on from its size, with the same entries in the same order.
   */
  async append(entries: readonly Uint8Array[]): Promise<TreeHead> {
    this.#assertReady(entries)
    this.#appending = true
    try {
      if (entries.length > 0) await this.#extend(entries)
    } catch (error) {
      this.#failure = error
      throw error
    } finally {
      this.#appending = false
    }
    return { size: this.size, root: this.root }
  }

  /** Entries from (included) to (excluded), as they are at the time of the call. */
  async *readEntries(from: number, to: number): AsyncGenerator<Uint8Array, void, undefined> {
    const { edge, entries } = this.#state
    if (!(isCount(from) && isCount(to) && from <= to && to <= edge.size)) throw new SealError('out_of_range', `no entries from ${from} to ${to}; the size is ${edge.size}`)
    const fullBundles = tileCount(0, edge.size)
    for (let index = tileCount(0, from); index * TILE_WIDTH < to; index += 1) {
      const start = index * TILE_WIDTH
      const bundle = index < fullBundles
        ? await readEntries((path) => this.#folder.read(path), { level: 'entries', index, width: TILE_WIDTH })
        : entries
      yield* bundle.slice(Math.max(0, from - start), to - start)
    }
  }

  /** Root of the 2^level leaves that start at index * 2^level: what proofs are made of. */
  async hash(level: number, index: number): Promise<Hash> {
    const { edge } = this.#state
    if (!(isCount(level) && isCount(index) && (index + 1) * 2 ** level <= edge.size)) throw new SealError('out_of_range', `no hash ${index} at level ${level}; the size is ${edge.size}`)
    // A tile holds every eighth level; the seven between are computed from its hashes.
    const tileLevel = Math.floor(level / 8)
    const width = 2 ** (level % 8)
    const [tile, start] = [Math.floor(index * width / TILE_WIDTH), index * width % TILE_WIDTH]
    const hashes = tile < tileCount(tileLevel, edge.size)
      ? await readHashes((path) => this.#folder.read(path), { level: tileLevel, index: tile, width: TILE_WIDTH })
      : edge.hashes(tileLevel)
    return subtreeRoot(hashes.slice(start, start + width))
  }

  async #extend(added: readonly Uint8Array[]): Promise<void> {
    const before = this.#state
    const growth: Growth = { edge: before.edge.copy(), entries: [...before.entries], replaced: [] }
    await this.#folder.writeAll(grow(growth, added))
    const head: TreeHead = { size: growth.edge.size, root: growth.edge.root() }
    if (head.size !== before.edge.size + added.length) throw new Error(`BUG: size after append; got ${head.size}; want ${before.edge.size + added.length}`)
    await this.#assertUnchanged()
    const checkpoint = await publish(this.#folder, this.#signer, head)
    // Copied: the caller's buffers may be views of something large.
    this.#state = { edge: growth.edge, entries: growth.entries.map((entry) => Buffer.from(entry)), root: head.root, checkpoint }
    await this.#removeReplaced(growth.replaced)
  }

  #assertReady(entries: readonly Uint8Array[]): void {
    if (this.#appending) throw new Error('BUG: append while an append is running; want one writer')
    if (this.#failure !== undefined) throw new SealError('log_failed', 'an earlier append failed: open the log again', { cause: this.#failure })
    if (entries.some((entry) => entry.length > MAX_ENTRY_BYTES)) throw new SealError('entry_too_large', `an entry has at most ${MAX_ENTRY_BYTES} bytes`)
  }

  // No lock, but the last chance to notice another writer with our key before two histories are signed.
  async #assertUnchanged(): Promise<void> {
    const present = await this.#folder.read(CHECKPOINT_PATH)
    if (present === null || !equalBytes(present, this.#state.checkpoint)) {
      throw new SealError('checkpoint_changed', 'the checkpoint on the disk is not the last one of this writer')
    }
  }

  // Allowed, not needed: readers fall back to the full tile, so a failure here costs disk space and nothing else.
  async #removeReplaced(folders: readonly string[]): Promise<void> {
    await Promise.allSettled(folders.map((folder) => this.#folder.removeDirectory(folder)))
  }
}

/** Signs a head and makes it the published one. Everything that it covers must be durable. */
export async function publish(folder: DurableFolder, signer: Signer, head: TreeHead): Promise<Uint8Array> {
  const note = Buffer.from(signNote(formatCheckpoint({ origin: signer.name, ...head }), [signer]))
  await folder.replace(CHECKPOINT_PATH, note)
  return note
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0

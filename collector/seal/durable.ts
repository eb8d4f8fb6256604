// Files that are there after a power cut: temporary file, fsync, rename, fsync of the directory and of every directory
// that was made on the way. A crash leaves files whole or not at all, and perhaps a `.tmp` that the next run replaces.

import { dirname, join } from 'node:path'
import { nodeOperations } from './operations.ts'
import type { FileOperations } from './operations.ts'
import { equalBytes } from './tree.ts'

export interface DurableFile {
  /** Relative to the folder, with forward slashes. */
  readonly path: string
  readonly bytes: Uint8Array
}

// As many as libuv has threads twice over: enough for the disk to join the fsyncs, few enough to bound the memory.
const WRITERS = 8

export class DurableFolder {
  readonly #root: string
  readonly #operations: FileOperations
  // Directories whose own name is known to be on the disk. A run starts knowing none: an earlier one may have made
  // a directory and died before the fsync.
  readonly #known: Set<string>

  /** `root` exists and its name is durable. */
  constructor(root: string, operations: FileOperations = nodeOperations) {
    this.#root = root
    this.#operations = operations
    this.#known = new Set([root])
  }

  read(path: string): Promise<Uint8Array | null> {
    return this.#operations.read(join(this.#root, path))
  }

  /** Writes a file that never changes: the same bytes again are fine, other bytes are our mistake. */
  writeImmutable(path: string, bytes: Uint8Array): Promise<void> {
    return this.writeAll([{ path, bytes }])
  }

  list(path: string): Promise<readonly string[]> {
    return this.#operations.list(join(this.#root, path))
  }

  /** `writeImmutable` for many: files are drawn as they are written, and each directory is synced once, at the end. */
  async writeAll(files: Iterable<DurableFile>): Promise<void> {
    const batch = new Batch()
    await inParallel(files, WRITERS, async ({ path, bytes }) => {
      const target = join(this.#root, path)
      await this.#enter(dirname(target), batch)
      const present = await this.#operations.read(target)
      if (present === null) await this.#place(target, bytes)
      else if (!equalBytes(present, bytes)) throw new Error(`BUG: immutable file changed; got other bytes for ${path}; want those on disk`)
    })
    await this.#settle(batch)
  }

  /** Replaces a file in one step: a reader sees the old bytes or the new ones. */
  async replace(path: string, bytes: Uint8Array): Promise<void> {
    const batch = new Batch()
    const target = join(this.#root, path)
    await this.#enter(dirname(target), batch)
    await this.#place(target, bytes)
    await this.#settle(batch)
  }

  async removeDirectory(path: string): Promise<void> {
    this.#known.delete(join(this.#root, path))
    await this.#operations.removeDirectory(join(this.#root, path))
  }

  async #place(target: string, bytes: Uint8Array): Promise<void> {
    await this.#operations.write(`${target}.tmp`, bytes)
    await this.#operations.rename(`${target}.tmp`, target)
  }

  async #enter(directory: string, batch: Batch): Promise<void> {
    batch.touched.add(directory)
    if (this.#known.has(directory) || batch.made.has(directory)) return
    await this.#enter(dirname(directory), batch)
    await this.#operations.makeDirectory(directory)
    batch.made.add(directory)
  }

  async #settle({ touched, made }: Batch): Promise<void> {
    await inParallel(touched, WRITERS, (directory) => this.#operations.syncDirectory(directory))
    for (const directory of made) this.#known.add(directory)
  }
}

class Batch {
  readonly touched = new Set<string>()
  readonly made = new Set<string>()
}

/** Runs over a lazy sequence with bounded concurrency. After a failure nothing new starts, and nothing is left running. */
async function inParallel<T>(items: Iterable<T>, limit: number, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]()
  let failed = false
  const worker = async (): Promise<void> => {
    while (!failed) {
      const next = iterator.next()
      if (next.done === true) return
      await work(next.value)
    }
  }
  const workers = Array.from({ length: limit }, () => worker().catch((error: unknown) => { failed = true; throw error }))
  for (const { status, ...rest } of await Promise.allSettled(workers)) {
    if (status === 'rejected') throw (rest as PromiseRejectedResult).reason
  }
}

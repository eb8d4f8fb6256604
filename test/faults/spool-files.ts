// The disk of a spool, failing on demand: before an operation did anything, in the middle of it, or although all of it
// was done. It also knows what a power cut would leave, and can die with its process.

import { readdir, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { diskFiles } from '../../sdk/spool/files.ts'
import type { SpoolFiles, SyncFiles } from '../../sdk/spool/files.ts'

export type SpoolOperation = Exclude<keyof SpoolFiles, 'sync'>
/** `torn`: of a write, half is done. */
export type SpoolFault = 'before' | 'after' | 'torn'

export interface FaultySpoolFiles extends SpoolFiles {
  /** Asked before each operation. */
  decide: ((operation: SpoolOperation, path: string) => SpoolFault | undefined) | undefined
  /** What failing operations fail with. */
  code: string
  /** Lets the next `times` operations of this kind fail. */
  failNext(operation: SpoolOperation, fault: SpoolFault, times?: number): void
  /** Whatever is asked from now on fails and does nothing: the process is gone. */
  die(): void
  /** Every file keeps the first `keep` of the bytes that were never synced. */
  powerCut(directory: string, keep: (unsynced: number) => number): Promise<void>
  readonly done: readonly string[]
}

class InjectedFault extends Error {
  readonly code: string
  constructor(code: string) {
    super('injected')
    this.code = code
  }
}

export function createFaultySpoolFiles(): FaultySpoolFiles {
  const paths = new Map<number, string>()
  const written = new Map<string, number>()
  const synced = new Map<string, number>()
  const done: string[] = []
  let isDead = false

  function faultOf(operation: SpoolOperation, path: string): SpoolFault | undefined {
    if (isDead) return 'before'
    done.push(operation)
    return files.decide?.(operation, path)
  }

  async function act<T>(operation: SpoolOperation, path: string, apply: () => Promise<T>, half = apply): Promise<T> {
    const fault = faultOf(operation, path)
    if (fault === undefined) return apply()
    if (fault === 'torn') await half()
    if (fault === 'after') await apply()
    throw new InjectedFault(files.code)
  }

  function actSync<T>(operation: SpoolOperation, path: string, apply: () => T, half = apply): T {
    const fault = faultOf(operation, path)
    if (fault === undefined) return apply()
    if (fault === 'torn') half()
    if (fault === 'after') apply()
    throw new InjectedFault(files.code)
  }

  const pathOf = (file: number): string => paths.get(file) ?? ''
  const opened = (file: number, path: string): number => { paths.set(file, path); return file }
  const grew = (file: number, bytes: number): number => { written.set(pathOf(file), (written.get(pathOf(file)) ?? 0) + bytes); return bytes }
  const wasSynced = (file: number): void => { synced.set(pathOf(file), written.get(pathOf(file)) ?? 0) }
  const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.ceil(bytes.length / 2))

  function wasRenamed(from: string, to: string): void {
    for (const sizes of [written, synced]) {
      const size = sizes.get(from)
      if (size !== undefined) sizes.set(to, size)
      sizes.delete(from)
    }
  }

  const disk = diskFiles
  const sync: SyncFiles = {
    create: (path) => actSync('create', path, () => opened(disk.sync.create(path), path)),
    write: (file, bytes) => actSync('write', pathOf(file), () => grew(file, disk.sync.write(file, bytes)), () => grew(file, disk.sync.write(file, half(bytes)))),
    datasync: (file) => actSync('datasync', pathOf(file), () => { disk.sync.datasync(file); wasSynced(file) }),
    close: (file) => disk.sync.close(file),
    exists: (path) => actSync('stat', path, () => disk.sync.exists(path)),
    rename: (from, to) => actSync('rename', from, () => { disk.sync.rename(from, to); wasRenamed(from, to) }),
    unlink: (path) => actSync('unlink', path, () => disk.sync.unlink(path)),
    syncDirectory: (path) => actSync('syncDirectory', path, () => disk.sync.syncDirectory(path)),
  }

  const files: FaultySpoolFiles = {
    decide: undefined,
    code: 'EIO',
    done,
    sync,
    create: (path) => act('create', path, async () => opened(await disk.create(path), path)),
    openToRead: (path) => act('openToRead', path, () => disk.openToRead(path)),
    write: (file, bytes) => act('write', pathOf(file), async () => grew(file, await disk.write(file, bytes)), async () => grew(file, await disk.write(file, half(bytes)))),
    read: (file, into, position) => act('read', '', () => disk.read(file, into, position)),
    datasync: (file) => act('datasync', pathOf(file), async () => { await disk.datasync(file); wasSynced(file) }),
    truncate: (file, bytes) => act('truncate', pathOf(file), async () => { await disk.truncate(file, bytes); written.set(pathOf(file), bytes) }),
    close: (file) => disk.close(file),
    stat: (path) => act('stat', path, () => disk.stat(path)),
    list: (directory) => act('list', directory, () => disk.list(directory)),
    rename: (from, to) => act('rename', from, async () => { await disk.rename(from, to); wasRenamed(from, to) }),
    unlink: (path) => act('unlink', path, () => disk.unlink(path)),
    touch: (path) => act('touch', path, () => disk.touch(path)),
    syncDirectory: (path) => act('syncDirectory', path, () => disk.syncDirectory(path)),
    failNext(operation, fault, times = 1) {
      let left = times
      files.decide = (asked) => (asked === operation && (left -= 1) >= 0 ? fault : undefined)
    },
    die() { isDead = true },
    async powerCut(directory, keep) {
      for (const name of await readdir(directory)) {
        const path = join(directory, name)
        const size = written.get(path)
        const safe = Math.min(synced.get(path) ?? 0, size ?? 0)
        if (size !== undefined && size > safe && !name.endsWith('.writer')) await truncate(path, safe + keep(size - safe))
      }
    },
  }
  return files
}

// Real files whose operations fail on demand, in every way that matters: before they did anything, in the middle, or
// after all of it was done. They also know what a power cut would leave.

import { open, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileHandle } from 'node:fs/promises'

export type Operation = 'open' | 'write' | 'datasync' | 'truncate' | 'stat' | 'close'

/**
 * `before`: it fails and did nothing. `after`: it fails although all of it was done. `torn`: a write fails after half of
 * it. `short`: a write does half and says so, which is no failure.
 */
export type Fault = 'before' | 'after' | 'torn' | 'short'

export interface FaultyFiles {
  /** To be used in place of `open` of node:fs/promises. */
  readonly open: typeof open
  /** Every operation so far, in order. */
  readonly done: readonly Operation[]
  /** Asked before each operation: whether it fails, and how. Undefined: never. */
  decide: ((operation: Operation, path: string) => Fault | undefined) | undefined
  /** Lets the next `times` operations of this kind fail, and all later ones succeed. */
  failNext(operation: Operation, fault: Fault, times?: number): void
  /** Closes what is open, as the end of a process does. */
  closeAll(): Promise<void>
  /**
   * Every file that has bytes which were never synced keeps the first `keep` of them; when `zeros`, the rest of them
   * are there but empty, as on a file system that grew the file before it wrote the data.
   */
  powerCut(keep: (unsynced: number) => number, zeros: boolean): Promise<void>
}

class InjectedFault extends Error {
  readonly code = 'EIO'
}

export function createFaultyFiles(): FaultyFiles {
  const handles = new Set<FileHandle>()
  const directories = new Set<string>()
  const synced = new Map<number, number>() // by inode, since a file may get another name
  const done: Operation[] = []

  async function act<T>(operation: Operation, path: string, apply: () => Promise<T>, half = apply): Promise<T> {
    done.push(operation)
    const fault = files.decide?.(operation, path)
    if (fault === undefined) return apply()
    if (fault === 'short') return half()
    if (fault === 'torn') await half()
    if (fault === 'after') await apply()
    throw new InjectedFault(`injected: ${operation} failed (${fault})`)
  }

  function wrap(file: FileHandle, path: string, inode: number): FileHandle {
    const sync = async (): Promise<void> => { await file.datasync(); synced.set(inode, (await file.stat()).size) }
    const close = async (): Promise<void> => { handles.delete(file); await file.close() }
    const operations = {
      write: (buffer: Buffer, offset: number, length: number, position: number | null = null) =>
        act('write', path, () => file.write(buffer, offset, length, position), () => file.write(buffer, offset, Math.ceil(length / 2), position)),
      read: (buffer: Buffer, offset: number, length: number, position: number) => file.read(buffer, offset, length, position),
      datasync: () => act('datasync', path, sync),
      truncate: (length: number) => act('truncate', path, async () => { await file.truncate(length); synced.set(inode, Math.min(synced.get(inode) ?? 0, length)) }),
      stat: () => act('stat', path, () => file.stat()),
      close: () => act('close', path, close),
    }
    return operations as unknown as FileHandle
  }

  const files: FaultyFiles = {
    open: (async (path: string, flags: string, mode?: number) => act('open', path, async () => {
      const file = await open(path, flags, mode)
      handles.add(file)
      directories.add(dirname(path))
      const { ino, size } = await file.stat()
      if (size === 0 || !synced.has(ino)) synced.set(ino, 0)
      return wrap(file, path, ino)
    })) as typeof open,
    done,
    decide: undefined,
    failNext(operation, fault, times = 1) {
      let left = times
      files.decide = (asked) => (asked === operation && (left -= 1) >= 0 ? fault : undefined)
    },
    async closeAll() {
      await Promise.all([...handles].map((file) => file.close()))
      handles.clear()
    },
    async powerCut(keep, zeros) {
      const names = await Promise.all([...directories].map(async (directory) => (await readdir(directory)).map((name) => join(directory, name))))
      for (const path of names.flat()) {
        const { ino, size } = await stat(path)
        const safe = synced.get(ino)
        if (safe === undefined || size <= safe) continue
        const kept = safe + keep(size - safe)
        if (zeros) await writeFile(path, Buffer.concat([(await readFile(path)).subarray(0, kept), Buffer.alloc(size - kept)]))
        else await truncate(path, kept)
      }
    },
  }
  return files
}

// Writing a small file so that a crash leaves either the old one or the new one, whole: temp, fsync, rename, fsync.

import { randomUUID } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** `mode`: permissions of a new file, 0600 unless said: what we keep is nobody else's to read. */
export async function writeDurable(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp` // its own name: two writers must not share a file
  try {
    await writeSynced(temporary, content, mode)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}) // on a full disk, every attempt would leave one more
    throw error
  }
  await syncDirectory(dirname(path))
}

async function writeSynced(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Removes what a crash in the middle of a write left in `directory`, if it is older than `olderThanMs`, by default of any age. */
export async function removeTemporary(directory: string, olderThanMs = 0): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return []; throw error })
  for (const name of names.filter((file) => file.endsWith('.tmp'))) {
    const path = join(directory, name)
    const found = await stat(path).catch(() => undefined)
    if (found?.isFile() === true && Date.now() - found.mtimeMs >= olderThanMs) await rm(path, { force: true })
  }
}

/** A lock that is older than this was left behind by a crash: what it guards takes milliseconds. */
const staleLockMs = 10_000

/** Runs `work` while no other process does the same for `path`: for reading a file and writing it back. */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = `${path}.lock`
  while (!(await takeLock(lock))) await new Promise((resolve) => { setTimeout(resolve, 10 + Math.random() * 20) })
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx', 0o600)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > staleLockMs) await rm(lock, { force: true })
    return false
  }
}

/** A new or renamed file is not durable until its directory is. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

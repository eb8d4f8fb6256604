// Writing a small file so that a crash leaves either the old one or the new one, whole: temp, fsync, rename, fsync.

import { randomUUID } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** `mode`: permissions of a new file, 0600 unless said: what we keep is nobody else's to read. */
export async function writeDurable(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp` // its own name: two writers must not share a file
  const file = await open(temporary, 'wx', mode)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  await syncDirectory(dirname(path))
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

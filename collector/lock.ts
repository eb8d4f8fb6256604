// One process per data directory. The lock is a file with the process's id and start time, so that one left behind by a
// crash is recognised as such, also when another process has got the same id since.

import { createHash } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Another live process holds the directory. */
export class DirectoryInUse extends Error {
  constructor(directory: string, pid: string) {
    super(`${directory} is in use by process ${pid}: stop it first, or use --url to talk to it`)
  }
}

export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const path = join(directory, 'lock')
  const own = `${path}.${process.pid}`
  await writeFile(own, `${process.pid} ${await startTime(process.pid)}\n`, { mode: 0o600 })
  try {
    await take(path, own, (pid) => { throw new DirectoryInUse(directory, pid) })
  } finally {
    await unlink(own)
  }
  return () => unlink(path)
}

/** A link appears whole or not at all: nobody ever reads a lock that is half written. `onHeld` waits, or throws. */
async function take(path: string, own: string, onHeld: (pid: string) => Promise<void>): Promise<void> {
  while (!(await linkIfFree(own, path))) {
    const holder = await readHolder(path)
    if (holder === undefined) continue // it was given back meanwhile
    const [pid = '', started = ''] = holder.trim().split(' ')
    if (/^[0-9]+$/.test(pid) && isAlive(Number(pid)) && (await startTime(Number(pid))) === started) await onHeld(pid)
    else await removeStale(path, holder, own)
  }
}

/**
 * Several may find the same stale lock at the same time, and the second of them must not remove what the first has put
 * in its place: only one at a time, under a lock that is named after who is gone, may look again and remove it.
 */
async function removeStale(path: string, holder: string, own: string): Promise<void> {
  const guard = `${path}.${createHash('sha256').update(holder).digest('hex').slice(0, 16)}`
  await take(guard, own, () => sleep(10))
  try {
    if (await readHolder(path) === holder) await unlink(path)
  } finally {
    await unlink(guard)
  }
}

async function linkIfFree(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function readHolder(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat, in ticks since boot; where there is no /proc, the id alone decides. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown'
}

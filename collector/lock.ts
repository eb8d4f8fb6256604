// One process per data directory. The lock is a file with the process's id and start time, so that one left behind by a
// crash is recognised as such, also when another process has got the same id since.

import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

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
    // A link appears whole or not at all: nobody ever reads a lock that is half written.
    while (!(await linkIfFree(own, path))) await removeIfStale(directory, path)
  } finally {
    await unlink(own)
  }
  return () => unlink(path)
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

async function removeIfStale(directory: string, path: string): Promise<void> {
  const [pid = '', started = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
  if (/^[0-9]+$/.test(pid) && isAlive(Number(pid)) && (await startTime(Number(pid))) === started) throw new DirectoryInUse(directory, pid)
  await unlink(path).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOENT') throw error })
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

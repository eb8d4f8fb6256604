// One process per data directory. The lock is a file that says who has it: process, start time, machine, boot and process
// namespace, so that one left behind by a crash is recognised as such, also when another process has got the same id
// since.
//
// A process that we cannot see, on another machine or in another container that shares the volume, is judged by its
// heartbeat: while it lives it touches the file. Clocks are not compared: we watch whether the time of the file changes.
// A process that finds its lock taken over, having been suspended for longer than that, is told and must write no more.

import { createHash } from 'node:crypto'
import { link, readFile, readlink, stat, unlink, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Another live process holds the directory. */
export class DirectoryInUse extends Error {
  constructor(directory: string, { pid, host, isVisible }: Holder) {
    super(`${directory} is in use by process ${pid}${isVisible ? '' : ` on ${host}, another machine or container`}: stop it first, or use --url to talk to it`)
  }
}

export interface LockOptions {
  /** Another process has taken the directory over: from now on nothing may be written to it. Default: nothing happens. */
  readonly onLost?: () => void
  /** How often the holder touches the file. Default 2 s. */
  readonly heartbeatMs?: number
  /** A holder that we cannot see is gone when its file was not touched for so long. Default 10 s. */
  readonly watchMs?: number
}

interface Holder { readonly pid: string; readonly started: string; readonly host: string; readonly isVisible: boolean }

export async function lockDirectory(directory: string, options: LockOptions = {}): Promise<() => Promise<void>> {
  const { onLost = () => {}, heartbeatMs = 2_000, watchMs = 10_000 } = options
  const path = join(directory, 'lock')
  const own = `${path}.${process.pid}`
  const content = await describeSelf()
  await writeFile(own, content, { mode: 0o600 })
  try {
    await take(path, own, watchMs, (holder) => { throw new DirectoryInUse(directory, holder) })
  } finally {
    await unlink(own)
  }
  const heart = setInterval(() => { void beat(path, content).then((isOurs) => { if (!isOurs) { clearInterval(heart); onLost() } }) }, heartbeatMs).unref()
  return async () => {
    clearInterval(heart)
    if (await readHolder(path) === content) await unlink(path) // else it is somebody else's by now
  }
}

/** False when the lock is not ours any more. A disk that fails proves nothing. */
async function beat(path: string, content: string): Promise<boolean> {
  try {
    if (await readHolder(path) !== content) return false
    const now = new Date()
    await utimes(path, now, now)
  } catch {
    // The journal notices what matters.
  }
  return true
}

/** A link appears whole or not at all: nobody ever reads a lock that is half written. `onHeld` waits, or throws. */
async function take(path: string, own: string, watchMs: number, onHeld: (holder: Holder) => unknown): Promise<void> {
  while (!(await linkIfFree(own, path))) {
    const content = await readHolder(path)
    if (content === undefined) continue // it was given back meanwhile
    const holder = await parse(content)
    if (holder !== undefined && await isAlive(holder, path, watchMs)) await onHeld(holder)
    else await removeStale(path, content, own, watchMs)
  }
}

/**
 * Several may find the same stale lock at the same time, and the second of them must not remove what the first has put
 * in its place: only one at a time, under a lock that is named after who is gone, may look again and remove it.
 */
async function removeStale(path: string, content: string, own: string, watchMs: number): Promise<void> {
  const guard = `${path}.${createHash('sha256').update(content).digest('hex').slice(0, 16)}`
  await take(guard, own, watchMs, () => sleep(10))
  try {
    if (await readHolder(path) === content) await unlink(path)
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

/** `<pid> <start time> <host> <boot> <process namespace>`. The last three tell whether we can see the process. */
async function describeSelf(): Promise<string> {
  return `${process.pid} ${await startTime(process.pid)} ${hostname()} ${(await surroundings()).join(' ')}\n`
}

async function surroundings(): Promise<[boot: string, namespace: string]> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => 'unknown')
  return [boot.trim(), await readlink('/proc/self/ns/pid').catch(() => 'unknown')]
}

/** Undefined for what was never a lock of ours. */
async function parse(content: string): Promise<Holder | undefined> {
  const [pid = '', started = '', host = hostname(), boot, namespace] = content.trim().split(' ')
  if (!/^[0-9]{1,10}$/.test(pid)) return undefined
  const [ownBoot, ownNamespace] = await surroundings()
  const isVisible = (boot ?? ownBoot) === ownBoot && (namespace ?? ownNamespace) === ownNamespace && (ownBoot !== 'unknown' || host === hostname())
  return { pid, started, host, isVisible }
}

async function isAlive({ pid, started, isVisible }: Holder, path: string, watchMs: number): Promise<boolean> {
  return isVisible ? isRunning(Number(pid)) && (await startTime(Number(pid))) === started : isTouched(path, watchMs)
}

/** Whether somebody touches the file while we watch. */
async function isTouched(path: string, watchMs: number): Promise<boolean> {
  const touched = async (): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.mtimeMs
  const before = await touched()
  for (let waited = 0; waited < watchMs; waited += watchMs / 20) {
    await sleep(watchMs / 20)
    if (await touched() !== before) return true
  }
  return false
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat, in ticks since boot; where there is no /proc, the id alone decides. */
async function startTime(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown'
}

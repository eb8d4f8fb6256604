// Who is alive. Each writer has a file that says which process it is, and touches it as long as it lives.
//
// Clocks are not compared: whether a writer lives is judged by whether the time of its file changes while we watch, by
// our own monotonic clock and by the number of our own looks, so that a machine which slept finds nobody dead when it
// wakes. Only a writer whose process we can see to be gone is dead at once, and one whose file is gone: it has closed.

import { readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { codeOf, readFully, writeFullySync } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { writerPath } from './names.ts'

/** Does nothing when we are announced already: somebody may have tidied our file away while we were suspended. */
export function announce({ sync }: SpoolFiles, directory: string, writer: string): void {
  let file: number
  try {
    file = sync.create(writerPath(directory, writer))
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return
    throw error
  }
  try {
    writeFullySync(sync, file, Buffer.from(describeSelf()))
  } finally {
    sync.close(file)
  }
}

interface Seen { mtimeMs: number; sinceMs: number; looks: number; content: string | undefined }

export interface JudgeOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly heartbeatMs: number
  readonly staleMs: number
  /** Monotonic. */
  readonly nowMs: () => number
}

export type Verdict = 'alive' | 'gone' | 'stale'

/** To be asked once in each heartbeat about each writer. */
export type Judge = (writer: string) => Promise<Verdict>

export function createJudge({ files, directory, heartbeatMs, staleMs, nowMs }: JudgeOptions): Judge {
  const seen = new Map<string, Seen>()
  const neededLooks = Math.ceil(staleMs / heartbeatMs)

  return async function judge(writer) {
    const facts = await files.stat(writerPath(directory, writer))
    if (facts === undefined) return 'gone'
    const before = seen.get(writer)
    const now = before?.mtimeMs === facts.mtimeMs ? before : { mtimeMs: facts.mtimeMs, sinceMs: nowMs(), looks: -1, content: before?.content }
    now.looks += 1
    now.content ??= await readSmall(files, writerPath(directory, writer))
    seen.set(writer, now)
    if (await isGone(now.content)) return 'gone'
    return now.looks >= neededLooks && nowMs() - now.sinceMs >= staleMs ? 'stale' : 'alive'
  }
}

async function readSmall(files: SpoolFiles, path: string): Promise<string | undefined> {
  const file = await files.openToRead(path).catch(() => undefined)
  if (file === undefined) return undefined
  try {
    return (await readFully(files, file, 0, 1024)).toString('utf8') || undefined // it may be just about to be written
  } finally {
    await files.close(file)
  }
}

/** A process of this machine, boot and process namespace that has ended. Of others we cannot know. */
async function isGone(content: string | undefined): Promise<boolean> {
  const [pid = '', started = '', ...place] = content?.trim().split(' ') ?? []
  if (!/^[0-9]{1,10}$/.test(pid) || place.join(' ') !== surroundings()) return false
  return !isRunning(Number(pid)) || startTimeIn(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')) !== started
}

/** `<pid> <start time> <host> <boot> <process namespace>` */
export function describeSelf(): string {
  return `${process.pid} ${startTimeIn(quietly(() => readFileSync(`/proc/${process.pid}/stat`, 'utf8'), ''))} ${surroundings()}\n`
}

let place: string | undefined

/** Blocks for some microseconds, once: these files are not on a disk. */
function surroundings(): string {
  place ??= [
    hostname().replaceAll(' ', '_'),
    quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), 'unknown'),
    quietly(() => readlinkSync('/proc/self/ns/pid'), 'unknown'),
  ].join(' ')
  return place
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Field 22 of /proc/<pid>/stat: a process id is given out again, with another start time. `unknown` where there is no /proc. */
function startTimeIn(status: string): string {
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown'
}

function quietly<T>(read: () => T, instead: T): T {
  try {
    return read()
  } catch {
    return instead
  }
}

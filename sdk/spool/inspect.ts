// A spool directory for people: what waits in it, what the collector refused and why, what is damaged; and refused
// records sent anew, after whatever they were refused for was mended. Works beside processes that use the directory.

import { rename, unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { codeOf, diskFiles as files } from './files.ts'
import { createMine } from './mine.ts'
import { newId, refusedPath, sortNames, writerPath } from './names.ts'
import type { Listing } from './names.ts'
import { announce } from './presence.ts'
import { createReader } from './reader.ts'
import { readCursor } from './cursor.ts'
import { createRefusedFile, parseRefused, readWhole } from './refused.ts'
import type { RefusedEntry } from './refused.ts'
import { openSegment } from './segment.ts'
import type { Segment } from './segment.ts'
import { spoolDefaults } from './settings.ts'
import { createTally } from './tally.ts'
import { createUsage } from './usage.ts'

export type { RefusedEntry } from './refused.ts'

/** Entries of one writer that wait to be sent. */
export interface WaitingStream {
  readonly stream: string
  /** About: a process that is at work settles entries before it says so on disk. */
  readonly records: number
  /** Of its segments on disk. */
  readonly bytes: number
  /** When the oldest of them was appended, ISO 8601. */
  readonly oldestAt?: string
}

export interface SpoolInspection {
  readonly waiting: readonly WaitingStream[]
  readonly refused: readonly RefusedEntry[]
  /** Lines of refused files that are no whole entries: interrupted writes. */
  readonly unreadableLines: number
  /** Files with bytes that could not be read. Delete them when nobody wants to look at them. */
  readonly damagedFiles: readonly string[]
  /**
   * Sends the refused records that `select` says true for, by default all, anew: the next spool on this directory takes
   * them, within seconds where one is open. Answers how many. After a crash in the middle some may be sent and still be
   * listed. A record that was refused for what it is will be refused again.
   */
  requeue(select?: (entry: RefusedEntry) => boolean): Promise<number>
  /** Deletes refused records for good. Answers how many. */
  discard(select: (entry: RefusedEntry) => boolean): Promise<number>
}

/** Empty when there is no such directory. */
export async function inspectSpool(path: string): Promise<SpoolInspection> {
  const directory = resolve(path)
  const listing = await list(directory)
  const texts = await Promise.all(listing.refused.map(async (name) => (await readWhole(files, join(directory, name))).toString('utf8')))
  const { entries, unreadable } = parseRefused(texts.join('\n'))
  const waiting = await Promise.all([...listing.segments].map(([stream, numbers]) => inspectStream(directory, stream, numbers)))
  return {
    waiting: waiting.filter(({ records }) => records > 0),
    refused: entries,
    unreadableLines: unreadable,
    damagedFiles: listing.damaged,
    requeue: (select = () => true) => takeOut(directory, select, (taken) => append(directory, taken)),
    discard: (select) => takeOut(directory, select, async () => {}),
  }
}

async function list(directory: string): Promise<Listing> {
  return sortNames(await files.list(directory).catch((error: unknown) => { if (codeOf(error) === 'ENOENT') return []; throw error }))
}

async function inspectStream(directory: string, stream: string, numbers: readonly number[]): Promise<WaitingStream> {
  const segments: Segment[] = []
  for (const number of numbers) {
    const opened = await openSegment(files, directory, stream, number).catch(() => undefined) // just removed
    if (opened?.kind === 'segment') segments.push(opened.segment)
  }
  let records = 0
  let oldestAtMs: number | undefined
  const reader = createReader({ files, segments, onDamage: async () => {}, onTorn() {} })
  await reader.walk(await readCursor(files, directory, stream), (_image, _at, { atMs }) => {
    records += 1
    oldestAtMs ??= atMs
    return true
  })
  const bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  return { stream, records, bytes, ...(oldestAtMs === undefined ? {} : { oldestAt: new Date(oldestAtMs).toISOString() }) }
}

/** `use` must have kept what it is given when it resolves. What is not selected stays. */
async function takeOut(directory: string, select: (entry: RefusedEntry) => boolean, use: (entries: readonly RefusedEntry[]) => Promise<void>): Promise<number> {
  let count = 0
  for (const name of (await list(directory)).refused) {
    const taken = refusedPath(directory, newId(), 1)
    await rename(join(directory, name), taken) // whoever writes to it sees that, and writes its next lines elsewhere
    const { entries } = parseRefused((await readWhole(files, taken)).toString('utf8'))
    const selected = entries.filter(select)
    await use(selected)
    await keep(directory, entries.filter((entry) => !selected.includes(entry)))
    await unlink(taken)
    count += selected.length
  }
  return count
}

async function keep(directory: string, entries: readonly RefusedEntry[]): Promise<void> {
  if (entries.length === 0) return
  const file = createRefusedFile({ files, directory, writer: newId(), maxBytes: Infinity, fileBytes: Infinity, onBytes() {}, onDropped() {} })
  await file.write(entries)
  await file.close()
}

/** As streams of a writer that is gone: any spool on the directory takes them over. */
async function append(directory: string, entries: readonly RefusedEntry[]): Promise<void> {
  for (const [resource, group] of Map.groupBy(entries, (entry) => entry.resource)) {
    const writer = newId()
    announce(files, directory, writer)
    const usage = createUsage(files, directory)
    const mine = createMine({ ...spoolDefaults, files, directory, writer, resource, maxBytes: Number.MAX_SAFE_INTEGER, wallMs: () => Date.now(), tally: createTally(() => {}), usage })
    await mine.append(group.map(({ recordId, text }) => ({ recordId, text })))
    await mine.close()
    await unlink(writerPath(directory, writer))
  }
}

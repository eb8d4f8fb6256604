// A stream whose writer is dead: it is read from disk from its cursor on, and removed when all of it is settled.

import { join } from 'node:path'
import { createReader } from './reader.ts'
import type { Visit } from './reader.ts'
import { readCursor, writeCursor, writeCursorSync } from './cursor.ts'
import type { SpoolFiles } from './files.ts'
import { cursorPath, damagedPath, leasePath, segmentPath, sortNames } from './names.ts'
import { openSegment } from './segment.ts'
import type { Segment } from './segment.ts'
import { createQuarantine } from './tally.ts'
import type { Tally } from './tally.ts'
import type { Usage } from './usage.ts'

export interface InheritedStream {
  readonly id: string
  readonly resource: string
  readonly createdMs: number
  /** Entries that are not settled. */
  records: number
  /** Time of the oldest of them. */
  oldestAtMs: number | undefined
  /** Sequence number from which on nothing was handed out. */
  next: number
  /** Tells `visit` of the entries from `next` on. */
  read(visit: Visit): Promise<void>
  /** Everything below is settled. Removes segments that are of no use any more. */
  settle(sequence: number): Promise<void>
  saveCursor(): Promise<void>
  saveCursorSync(): void
  /** All of it is settled: nothing of it is left. */
  remove(): Promise<void>
}

export interface InheritOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly id: string
  readonly writer: string
  readonly tally: Tally
  readonly usage: Usage
}

/** Reads all of it once, to know how much there is and what is damaged. */
export async function inherit(options: InheritOptions): Promise<InheritedStream> {
  const { files, directory, id, writer, tally, usage } = options
  const segments = await openAll(options)
  let settled = await readCursor(files, directory, id)
  let saved = settled
  let isLost = false
  const torn = new Set<Segment>()
  const reader = createReader({
    files,
    segments,
    onDamage: createQuarantine(files, directory, id, tally, usage),
    onTorn(segment, bytes) {
      if (!torn.has(segment)) tally.tornBytes += bytes
      torn.add(segment)
    },
  })

  /** Another process may have taken it from us, because we were suspended: then nothing of it is ours to remove. */
  async function isOurs(): Promise<boolean> {
    if (await files.stat(leasePath(directory, id, writer)) === undefined) isLost = true
    return !isLost
  }

  async function drop(segment: Segment): Promise<void> {
    await files.unlink(segment.path)
    segments.splice(segments.indexOf(segment), 1)
    usage.add(-segment.bytes)
  }

  async function settle(sequence: number): Promise<void> {
    settled = sequence
    while (segments.length > 1 && segments[1]!.header.previousEnd <= settled && await isOurs()) await drop(segments[0]!)
  }

  const stream: InheritedStream = {
    id, resource: segments[0]?.header.resource ?? '', createdMs: segments[0]?.header.createdMs ?? 0,
    records: 0, oldestAtMs: undefined, next: settled, settle,
    read: (visit) => reader.walk(stream.next, visit),
    async saveCursor() {
      if (settled === saved) return
      const saving = settled
      await writeCursor(files, directory, id, saving)
      saved = saving
    },
    saveCursorSync() {
      if (settled !== saved) writeCursorSync(files, directory, id, settled)
    },
    async remove() {
      if (!await isOurs()) return
      for (const segment of [...segments]) await drop(segment)
      const listing = sortNames(await files.list(directory))
      for (const number of listing.segments.get(id) ?? []) await files.unlink(segmentPath(directory, id, number)) // never finished ones
      for (const name of listing.temporary) if (name.startsWith(`${id}.`)) await files.unlink(join(directory, name)) // of a cursor that a killed process was writing
      await files.unlink(cursorPath(directory, id))
      await files.unlink(leasePath(directory, id, writer)) // last: as long as it is there, somebody cares for the rest
    },
  }
  await reader.walk(settled, (_image, _at, { atMs }) => {
    stream.records += 1
    stream.oldestAtMs ??= atMs
    return true
  })
  return stream
}

async function openAll({ files, directory, id, tally }: InheritOptions): Promise<Segment[]> {
  const segments: Segment[] = []
  for (const number of sortNames(await files.list(directory)).segments.get(id) ?? []) {
    const opened = await openSegment(files, directory, id, number)
    if (opened.kind === 'segment') segments.push(opened.segment)
    else if (opened.kind === 'torn') tally.tornBytes += opened.bytes
    else if (opened.kind === 'damaged') {
      const path = damagedPath(directory, id, number, 0)
      await files.rename(segmentPath(directory, id, number), path) // nobody knows how many entries are in it
      tally.damaged(id, 1, opened.bytes, path)
    }
  }
  return segments
}

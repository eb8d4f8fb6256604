// The journal: what was appended is durable before its promise resolves, and stays until every step is past it.
//
// Group commit: appends that arrive while a write is under way share the next one, and one fdatasync. Indices are given
// out in the order of the appends and are the indices of the log's leaves. When a write fails, nothing of it is
// acknowledged and the file is cut back to what is known to be durable before another byte is written; when even that
// fails, the journal stays closed until it works: after a failed fsync the state of the page cache is unknown.

import { mkdir, open, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { syncDirectory } from '../durable.ts'
import { BlotterError } from '../errors.ts'
import { encodeFrame } from './frame.ts'
import { createReader } from './reader.ts'
import { listSegments, recoverSegment, segmentPath } from './segment.ts'
import type { Frame, JournalEntry } from './frame.ts'
import type { JournalReader } from './reader.ts'
import type { Segment } from './segment.ts'

export interface JournalOptions {
  readonly directory: string
  /** Index of the first entry when there is no segment: the size of the sealed log. */
  readonly floorIndex: number
  /** A segment is closed beyond this size. Default 64 MiB. */
  readonly segmentBytes?: number
  /** Appends are refused beyond this size of all segments together. Default 4 GiB. */
  readonly maxBytes?: number
  /** Told every frame that is still there, oldest first, before the journal opens. */
  readonly onRecovered?: (frame: Frame) => void
  readonly onRepaired?: (what: { readonly segment: string; readonly tornBytes: number }) => void
  /** For fault tests: file operations to use instead of the system's. */
  readonly openFile?: typeof open
}

export interface Journal {
  /** Gives the entries their indices at once, in call order; resolves when they are durable. */
  append(entries: readonly JournalEntry[], storedAtNano: bigint): { readonly firstIndex: number; readonly durable: Promise<void> }
  /** Reads durable frames from the one that holds `fromIndex` on. */
  reader(fromIndex: number): JournalReader
  /** One past the last durable entry. */
  readonly durableIndex: number
  /** Index of the oldest entry that is still here. */
  readonly oldestIndex: number
  readonly bytes: number
  readonly failed: boolean
  /** Resolves when `durableIndex` exceeds `index`, or the journal closes. */
  whenBeyond(index: number): Promise<void>
  /** Deletes segments all of whose entries are below `index`. */
  release(index: number): Promise<void>
  close(): Promise<void>
}

interface Pending { readonly frame: Buffer; readonly endIndex: number; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** One write takes at most this much, so that the first of many waiting appends is not held up by the last. */
const maxWriteBytes = 16 * 1024 * 1024

/** A segment with entries is closed after this long, so that erased records leave the disk even without traffic. */
const segmentMaxAgeMs = 3_600_000

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, floorIndex, segmentBytes = 64 * 1024 * 1024, maxBytes = 4 * 1024 ** 3, openFile = open } = options
  await mkdir(directory, { recursive: true })
  const { segments, endIndex, activeBytes, olderBytes } = await recover(options)

  const older: (Segment & { bytes: number })[] = segments.slice(0, -1).map((segment, i) => ({ ...segment, bytes: olderBytes[i]! }))
  let active = segments.at(-1) ?? { path: segmentPath(directory, endIndex), firstIndex: endIndex }
  let file: FileHandle = await openFile(active.path, 'a+')
  if (activeBytes > 0) await file.datasync() // a process that was killed may have written what it never synced
  let openedAtMs = Date.now()
  let durableBytes = activeBytes // of the active segment
  let durableIndex = endIndex
  let nextIndex = endIndex
  let queue: Pending[] = []
  let queuedBytes = 0
  let flushing: Promise<void> | undefined
  let broken = false
  let closed = false
  let waiters: { readonly index: number; readonly wake: () => void }[] = []
  await syncDirectory(directory)

  function append(entries: readonly JournalEntry[], storedAtNano: bigint): { firstIndex: number; durable: Promise<void> } {
    if (closed) throw new BlotterError('SHUTTING_DOWN')
    if (totalBytes() + queuedBytes > maxBytes) throw new BlotterError('JOURNAL_FULL')
    const firstIndex = nextIndex
    const frame = encodeFrame({ firstIndex, storedAtNano, entries })
    nextIndex += entries.length
    queuedBytes += frame.length
    const durable = new Promise<void>((resolve, reject) => { queue.push({ frame, endIndex: nextIndex, resolve, reject }) })
    flushing ??= flush()
    return { firstIndex, durable }
  }

  async function flush(): Promise<void> {
    await Promise.resolve() // appends of the same turn share the first write
    while (queue.length > 0) {
      const batch = takeBatch()
      try {
        if (broken) await repair()
        await rotateIfDue()
        await commit(batch)
        for (const { resolve } of batch) resolve()
        wake()
      } catch (cause) {
        failAll(batch, cause)
      }
    }
    flushing = undefined // in the turn of the last look at the queue: the next append starts anew
  }

  function takeBatch(): Pending[] {
    let bytes = 0
    let count = 0
    while (count < queue.length && (count === 0 || bytes + queue[count]!.frame.length <= maxWriteBytes)) bytes += queue[count++]!.frame.length
    const batch = queue.slice(0, count)
    queue = queue.slice(count)
    queuedBytes -= bytes
    return batch
  }

  async function commit(batch: readonly Pending[]): Promise<void> {
    const bytes = batch.length === 1 ? batch[0]!.frame : Buffer.concat(batch.map(({ frame }) => frame))
    broken = true // until we know better: a crash of this function leaves bytes that nobody may build on
    for (let written = 0; written < bytes.length;) written += (await file.write(bytes, written, bytes.length - written)).bytesWritten
    await file.datasync()
    broken = false
    durableBytes += bytes.length
    durableIndex = batch.at(-1)!.endIndex
  }

  /** What waits behind a failed write has indices that follow it: all of it fails, and the indices are given out again. */
  function failAll(batch: readonly Pending[], cause: unknown): void {
    const failed = [...batch, ...queue]
    queue = []
    queuedBytes = 0
    nextIndex = durableIndex
    for (const { reject } of failed) reject(new BlotterError('JOURNAL_FAILED', { cause }))
  }

  async function repair(): Promise<void> {
    await file.close().catch(() => {}) // its state is unknown; what matters is read anew below
    file = await openFile(active.path, 'a+')
    await file.truncate(durableBytes)
    await file.datasync()
    const { size } = await file.stat()
    if (size !== durableBytes) throw new Error(`journal segment has ${size} bytes; want ${durableBytes}`)
    broken = false
  }

  async function rotateIfDue(): Promise<void> {
    const due = durableBytes >= segmentBytes || (durableBytes > 0 && Date.now() - openedAtMs > segmentMaxAgeMs)
    if (!due) return
    const next = { path: segmentPath(directory, durableIndex), firstIndex: durableIndex }
    const nextFile = await openFile(next.path, 'a+')
    await syncDirectory(directory)
    await file.close()
    older.push({ ...active, bytes: durableBytes })
    active = next
    file = nextFile
    openedAtMs = Date.now()
    durableBytes = 0
  }

  function totalBytes(): number {
    return older.reduce((sum, { bytes }) => sum + bytes, durableBytes)
  }

  function wake(): void {
    const ready = waiters.filter(({ index }) => durableIndex > index)
    if (ready.length === 0) return
    waiters = waiters.filter(({ index }) => durableIndex <= index)
    for (const waiter of ready) waiter.wake()
  }

  return {
    append,
    reader: (fromIndex) => createReader({
      fromIndex,
      segments: () => [...older, { ...active, bytes: durableBytes }],
    }),
    get durableIndex() { return durableIndex },
    get oldestIndex() { return older[0]?.firstIndex ?? active.firstIndex },
    get bytes() { return totalBytes() },
    get failed() { return broken },
    whenBeyond: (index) => durableIndex > index || closed ? Promise.resolve() : new Promise((wakeUp) => { waiters.push({ index, wake: wakeUp }) }),
    async release(index) {
      if (flushing === undefined && !closed && !broken) {
        flushing = rotateIfDue().finally(() => { flushing = queue.length > 0 ? flush() : undefined }) // what was appended meanwhile
        await flushing
      }
      while (older.length > 0 && (older[1]?.firstIndex ?? active.firstIndex) <= index) {
        await unlink(older[0]!.path)
        older.shift()
      }
    },
    async close() {
      closed = true
      while (flushing !== undefined) await flushing.catch(() => {})
      for (const waiter of waiters) waiter.wake()
      waiters = []
      await file.close()
    },
  }

  async function recover({ onRecovered = () => {}, onRepaired = () => {} }: JournalOptions): Promise<{ segments: Segment[]; endIndex: number; activeBytes: number; olderBytes: number[] }> {
    const found = await listSegments(directory)
    const sizes: number[] = []
    let end = floorIndex
    for (const [position, segment] of found.entries()) {
      const isLast = position === found.length - 1
      const { endOffset, tornBytes, damaged } = await recoverSegment(segment, (frame) => {
        if (frame.firstIndex < end && frame.firstIndex < segment.firstIndex) throw new Error('BUG: journal frame below its segment')
        end = frame.firstIndex + frame.entries.length
        onRecovered(frame)
      })
      if (damaged || (tornBytes > 0 && !isLast)) throw new BlotterError('JOURNAL_FAILED', { cause: new DamagedSegment(segment.path, endOffset) })
      if (tornBytes > 0) {
        const torn = await openFile(segment.path, 'r+')
        await torn.truncate(endOffset)
        await torn.datasync()
        await torn.close()
        onRepaired({ segment: segment.path, tornBytes })
      }
      sizes.push(endOffset)
    }
    const last = found.at(-1)
    if (last !== undefined && end < last.firstIndex) end = last.firstIndex
    return { segments: found, endIndex: Math.max(end, floorIndex), activeBytes: sizes.at(-1) ?? 0, olderBytes: sizes.slice(0, -1) }
  }
}

/** Bytes that were acknowledged can no longer be read. Nothing is skipped: a person must decide. */
export class DamagedSegment extends Error {
  readonly segment: string
  readonly offset: number
  constructor(segment: string, offset: number) {
    super(`journal segment ${segment} is damaged at byte ${offset}, with good frames behind it: restore it from a copy, or move it away to give up what it holds`)
    this.segment = segment
    this.offset = offset
  }
}

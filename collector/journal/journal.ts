// The journal: what was appended is durable before its promise resolves, and stays until every step is past it.
//
// The contract. When `durable` resolves: the frame is in the file, whole; `fdatasync` of that file has returned without
// error; the file's name was made durable before; and the name still leads to that file, which is as long as we left it.
// When it rejects, nothing of the frame was acknowledged, and nobody but its sender, who hears so, knows whether it is
// there: after a crash it is, whole, or it is not. Entries keep their order and their index; an index is given to another
// entry only when nobody was told of the first.
//
// Group commit: appends that arrive while a write is under way share the next one, and one fdatasync. Indices are given
// out in the order of the appends and are the indices of the log's leaves. When a write fails, all that waits fails, and
// `active.ts` repairs before another byte is written; until that works, the journal stays closed and says why. A disk
// that does not answer is a failure too: senders are told after `stallMs`, whatever becomes of the write.

import { mkdir, open } from 'node:fs/promises'
import { removeTemporary } from '../durable.ts'
import { BlotterError } from '../errors.ts'
import { freeAll } from '../memory.ts'
import { maxWriteBytes, openActive } from './active.ts'
import { packEntries, packedCount, sealFrame } from './frame.ts'
import { makeWhole } from './make-whole.ts'
import { statPath } from './place.ts'
import { Stalled, problemOf } from './problem.ts'
import { createReader } from './reader.ts'
import type { NewEntry, PackedEntries } from './frame.ts'
import type { WholeOptions } from './make-whole.ts'
import type { StatPath } from './place.ts'
import type { JournalProblem } from './problem.ts'
import type { JournalReader } from './reader.ts'

export interface JournalOptions extends WholeOptions {
  /** A segment is closed beyond this size. Default 64 MiB. */
  readonly segmentBytes?: number
  /** Appends are refused beyond this size of all segments together. Default 4 GiB. */
  readonly maxBytes?: number
  /** A write that takes longer has failed, for those who wait for it. Default 10 s. */
  readonly stallMs?: number
  /** Told when the journal cannot be written any more, and when it can again. */
  readonly onProblem?: (problem: JournalProblem | undefined) => void
  /** For fault tests, as `openFile`: instead of the system's. */
  readonly stat?: StatPath
}

export interface Journal {
  /** Gives the entries their indices at once, in call order; resolves when they are durable. */
  append(entries: PackedEntries | readonly NewEntry[], storedAtNano: bigint): { readonly firstIndex: number; readonly durable: Promise<void> }
  /** Reads durable frames from the one that holds `fromIndex` on. */
  reader(fromIndex: number): JournalReader
  /** One past the last durable entry. */
  readonly durableIndex: number
  /** Index of the oldest entry that is still here. */
  readonly oldestIndex: number
  readonly bytes: number
  /** Nothing is acknowledged, and why. */
  readonly failed: boolean
  readonly problem: JournalProblem | undefined
  /** Sink time of the last entry that was found at the start; 0 when there was none. */
  readonly recoveredAtNano: bigint
  /** Resolves when `durableIndex` exceeds `index`, or the journal closes. */
  whenBeyond(index: number): Promise<void>
  /** Upkeep: looks after the files, repairs what failed, deletes segments all of whose entries are below `index`. */
  release(index: number): Promise<void>
  close(): Promise<void>
}

interface Pending { readonly frame: Buffer; readonly endIndex: number; readonly resolve: () => void; readonly reject: (error: unknown) => void }

/** A segment with entries is closed after this long, so that erased records leave the disk even without traffic. */
const segmentMaxAgeMs = 3_600_000

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, segmentBytes = 64 * 1024 * 1024, maxBytes = 4 * 1024 ** 3, stallMs = 10_000, openFile = open, stat = statPath, onProblem = () => {} } = options
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await removeTemporary(directory)
  const { segments, endIndex, lastFrameOffset, storedAtNano: recoveredAtNano } = await makeWhole(options)
  const active = await openActive({ directory, openFile, stat, segments, endIndex, lastFrameOffset })

  let openedAtMs = Date.now()
  let durableIndex = endIndex
  let nextIndex = endIndex
  let queue: Pending[] = []
  let queuedBytes = 0
  let flushing: Promise<void> | undefined
  let problem: JournalProblem | undefined
  let broken = false // the last write failed: `repair` comes first
  let stalled = false
  let closed = false
  let waiters: { readonly index: number; readonly wake: () => void }[] = []

  function append(entries: PackedEntries | readonly NewEntry[], storedAtNano: bigint): { firstIndex: number; durable: Promise<void> } {
    if (closed) throw new BlotterError('SHUTTING_DOWN')
    if (stalled) throw new BlotterError('JOURNAL_FAILED', { cause: new Stalled() })
    if (active.bytes + queuedBytes > maxBytes) throw new BlotterError('JOURNAL_FULL')
    const firstIndex = nextIndex
    const packed = 'offsets' in entries ? entries : packEntries(entries)
    const frame = sealFrame(packed, firstIndex, storedAtNano)
    nextIndex += packedCount(packed)
    queuedBytes += frame.length
    const durable = new Promise<void>((resolve, reject) => { queue.push({ frame, endIndex: nextIndex, resolve, reject }) })
    flushing ??= flush()
    return { firstIndex, durable }
  }

  async function flush(): Promise<void> {
    await Promise.resolve() // appends of the same turn share the first write
    while (queue.length > 0) {
      const batch = takeBatch()
      if (!(await attempt(() => commit(batch), batch))) continue
      for (const { resolve } of batch) resolve()
      wake()
    }
    flushing = undefined // in the turn of the last look at the queue: the next append starts anew
  }

  /** False when it failed. Whatever fails, fails for all that wait; a disk that does not answer fails before it is done. */
  async function attempt(work: () => Promise<void>, batch: readonly Pending[]): Promise<boolean> {
    let waits = true
    const giveUp = (): void => { if (waits) { stalled = true; fail(batch, new Stalled()) } }
    const timer = setTimeout(() => { setImmediate(giveUp) }, stallMs) // the answer may be here and not be read yet: this process may have been held up itself
    try {
      await work()
      if (stalled) return false
      become(undefined)
      return true
    } catch (cause) {
      fail(batch, cause)
      return false
    } finally {
      waits = false
      clearTimeout(timer)
      stalled = false
    }
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
    await prepare()
    broken = true // until we know better: a failure of what follows leaves bytes that nobody may build on
    const block = joined(batch)
    try {
      await active.write(block, () => {
        if (stalled) throw new Stalled() // those who waited were told that it failed: it must not be there
      })
    } finally {
      freeAll(block) // whatever became of it: what a repair needs it reads from the file
    }
    broken = false
    durableIndex = batch.at(-1)!.endIndex
  }

  async function prepare(): Promise<void> {
    if (broken || !active.isInPlace()) {
      broken = true
      await active.repair(durableIndex)
      openedAtMs = Date.now()
      broken = false
    }
    if (problem !== undefined) active.checkOlder()
    await rotateIfDue()
  }

  /** What waits behind a failed write has indices that follow it: all of it fails, and the indices are given out again. */
  function fail(batch: readonly Pending[], cause: unknown): void {
    const failed = [...batch, ...queue]
    become(problemOf(cause))
    queue = []
    queuedBytes = 0
    nextIndex = durableIndex
    for (const { reject } of failed) reject(new BlotterError('JOURNAL_FAILED', { cause }))
  }

  function become(next: JournalProblem | undefined): void {
    if (problem !== next) onProblem(next)
    problem = next
  }

  async function rotateIfDue(): Promise<void> {
    const age = Date.now() - openedAtMs // a clock that was set back makes it negative: then the segment lives a little longer
    const due = active.activeBytes >= segmentBytes || (active.activeBytes > 0 && age > segmentMaxAgeMs)
    if (!due) return
    await active.rotate(durableIndex)
    openedAtMs = Date.now()
  }

  /** Without traffic nothing else would repair the journal, and while it is not repaired no traffic comes. */
  async function upkeep(): Promise<void> {
    await prepare()
    active.checkOlder()
  }

  function wake(): void {
    const ready = waiters.filter(({ index }) => durableIndex > index)
    if (ready.length === 0) return
    waiters = waiters.filter(({ index }) => durableIndex <= index)
    for (const waiter of ready) waiter.wake()
  }

  return {
    append,
    reader: (fromIndex) => createReader({ fromIndex, segments: () => active.segments() }),
    get durableIndex() { return durableIndex },
    get oldestIndex() { return active.segments()[0]!.firstIndex },
    get bytes() { return active.bytes },
    get failed() { return problem !== undefined },
    get problem() { return problem },
    recoveredAtNano,
    whenBeyond: (index) => durableIndex > index || closed ? Promise.resolve() : new Promise((wakeUp) => { waiters.push({ index, wake: wakeUp }) }),
    async release(index) {
      if (flushing === undefined && !closed) {
        flushing = attempt(upkeep, []).then(() => { flushing = queue.length > 0 ? flush() : undefined }) // what was appended meanwhile
        await flushing
      }
      await active.release(index)
    },
    async close() {
      if (closed) return
      closed = true
      while (flushing !== undefined && !stalled) await flushing.catch(() => {})
      for (const waiter of waiters) waiter.wake()
      waiters = []
      await active.close()
    },
  }
}

/** The frames one after the other, in memory of their own; theirs is given back. */
function joined(batch: readonly Pending[]): Buffer {
  if (batch.length === 1) return batch[0]!.frame
  const block = Buffer.allocUnsafeSlow(batch.reduce((bytes, { frame }) => bytes + frame.length, 0))
  let at = 0
  for (const { frame } of batch) {
    at += frame.copy(block, at)
    freeAll(frame)
  }
  return block
}

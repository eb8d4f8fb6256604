// The spool as a whole: our own stream, the streams that we inherited, and the heartbeat that looks after both. The
// contract is in spool.ts.

import { resolve } from 'node:path'
import { AuditError } from '../errors.ts'
import { endAfter } from './batch.ts'
import type { Outstanding } from './batch.ts'
import { prepareDirectory } from './directory.ts'
import { codeOf, diskFiles } from './files.ts'
import { createInheritance } from './inheritance.ts'
import type { InheritedStream } from './inherited.ts'
import { createMine } from './mine.ts'
import { newId, writerPath } from './names.ts'
import { announce, createJudge } from './presence.ts'
import { checkSpoolOptions } from './settings.ts'
import { createRefusedFile } from './refused.ts'
import type { BatchLimits, Refused, Spool, SpoolBatch, SpoolEntry, SpoolOptions, SpoolStatus } from './spool.ts'
import { createTally } from './tally.ts'
import { createUsage } from './usage.ts'

/** Rejects with SPOOL_FAILED when the directory cannot be used. What earlier processes left in it is ours when this resolves. */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { spool, adopted } = open(options)
  await adopted
  return spool
}

/** The same at once; what earlier processes left is taken over in the background, and `next` waits for that. Throws SPOOL_FAILED. */
export function openSpoolSync(options: SpoolOptions): Spool {
  return open(options).spool
}

function open(given: SpoolOptions): { spool: Spool; adopted: Promise<void> } {
  const { resource, files = diskFiles, onEvent = () => {} } = given
  const directory = resolve(given.directory) // the process may change its own later
  const set = checkSpoolOptions(given)
  const { maxBytes, segmentBytes, heartbeatMs, staleMs } = set
  const writer = newId()
  const tally = createTally(onEvent)
  const usage = createUsage(files, directory)
  const judge = createJudge({ files, directory, heartbeatMs, staleMs, nowMs: () => performance.now() })
  const shared = { files, directory, writer, tally, usage }
  const mine = createMine({ ...shared, resource, maxBytes, segmentBytes, memoryBytes: set.memoryBytes, wallMs: () => Date.now() })
  const inheritance = createInheritance({ ...shared, judge })
  const refusedFile = createRefusedFile({
    files, directory, writer, maxBytes: maxBytes / 4, fileBytes: segmentBytes, onBytes: usage.add,
    onDropped(records) {
      tally.droppedRecords += records
      onEvent({ kind: 'refused-dropped', records })
    },
  })
  let outstanding: Outstanding<InheritedStream | undefined> | undefined
  let closing: Promise<void> | undefined
  let isReading = false
  let isClosed = false
  let isEnded = false
  let beating: Promise<void> | undefined

  prepareDirectory(directory, files)
  failingSync(() => announce(files, directory, writer))
  const adopted = beating = look().finally(() => { beating = undefined })
  const timer = setInterval(beat, heartbeatMs).unref()

  /** The sign of life waits for nothing: looking after what others left may take long. */
  function beat(): void {
    void touch().catch(() => {})
    beating ??= look().finally(() => { beating = undefined })
  }

  /** Each part for itself: a disk that fails one of them must not keep us from the others. */
  async function look(): Promise<void> {
    for (const part of [mine.beat, inheritance.beat, usage.measure]) {
      if (isClosed) return
      await part().catch(() => {}) // the next heartbeat tries again, and appends say what matters
    }
  }

  async function touch(): Promise<void> {
    if (isClosed || await files.touch(writerPath(directory, writer)).then(() => true, () => false)) return
    await mine.check() // first: that our file is missing tells an emptied directory from a stream that was taken over
    if (!isClosed) announce(files, directory, writer)
  }

  function assertOpen(): void {
    if (isClosed) throw new AuditError('CLOSED')
  }

  async function append(entries: readonly SpoolEntry[]): Promise<void> {
    assertOpen()
    await mine.append(entries)
  }

  function appendSync(entries: readonly SpoolEntry[]): void {
    assertOpen()
    mine.appendSync(entries)
  }

  async function next(limits: BatchLimits): Promise<SpoolBatch | undefined> {
    assertOpen()
    if (outstanding !== undefined || isReading) throw new Error('BUG: next() before the batch was settled')
    isReading = true
    return await failing(async () => {
      await adopted
      const inherited = await inheritance.batch(limits)
      const batching = inherited?.batching ?? await mine.batch(limits)
      if (batching === undefined) return undefined
      const batch = { resource: inherited?.stream.resource ?? resource, entries: batching.entries }
      outstanding = { batch, from: inherited?.stream, sequences: batching.sequences }
      return batch
    }).finally(() => { isReading = false })
  }

  async function settle(batch: SpoolBatch, refused: readonly Refused[] = [], count = batch.entries.length): Promise<void> {
    assertOpen()
    if (outstanding?.batch !== batch) throw new Error('BUG: settle() of a batch that is not outstanding')
    const { from, sequences } = outstanding
    if (refused.length > 0) await refusedFile.write(refused.map(({ index, code, reason }) => ({ ...batch.entries[index]!, code, reason, refusedAt: new Date().toISOString(), resource: batch.resource })))
    tally.refusedRecords += refused.length
    outstanding = undefined
    const moved = from === undefined ? mine.settle(sequences, count) : inheritance.settle(from, count, endAfter(sequences, count))
    await moved.catch(() => {}) // files that could not be removed: a heartbeat tries again
  }

  function status(): SpoolStatus {
    const oldestAtMs = inheritance.oldestAtMs ?? mine.oldestAtMs
    const { refusedRecords, droppedRecords, adoptedStreams, damagedRecords, tornBytes } = tally
    return {
      records: inheritance.records + mine.records, bytes: usage.bytes, maxBytes,
      ...(oldestAtMs === undefined ? {} : { oldestMs: Math.max(0, Date.now() - oldestAtMs) }),
      refusedRecords, droppedRecords, adoptedStreams, damagedRecords, tornBytes, failing: tally.failing,
    }
  }

  /** Without our file, whoever comes next takes over what is left at once. */
  async function end(): Promise<void> {
    isClosed = true
    clearInterval(timer)
    await beating
    for (const part of [mine.close, inheritance.save, refusedFile.close, () => files.unlink(writerPath(directory, writer))]) await part().catch(() => {})
    isEnded = true
  }

  /** Also in the middle of `close`, which the end of the process may overtake. */
  function closeSync(): void {
    if (isEnded) return
    isClosed = isEnded = true
    clearInterval(timer)
    closing ??= Promise.resolve()
    try {
      mine.closeSync()
    } finally {
      quietly(inheritance.saveSync)
      quietly(() => files.sync.unlink(writerPath(directory, writer)))
    }
  }

  const spool: Spool = { append, appendSync, next, settle, get status() { return status() }, close: () => closing ??= end(), closeSync }
  return { spool, adopted }
}

/** What the disk says becomes an error of the table. */
function toSpoolFailed(error: unknown): unknown {
  return error instanceof AuditError || codeOf(error) === 'UNKNOWN' ? error : new AuditError('SPOOL_FAILED', codeOf(error))
}

async function failing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toSpoolFailed(error)
  }
}

function failingSync(work: () => void): void {
  try {
    work()
  } catch (error) {
    throw toSpoolFailed(error)
  }
}

function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // A cursor that was not written means that records are sent again, and a file that was left means that others wait.
  }
}

// What this spool itself appended, from the call until it is settled.

import { AuditError } from '../errors.ts'
import { createAppender } from './appender.ts'
import type { OwnStream } from './appender.ts'
import { createBatching, endAfter } from './batch.ts'
import type { Batching } from './batch.ts'
import { writeCursor, writeCursorSync } from './cursor.ts'
import { codeOf } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { frameBytes } from './frame.ts'
import { createRecent, endOf } from './group.ts'
import type { Group } from './group.ts'
import { cursorPath, leasePath } from './names.ts'
import { createOwn } from './own.ts'
import { createReader } from './reader.ts'
import type { Damage } from './reader.ts'
import { maxEntryBytes } from './spool.ts'
import type { BatchLimits, SpoolEntry } from './spool.ts'
import { createQuarantine } from './tally.ts'
import type { Tally } from './tally.ts'
import type { Usage } from './usage.ts'

/** Record ids have at most 128 characters; the frame has room for more than this. */
const maxIdLength = 1_024

export interface MineOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly writer: string
  readonly resource: string
  readonly maxBytes: number
  readonly segmentBytes: number
  readonly memoryBytes: number
  readonly wallMs: () => number
  readonly tally: Tally
  readonly usage: Usage
}

export interface Mine {
  /** Entries that are not settled. */
  readonly records: number
  readonly oldestAtMs: number | undefined
  readonly append: (entries: readonly SpoolEntry[]) => Promise<void>
  readonly appendSync: (entries: readonly SpoolEntry[]) => void
  readonly batch: (limits: BatchLimits) => Promise<Batching | undefined>
  /** The first `count` of these are done, and all before them. */
  readonly settle: (sequences: readonly number[], count: number) => Promise<void>
  /** Whether the stream is still ours. */
  readonly check: () => Promise<void>
  readonly beat: () => Promise<void>
  readonly close: () => Promise<void>
  readonly closeSync: () => void
}

export function createMine(options: MineOptions): Mine {
  const { files, directory, writer, maxBytes, segmentBytes, wallMs, tally, usage } = options
  const recent = createRecent(options.memoryBytes)
  const own = createOwn({ files, directory, writer, onLost })
  const appender = createAppender({ ...options, stream: own.stream, streamSync: own.streamSync, isOurs: own.isOurs, onDone, onBytes: usage.add })
  /** Sequence numbers: of the next append, of the next entry to hand out, and below which all is settled. */
  let end = 0
  let next = 0
  let settled = 0
  /** Entries from here on are in the current stream, or on their way there. */
  let begin = 0
  let records = 0
  let saved = 0
  let oldestAtMs: number | undefined
  let reading: { readonly stream: OwnStream; readonly walk: ReturnType<typeof createReader>['walk'] } | undefined

  function admit(entries: readonly SpoolEntry[]): Omit<Group, 'resolve' | 'reject'> {
    let bytes = 0
    for (const entry of entries) {
      const size = frameBytes(entry)
      if (size > maxEntryBytes || entry.recordId.length > maxIdLength) throw new AuditError('TOO_LARGE', `${size} bytes for the spool`, { recordId: entry.recordId })
      bytes += size
    }
    if (usage.bytes + bytes > maxBytes) throw new AuditError('SPOOL_FULL', `${usage.bytes} of ${maxBytes} bytes are used`)
    return { entries: entries.slice(), first: end, atMs: wallMs(), bytes, state: 'waiting' }
  }

  function keep(group: Group): void {
    end = endOf(group)
    records += group.entries.length
    usage.add(group.bytes)
    oldestAtMs ??= group.atMs
    recent.push(group)
  }

  async function append(entries: readonly SpoolEntry[]): Promise<void> {
    if (entries.length === 0) return
    const admitted = admit(entries)
    await new Promise<void>((resolve, reject) => {
      const group = { ...admitted, resolve, reject }
      keep(group)
      appender.append(group)
    })
  }

  function appendSync(entries: readonly SpoolEntry[]): void {
    if (entries.length === 0) return flushSync()
    const group = { ...admit(entries), resolve() {}, reject() {} }
    keep(group)
    try {
      appender.appendSync(group)
    } catch (error) {
      onDone(group, codeOf(error))
      end = group.first // as if it had never been: nothing can have come after it
      throw spoolFailed(codeOf(error))
    }
  }

  function onDone(group: Group, failure: string | undefined): void {
    tally.wrote(failure)
    if (failure === undefined) {
      group.resolve()
      recent.trim(settled)
    } else {
      const before = group.entries.length
      recent.fail(group, next)
      records -= before - group.entries.length
      usage.add(-group.bytes)
      group.reject(spoolFailed(failure))
    }
  }

  /**
   * What was durable is with whoever took it over. When the directory was emptied it is nowhere: what we still have in
   * memory is appended again, behind what is on its way. What was not durable goes to the new stream by itself.
   */
  function onLost(stream: OwnStream, wiped: boolean): void {
    const durable = appender.durableEnd
    const kept = wiped ? recent.durableFrom(Math.max(settled, begin)) : []
    const waiting = recent.countFrom(durable)
    const lost = records - waiting - kept.length
    records = waiting
    begin = settled = durable
    next = Math.max(next, durable)
    reading = undefined
    if (!wiped) tally.tell({ kind: 'superseded', stream: stream.id })
    else if (lost > 0) tally.damaged(stream.id, lost, 0)
    if (kept.length > 0) again(kept, stream.id)
    recent.trim(settled)
  }

  function again(entries: SpoolEntry[], lostStream: string): void {
    const bytes = entries.reduce((sum, entry) => sum + frameBytes(entry), 0)
    const group: Group = { entries, first: end, atMs: wallMs(), bytes, state: 'waiting', resolve() {}, reject() { tally.damaged(lostStream, entries.length, 0) } }
    keep(group)
    appender.append(group)
  }

  async function batch(limits: BatchLimits): Promise<Batching | undefined> {
    while (next < end) {
      recent.trim(settled)
      const batching = createBatching(limits)
      const { start } = recent
      const known = end
      if (start !== undefined && start <= next) batching.take(recent.from(next), next)
      else await readDisk(batching)
      if (batching.entries.length > 0) {
        next = batching.sequences.at(-1)! + 1
        oldestAtMs = batching.atMs
        return batching
      }
      next = start === undefined || start <= next ? known : start // only what failed was there, or what is damaged
    }
    return undefined
  }

  async function readDisk(batching: Batching): Promise<void> {
    const stream = own.current
    if (stream === undefined) return
    if (reading?.stream !== stream) {
      const quarantine = createQuarantine(files, directory, stream.id, tally, usage)
      const onDamage = async (damage: Damage): Promise<void> => { records = Math.max(0, records - await quarantine(damage)) }
      reading = { stream, walk: createReader({ files, segments: stream.segments, onDamage, onTorn() {} }).walk }
    }
    await reading.walk(next, batching.visit)
  }

  async function settle(sequences: readonly number[], count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) if (sequences[index]! >= begin) records -= 1
    settled = Math.max(settled, endAfter(sequences, count))
    next = settled
    if (records === 0) oldestAtMs = undefined
    recent.trim(settled)
    const used = own.current?.segments.at(-1)?.bytes ?? 0
    if (settled === end && (used > segmentBytes / 4 || usage.bytes > maxBytes / 2)) await appender.retire()
    await release()
  }

  /** Removes segments that are of no use any more; the last one only when nothing will be written to it. */
  async function release(): Promise<void> {
    const stream = own.current
    if (stream === undefined) return
    const { segments } = stream
    while (segments.length > 0) {
      const [first, second] = segments
      const isDone = second === undefined ? settled >= appender.durableEnd && !appender.isOpen : second.header.previousEnd <= settled
      if (!isDone) return
      if (!await own.isOurs(stream)) return // whoever took it over would miss it
      await files.unlink(first!.path)
      if (segments[0] !== first) continue // somebody else of us was faster
      segments.shift()
      usage.add(-first!.bytes)
    }
  }

  function flushSync(): void {
    try {
      appender.appendSync(undefined)
    } catch (error) {
      throw spoolFailed(codeOf(error))
    }
  }

  async function save(): Promise<void> {
    const saving = settled
    if (own.current === undefined || own.current.segments.length === 0 || saving === saved) return
    await writeCursor(files, directory, own.current.id, saving)
    saved = saving
  }

  return {
    get records() { return records },
    get oldestAtMs() { return records === 0 ? undefined : oldestAtMs },
    append,
    appendSync,
    batch,
    settle,
    check: own.check,
    async beat() {
      await own.check()
      if (settled === end) await appender.retire()
      await release()
      await save()
    },
    async close() {
      await appender.idle()
      await appender.leave()
      await own.check()
      await release().catch(() => {}) // then the cursor says that nothing of it is needed
      await save()
      if (own.current === undefined || own.current.segments.length > 0) return
      await files.unlink(cursorPath(directory, own.current.id))
      await own.end()
    },
    closeSync() {
      flushSync()
      const { current } = own
      if (current === undefined) return
      if (settled < appender.durableEnd) {
        if (settled !== saved) writeCursorSync(files, directory, current.id, settled)
        return
      }
      for (const { path } of current.segments) files.sync.unlink(path)
      files.sync.unlink(cursorPath(directory, current.id))
      files.sync.unlink(leasePath(directory, current.id, writer))
    },
  }
}

function spoolFailed(code: string): AuditError {
  return new AuditError('SPOOL_FAILED', code)
}

// Where entries wait to be sent: on the disk, and what the disk does not take, in memory. What happens to a record for
// which there is no room on the disk is the developer's choice; that it is told is not.

import { randomUUID } from 'node:crypto'
import type { AuditRecord } from '@blotter/processors'
import { AuditError } from '../errors.ts'
import { logRecordText, readLogRecord } from '../log-record.ts'
import type { SpoolSettings } from '../options.ts'
import type { Spool, SpoolEntry } from '../spool/spool.ts'
import type { Timing } from '../time.ts'
import { gapRecord, widened } from './gap.ts'
import type { Gap, GapContext } from './gap.ts'
import type { Item } from './item.ts'
import type { Failure } from './messages.ts'

export interface ShelfEvents {
  spooled(item: Item): void
  /** It waits in memory, because there is no disk, or none that works. */
  unsaved(item: Item): void
  failed(item: Item, failure: Failure): void
  /** Undefined: a record that was never an item, because its caller was told otherwise. */
  dropped(item: Item | undefined): void
  /** The disk failed, is full, or works again. */
  trouble(code: 'SPOOL_FULL' | 'SPOOL_FAILED' | undefined): void
  /** Something can be sent. */
  stocked(): void
  /** What was waiting for the disk is there, or is not. */
  rested(): void
}

export interface ShelfOptions {
  readonly memory: Spool
  readonly disk: Spool | undefined
  readonly whenFull: NonNullable<SpoolSettings['whenFull']>
  readonly gap: Omit<GapContext, 'reason'>
  readonly events: ShelfEvents
  readonly timing: Timing
}

export interface Shelf {
  put(item: Item): void
  /** There may be room again. */
  settled(): void
  /** Takes it back, if it waits for room. */
  withdraw(item: Item): boolean
  /** A record that is lost: counted, and told in the next gap record. */
  lose(record: AuditRecord, item: Item | undefined): void
  /** Everything to the disk, now, without waiting. Returns how many records found no place on it. */
  putAllNow(): number
  /** Records that wait for the disk. */
  readonly size: number
  find(handle: number): Item | undefined
}

interface ToldGap { readonly entry: SpoolEntry; readonly of: Gap }

/** Entries of one append; the disk syncs once for each. */
const mostAtOnce = 2_000

/** Other processes make room as well. */
const tryAgainMs = 1_000

export function createShelf({ memory, disk, whenFull, gap: gapContext, events, timing }: ShelfOptions): Shelf {
  let queue: Item[] = []
  let inFlight: readonly Item[] = []
  let gap: Gap | undefined
  let appending = false
  let waiting: (() => void) | undefined
  let telling = false

  function put(item: Item): void {
    if (disk === undefined) return putInMemory(item)
    item.place = 'queued'
    queue.push(item)
    if (!appending) void appendAll(disk)
  }

  function putInMemory(item: Item): void {
    item.place = 'memory'
    events.unsaved(item)
    memory.appendSync([item.entry!])
    events.stocked()
  }

  async function appendAll(spool: Spool): Promise<void> {
    appending = true
    while (queue.length > 0 || gap !== undefined) {
      inFlight = queue.splice(0, mostAtOnce).filter(({ place }) => place === 'queued')
      const left = await append(spool, inFlight)
      const isStuck = left.length > 0 || (inFlight.length === 0 && gap !== undefined)
      inFlight = []
      queue = [...left, ...queue]
      events.rested()
      if (isStuck) await roomAgain()
    }
    appending = false
  }

  /** Returns those that must wait for room. */
  async function append(spool: Spool, items: readonly Item[]): Promise<readonly Item[]> {
    const told = gapEntry()
    try {
      const appended = spool.append([...(told === undefined ? [] : [told.entry]), ...items.map(({ entry }) => entry!)])
      events.stocked() // sent while it is being synced: the collector's disk is as good as ours
      await appended
    } catch (error) {
      return refused(spool, items, error, told)
    }
    if (told !== undefined) forget(told.of)
    events.trouble(undefined)
    for (const item of items) {
      item.place = 'disk'
      events.spooled(item)
    }
    return []
  }

  /** The disk did not take these. Several may be too many where one is not. */
  async function refused(spool: Spool, items: readonly Item[], error: unknown, told: ToldGap | undefined): Promise<readonly Item[]> {
    const code = error instanceof AuditError && (error.code === 'SPOOL_FULL' || error.code === 'TOO_LARGE') ? error.code : 'SPOOL_FAILED'
    if (code !== 'TOO_LARGE') events.trouble(code)
    if (code === 'SPOOL_FAILED') return withoutDisk(items, told)
    if (items.length < 2) return items.length === 0 ? [] : alone(items[0]!, code)
    const middle = Math.ceil(items.length / 2)
    const left = await append(spool, items.slice(0, middle))
    return left.length > 0 ? [...left, ...items.slice(middle)] : append(spool, items.slice(middle))
  }

  function alone(item: Item, code: 'SPOOL_FULL' | 'TOO_LARGE'): readonly Item[] {
    if (code === 'SPOOL_FULL' && whenFull === 'block') return [item]
    if (code === 'SPOOL_FULL' && (whenFull === 'drop' || item.mayDrop)) lose(readLogRecord(item.entry!.text), item)
    else {
      item.place = 'gone'
      events.failed(item, { code, detail: '' })
    }
    return []
  }

  async function roomAgain(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = timing.after(tryAgainMs, resolve, false)
      waiting = () => { cancel(); resolve() }
    })
    waiting = undefined
  }

  /** A promise of the disk cannot be kept; what was promised less can still be sent. */
  function withoutDisk(items: readonly Item[], told: ToldGap | undefined): readonly Item[] {
    if (told !== undefined) sendGap(told)
    for (const item of items) {
      if (item.acknowledged || item.mayDrop) putInMemory(item)
      else {
        item.place = 'gone'
        events.failed(item, { code: 'SPOOL_FAILED', detail: '' })
      }
    }
    return []
  }

  function lose(record: AuditRecord, item: Item | undefined): void {
    gap = widened(gap, record)
    if (item !== undefined) item.place = 'gone'
    events.dropped(item)
    if (disk === undefined) putGapInMemory()
    else if (!appending) void appendAll(disk)
  }

  /** In the next turn, so that what is lost together is told together. */
  function putGapInMemory(): void {
    if (telling) return
    telling = true
    timing.after(0, () => {
      telling = false
      const told = gapEntry()
      if (told !== undefined) sendGap(told)
    }, false)
  }

  function sendGap({ entry, of }: ToldGap): void {
    forget(of)
    memory.appendSync([entry])
    events.stocked()
  }

  function gapEntry(): ToldGap | undefined {
    if (gap === undefined) return undefined
    const recordId = randomUUID()
    const reason = disk === undefined ? 'the collector took nothing in time' : 'the spool is full'
    return { of: gap, entry: { recordId, text: logRecordText(gapRecord(gap, recordId, { ...gapContext, reason })) } }
  }

  /** The gap was told; what was lost meanwhile is another one. */
  function forget(told: Gap): void {
    if (gap === undefined || gap.count === told.count) gap = undefined
    else gap = { ...gap, count: gap.count - told.count, firstNano: told.lastNano, ...(told.lastNumber === undefined ? {} : { firstNumber: told.lastNumber + 1 }) }
  }

  return {
    put,
    settled: () => waiting?.(),
    withdraw(item) {
      if (item.place !== 'queued' || inFlight.includes(item)) return false
      item.place = 'gone'
      queue = queue.filter((other) => other !== item)
      return true
    },
    lose,
    putAllNow: () => disk === undefined ? memory.status.records : appendNow(disk, queue.splice(0)),
    get size() { return queue.length + inFlight.length + (gap === undefined ? 0 : 1) },
    find: (handle) => [...inFlight, ...queue].find((item) => item.handle === handle),
  }

  function appendNow(spool: Spool, items: readonly Item[]): number {
    const told = gapEntry()
    try {
      spool.appendSync([...(told === undefined ? [] : [told.entry]), ...items.map(({ entry }) => entry!)]) // and what is in flight
      for (const item of items) {
        item.place = 'disk'
        events.spooled(item)
      }
      if (told !== undefined) forget(told.of)
      return 0
    } catch {
      return items.length + (told === undefined ? 0 : told.of.count) // with what was lost before and is told nowhere yet
    }
  }
}

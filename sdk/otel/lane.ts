// What one resource emitted, on its way from memory through the spool to whoever sends it. Adding is synchronous and
// touches no disk; everything that was added in one turn of the event loop is written with one sync.
//
// What the disk does not take is sent from memory, beside what is on the disk: a full disk is no reason to send nothing.

import type { AuditRecord } from '@blotter/processors'
import { widened } from '../deliver/gap.ts'
import type { Gap } from '../deliver/gap.ts'
import { AuditError } from '../errors.ts'
import type { AuditErrorCode } from '../errors.ts'
import { createMemorySpool } from '../deliver/memory-spool.ts'
import { maxEntryBytes } from '../spool/spool.ts'
import type { Refused, Spool, SpoolEntry } from '../spool/spool.ts'
import type { Timing } from '../time.ts'
import { createCourier } from './courier.ts'
import type { Courier, Send } from './courier.ts'
import type { GapEntry } from './gap-entry.ts'
import type { Reports } from './reports.ts'
import { createWaits } from './waits.ts'

export interface Lane {
  /** `record`: what the entry says, for the case that it has to be dropped. */
  add(entry: SpoolEntry, record: AuditRecord): void
  /** Delivers what earlier processes left behind, without waiting for a first record. */
  start(): Promise<void>
  /** In memory alone. */
  readonly unsaved: number
  /** Of this process, and not settled. */
  readonly open: number
  readonly spool: Spool | undefined
  /** When everything that was added so far is accepted, refused or dropped. */
  delivered(): Promise<void>
  /** Sends no more, and leaves what is not settled on its disk. Resolves with how many are lost, because no disk took them. */
  close(): Promise<number>
  /** For the end of the process: what is in memory alone is on disk when it returns. Returns how many are not. */
  closeSync(): number
}

export interface LaneOptions {
  /** OTLP JSON of the resource, as far as it is known now. */
  readonly resource: () => string
  /** When it is known as a whole, or long enough was waited for that. */
  readonly ready: () => Promise<void>
  /** Undefined: there is no disk to use. */
  readonly disk: Disk | undefined
  readonly send: Send
  readonly maxBatch: number
  readonly timing: Timing
  readonly reports: Reports
  readonly gapEntry: GapEntry
  /** Characters in memory alone. Above it the disk is waited for, in the call, and what it does not take is dropped. Default 64 Mi. */
  readonly unsavedLimit?: number
}

export interface Disk {
  open(resource: string): Promise<Spool>
  /** For an end of the process that comes before the other has resolved. */
  openSync(resource: string): Spool
}

const usualUnsavedLimit = 64 * 1024 * 1024

const openAgainMs = 1_000

export function createLane({ resource, ready, disk, send, maxBatch, timing, reports, gapEntry, unsavedLimit = usualUnsavedLimit }: LaneOptions): Lane {
  /** By record id, in the order of their adding: each has a number above that of the one before. */
  const open = new Map<string, number>()
  const waits = createWaits()
  let added = 0
  /** Not given to a spool yet. */
  let pending: SpoolEntry[] = []
  let pendingSize = 0
  /** Given to the disk, and not durable yet. */
  let writing = 0
  let busy = false
  let closed = false
  let openNotBeforeMs = 0
  /** What was dropped since the last record that said so. */
  let gap: Gap | undefined
  let onDisk: { readonly spool: Spool; readonly courier: Courier } | undefined
  let inMemory: { readonly spool: Spool; readonly courier: Courier } | undefined
  /** What the disk did not take, for another try at the end. */
  const untaken = new Map<string, SpoolEntry>()

  function add(entry: SpoolEntry, record: AuditRecord): void {
    if (isTooLarge(entry)) return reports.refused(1, new AuditError('TOO_LARGE', '', { recordId: entry.recordId }))
    if (pendingSize + (inMemory?.spool.status.bytes ?? 0) > unsavedLimit && !spill()) return drop(record)
    push(entry)
  }

  function push(entry: SpoolEntry): void {
    open.set(entry.recordId, added += 1)
    pending.push(entry)
    pendingSize += entry.text.length
    if (!busy && !closed) void write()
  }

  function drop(record: AuditRecord): void {
    gap = widened(gap, record)
    reports.dropped(1, new AuditError(disk === undefined ? 'QUEUE_FULL' : 'SPOOL_FULL', 'log records are dropped'))
  }

  /** In its place in the order: behind what came before the loss, before what comes after. */
  function tellGap(): void {
    if (gap === undefined) return
    push(gapEntry(gap))
    gap = undefined
  }

  /** In the next turn, so that what comes in this one goes along. */
  async function write(): Promise<void> {
    busy = true
    await new Promise((resolve) => { setImmediate(resolve) })
    while (pending.length > 0 && !closed) await writePending()
    busy = false
    waits.look()
  }

  async function writePending(): Promise<void> {
    await ready()
    const spool = await openDisk()
    const entries = takePending()
    if (entries.length === 0 || closed) return
    if (spool === undefined) return keepInMemory(entries)
    writing = entries.length
    try {
      await spool.append(entries)
      reports.stats.counts.spooled += entries.length
      onDisk!.courier.wake()
      tellGap()
    } catch (error) {
      if (closed) return
      reports.problem(asAuditError(error))
      keepInMemory(entries)
    } finally {
      writing = 0
    }
  }

  async function openDisk(): Promise<Spool | undefined> {
    if (onDisk !== undefined || disk === undefined || timing.nowMs() < openNotBeforeMs) return onDisk?.spool
    try {
      onDisk = served(await disk.open(resource()))
    } catch (error) {
      openNotBeforeMs = timing.nowMs() + openAgainMs
      reports.problem(asAuditError(error))
    }
    return onDisk?.spool
  }

  function served(spool: Spool): { readonly spool: Spool; readonly courier: Courier } {
    const courier = createCourier({ spool, send, maxBatch, timing, watch: { settled, attempted: reports.attempted, problem: reports.problem } })
    courier.wake() // what earlier processes left behind
    return { spool, courier }
  }

  function keepInMemory(entries: readonly SpoolEntry[]): void {
    inMemory ??= served(createMemorySpool(resource()))
    for (const entry of entries) untaken.set(entry.recordId, entry)
    inMemory.spool.appendSync(entries)
    inMemory.courier.wake()
  }

  function takePending(): SpoolEntry[] {
    const entries = pending
    pending = []
    pendingSize = 0
    return entries
  }

  /** The disk, now. False when it takes nothing. */
  function spill(): boolean {
    try {
      onDisk?.spool.appendSync(pending)
    } catch {
      return false
    }
    if (onDisk === undefined) return false
    reports.stats.counts.spooled += takePending().length
    onDisk.courier.wake()
    return true
  }

  function settled(entries: readonly SpoolEntry[], refused: readonly Refused[]): void {
    for (const { recordId } of entries) {
      open.delete(recordId)
      untaken.delete(recordId)
    }
    reports.accepted(entries.length - refused.length)
    for (const { index, code, reason } of refused) {
      reports.refused(1, new AuditError(code as AuditErrorCode, '', { recordId: entries[index]!.recordId, ...(reason === undefined ? {} : { reason }) }))
    }
    if (inMemory !== undefined) tellGap() // there is room again
    waits.look()
  }

  /** What only memory has, to the disk if it takes it after all. Returns how many it does not. */
  function saveSync(): number {
    tellGap()
    const entries = [...untaken.values(), ...takePending()]
    if (entries.length === 0 && writing === 0) return 0
    if (disk === undefined) return entries.length
    try {
      const spool = onDisk?.spool ?? disk.openSync(resource())
      spool.appendSync(entries)
      if (onDisk === undefined) spool.closeSync()
      return 0
    } catch {
      return entries.length // none that works
    }
  }

  return {
    add,
    async start() { if (!closed) await openDisk() },
    get unsaved() { return pending.length + writing + untaken.size },
    get open() { return open.size },
    get spool() { return onDisk?.spool },
    delivered() {
      const upTo = added
      return waits.until(() => {
        const [oldest = Number.POSITIVE_INFINITY] = open.values()
        return oldest > upTo
      })
    },
    async close() {
      if (closed) return 0
      closed = true
      const lost = saveSync()
      await Promise.all([onDisk?.courier.stop(), inMemory?.courier.stop()])
      await onDisk?.spool.close()
      return lost
    },
    closeSync() {
      if (closed) return 0
      closed = true
      const lost = saveSync()
      onDisk?.spool.closeSync()
      return lost
    },
  }
}

function isTooLarge({ text }: SpoolEntry): boolean {
  return text.length > maxEntryBytes / 3 && Buffer.byteLength(text) > maxEntryBytes
}

function asAuditError(error: unknown): AuditError {
  return error instanceof AuditError ? error : new AuditError('SPOOL_FAILED')
}

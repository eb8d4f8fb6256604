// The courier: takes what callers hand over, and brings it to the collector: redact → fingerprint → spool → deliver. It
// says what became of each record. Runs in a thread of its own, or inline in the caller's; it knows no difference.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AuditErrorCode } from '../errors.ts'
import { createKeyring } from '../keyring.ts'
import { readLogRecord } from '../log-record.ts'
import type { Receipt } from '../receipt.ts'
import { createRequest } from '../request.ts'
import type { Answer, Refusal } from '../request.ts'
import type { Spool, SpoolEntry, SpoolEvent } from '../spool/spool.ts'
import type { Timing } from '../time.ts'
import { finishText, needsKey } from './finish.ts'
import { createIntake } from './intake.ts'
import { createMemo, createWaiters } from './item.ts'
import type { Item } from './item.ts'
import { createKeyCache } from './key-cache.ts'
import { createMemorySpool } from './memory-spool.ts'
import type { CourierSettings, Failure, ToCaller, ToCourier } from './messages.ts'
import { createDrains } from './drains.ts'
import type { Prepared } from './open.ts'
import { createOutbox } from './outbox.ts'
import type { OutboxEvents } from './outbox.ts'
import { createReporter } from './reporter.ts'
import { createShelf } from './shelf.ts'

export interface Courier {
  receive(message: ToCourier): void
  /** For the end of the process: all that can be put on the disk is there when it returns. Returns how many records are lost. */
  endNow(): number
}

/** The same warning is not given again before. */
const noticePauseMs = 60_000

/** Receipts and texts kept for callers whose deadline has passed. */
const mostLate = 10_000

/** Receipts kept for callers whose deadline passed while the receipt was on its way to them. */
const mostRecent = 2_000

/** With what open.ts made. `disk`: undefined when there is none, for which `diskProblem` may say why. */
export function courierOn(prepared: Prepared, disk: Spool | undefined, settings: CourierSettings, timing: Timing, tell: (message: ToCaller) => void, diskProblem?: string): Courier {
  const { protect, resource, late: toCome } = prepared
  const request = createRequest(settings, timing)
  const memory = createMemorySpool(resource)
  const cache = disk === undefined ? undefined : createKeyCache(settings.spool!.directory, settings.endpoint, settings.key)
  const keyring = createKeyring(settings.fingerprintKey, request, timing, settings.attemptTimeoutMs, cache)
  toCome.keyOf = () => keyring.current

  const waiters = createWaiters()
  const inMemory = new Map<number, Item>()
  const unwanted = new WeakSet<SpoolEntry>()
  const lateWanted = createMemo<true>(mostLate)
  const late = createMemo<Receipt>(mostLate)
  let blockedBy: Refusal | undefined
  let why = ''
  let trouble: AuditErrorCode | undefined
  const noticeAgainMs = { SPOOL_FULL: Number.NEGATIVE_INFINITY, SPOOL_FAILED: Number.NEGATIVE_INFINITY }
  const recent = createMemo<Receipt>(mostRecent)
  let settledCount = 0
  /** As of the last batch that the spool let go of. */
  let drainedCount = 0
  let closed = false

  const reporter = createReporter((news) => { if (!closed) tell(news) }, () => ({
    busy: !outbox.failing && (!outbox.idle || intake.size > 0 || shelf.size > 0),
    why, problem: trouble ?? blockedBy?.code, spoolRecords: disk?.status.records ?? 0, spoolBytes: disk?.status.bytes ?? 0,
  }))

  const shelf = createShelf({
    memory, disk, whenFull: settings.spool?.whenFull ?? 'block', timing,
    gap: { integration: settings.integration, emitter: settings.resource['service.name'] ?? '@blotter/sdk' },
    events: {
      spooled,
      unsaved,
      failed: (item, failure) => fail(item, failure, false),
      dropped(item) { reporter.dropped(item); if (item !== undefined) waiters.remove(item) },
      trouble(code) {
        if (code !== undefined) noticeTrouble(code)
        if (code === trouble) return
        trouble = code
        reporter.changed()
      },
      stocked: () => { outbox.kick() },
      rested: () => { checkDrains() },
    },
  })

  const intake = createIntake({
    ...settings, protect, keyring, timing, hasDisk: () => disk !== undefined,
    ready: put,
    rested: () => { checkDrains() },
    failed: (item, failure, final) => { fail(item, failure, final) },
    why: (reason) => { why = reason; reporter.changed() },
  })

  const events: OutboxEvents = {
    accepted(entry, receipt) {
      why = ''
      blockedBy = undefined
      const item = settled(entry)
      if (item !== undefined) recent.set(entry.recordId, receipt)
      else if (lateWanted.take(entry.recordId) !== undefined) late.set(entry.recordId, receipt)
      reporter.accepted(item?.handle, receipt)
    },
    refused(entry, refusal) {
      const item = settled(entry)
      reporter.failed(item ?? { handle: -1, recordId: entry.recordId }, failureOf(refusal), true)
    },
    blocked(entries, refusal) {
      blockedBy = refusal
      why = refusal.detail
      for (const { recordId } of entries) tellBlocked(waiters.take(recordId), refusal)
      reporter.changed()
      checkDrains()
    },
    failing(reason) {
      why = reason
      reporter.changed()
      checkDrains()
    },
    exported: (durationMs, outcome) => { reporter.exported(durationMs, outcome) },
    settled() {
      drainedCount = settledCount
      shelf.settled()
      checkDrains()
    },
    idle() { reporter.changed(); checkDrains() },
  }

  const outbox = createOutbox({
    lanes: () => [{ spool: memory, durable: false }, ...(disk === undefined ? [] : [{ spool: disk, durable: true }])],
    request, prepare, isWanted: (entry) => !unwanted.has(entry), events,
    maxBatch: settings.maxBatch, attemptTimeoutMs: settings.attemptTimeoutMs, timing,
  })

  /** A spool at its limit is full, and not, many times in a second. */
  function noticeTrouble(code: 'SPOOL_FULL' | 'SPOOL_FAILED'): void {
    const nowMs = timing.nowMs()
    if (nowMs < noticeAgainMs[code]) return
    noticeAgainMs[code] = nowMs + noticePauseMs
    reporter.notice(code, code === 'SPOOL_FULL' ? 'the spool is full' : 'the spool cannot be written')
  }

  function put(item: Item): void {
    if (item.acknowledged) waiters.add(item)
    shelf.put(item)
  }

  /** In memory only: its caller hears how it ends, whatever it asked for. */
  function unsaved(item: Item): void {
    if (!item.acknowledged) waiters.add(item)
    inMemory.set(item.handle, item)
  }

  function spooled(item: Item): void {
    reporter.spooled(item)
    if (item.acknowledged && blockedBy !== undefined && waiters.remove(item)) tellBlocked(item, blockedBy)
    checkDrains()
  }

  /** Its caller need not wait for what will not happen soon. */
  function tellBlocked(item: Item | undefined, refusal: Refusal): void {
    if (item === undefined || item.place === 'gone') return
    lateWanted.set(item.recordId, true)
    reporter.failed(item, { ...failureOf(refusal), state: 'spooled' }, false)
  }

  function fail(item: Item, failure: Failure, final: boolean): void {
    waiters.remove(item)
    if (failure.code === 'SPOOL_FULL' || failure.code === 'SPOOL_FAILED') intake.remember(item)
    reporter.failed(item, failure, final)
    checkDrains()
  }

  function settled({ recordId }: SpoolEntry): Item | undefined {
    settledCount += 1
    const item = waiters.take(recordId)
    if (item !== undefined) inMemory.delete(item.handle)
    return item
  }

  async function prepare(entries: readonly SpoolEntry[]): Promise<readonly string[] | Exclude<Answer, { kind: 'ok' }>> {
    if (!entries.some(({ text }) => needsKey(text))) return entries.map(({ text }) => text)
    const fetched = await keyring.ask()
    if (fetched.kind === 'ok') return entries.map(({ text }) => (needsKey(text) ? finishText(text, fetched.key) : text))
    return fetched.kind === 'retry' ? { kind: 'retry', why: `${fetched.why}, asking for the fingerprint key`, afterMs: 0 } : fetched
  }

  function withdraw(handle: number, recordId: string, lost: boolean): void {
    const held = intake.find(handle)
    const item = held ?? shelf.find(handle) ?? inMemory.get(handle)
    if (item === undefined) return forgetWaiter(handle, recordId)
    const draft = held === undefined ? undefined : intake.withdraw(held)
    const isBack = draft !== undefined || item.place === 'memory' || shelf.withdraw(item)
    if (!isBack) return forgetWaiter(handle, recordId)
    if (item.place === 'memory') forgetInMemory(item)
    waiters.remove(item)
    item.place = 'gone'
    intake.remember(item)
    if (lost) shelf.lose(draft?.record ?? readLogRecord(item.entry!.text), undefined)
  }

  /** It is on the disk: its receipt may still be asked for. */
  function forgetWaiter(handle: number, recordId: string): void {
    if (waiters.removeHandle(recordId, handle)) lateWanted.set(recordId, true)
  }

  function forgetInMemory(item: Item): void {
    inMemory.delete(item.handle)
    unwanted.add(item.entry!)
  }

  function attach(handle: number, recordId: string): void {
    const receipt = late.take(recordId) ?? recent.take(recordId)
    if (receipt !== undefined) return reporter.accepted(handle, receipt)
    const item: Item = { handle, recordId, text: '', acknowledged: true, mayDrop: false, place: 'disk', entry: undefined }
    if (blockedBy !== undefined) tellBlocked(item, blockedBy)
    else waiters.add(item)
  }

  const inSpools = (): number => memory.status.records + (disk?.status.records ?? 0)
  const isStored = (): boolean => intake.size === 0 && shelf.size === 0
  const { drain, check: checkDrains } = createDrains({
    isStored, inSpools, settled: () => drainedCount,
    waiting: () => intake.size + shelf.size,
    isHopeless: () => memory.status.records === 0 || outbox.failing,
    done(ticket) {
      reporter.changed()
      reporter.flush()
      tell({ kind: 'drained', ticket, left: disk === undefined ? memory.status.records : 0 })
    },
  })

  async function close(): Promise<void> {
    intake.takeAllNow()
    outbox.stop()
    shelf.putAllNow()
    await disk?.close().catch(() => {}) // what it has is found by the next process either way
    await nextTurn()
    reporter.changed()
    reporter.flush()
    closed = true
    tell({ kind: 'closed' })
  }

  function onSpoolEvent(event: SpoolEvent): void {
    if (event.kind === 'damaged') reporter.notice('SPOOL_FAILED', `${event.records} records in the spool cannot be read any more${event.file === undefined ? '' : '; what is left of them lies beside it as .damaged'}`)
    if (event.kind === 'refused-dropped') reporter.notice('SPOOL_FULL', `${event.records} refused records had to give way in the spool`)
    if (event.kind === 'adopted') outbox.kick()
  }

  tell({ kind: 'ready', spool: disk === undefined ? 'memory' : 'disk', ...(diskProblem === undefined ? {} : { problem: diskProblem }) })
  toCome.hear = onSpoolEvent
  for (const event of toCome.early) onSpoolEvent(event)
  outbox.kick() // what earlier processes left behind
  let cancelLook = (): void => {}
  if (disk !== undefined) lookAgain()
  function lookAgain(): void {
    if (closed) return
    outbox.kick()
    cancelLook = timing.after(adoptionLookMs, lookAgain, false)
  }

  return {
    receive(message) {
      switch (message.kind) {
        case 'records': intake.take(message.records); break
        case 'withdraw': for (const { handle, recordId } of message.records) withdraw(handle, recordId, message.lost); break
        case 'attach': attach(message.handle, message.recordId); break
        case 'drain': drain(message.durable, message.ticket); break
        case 'close': cancelLook(); void close(); break
      }
    },
    endNow() {
      intake.takeAllNow()
      const lost = shelf.putAllNow()
      try {
        disk?.closeSync()
      } catch {
        // what was appended is on the disk; that the directory still shows us as alive only delays the next process
      }
      return lost
    },
  }
}

/** Streams of dead processes turn up without a word to the outbox. */
const adoptionLookMs = 5_000

function failureOf({ code, detail, status, reason }: Refusal): Failure {
  return { code, detail, ...(status === 0 ? {} : { status }), reason }
}

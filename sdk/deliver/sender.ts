// The caller's side: takes a packed record on, hands it to the courier at most once in a turn of the event loop, keeps
// its deadline, and settles its promise by what the courier says. What the courier has not confirmed stays here, to be
// handed over again should its thread die: with the same record ids, so that nothing is kept twice.

import { setImmediate as afterThisTurn } from 'node:timers'
import { AuditError, withRetry } from '../errors.ts'
import type { AuditErrorCode } from '../errors.ts'
import type { Delivery } from '../options.ts'
import type { Recorded } from '../receipt.ts'
import type { Timing } from '../time.ts'
import { atProcessEnd } from './exit.ts'
import type { Link } from './link.ts'
import type { Failure, Handed, News, ToCaller } from './messages.ts'
import type { WritableStats } from './stats.ts'

export interface Sender {
  /** Throws QUEUE_FULL or what the courier is unusable for, before anything is kept: a number of a stream is taken only after it. */
  assertRoom(): void
  send(recordId: string, text: string, delivery: Delivery): Promise<Recorded>
  /** When all that was sent so far is at the collector or refused; at the latest after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>
  /** Flushes, rejects who still waits, and lets go of the spool. */
  close(timeoutMs: number): Promise<void>
  readonly state: SenderState
}

export interface SenderState {
  /** `opening` until the courier stands; `memory`: nothing survives the process; `unusable`: no record is taken. */
  readonly spool: 'opening' | 'disk' | 'memory' | 'unusable'
  readonly thread: boolean
  readonly problem: AuditErrorCode | undefined
}

export interface SenderOptions {
  readonly link: (hear: (message: ToCaller) => void, lost: () => void) => Link
  readonly timeoutMs: number
  readonly maxQueue: number
  readonly stats: WritableStats
  readonly timing: Timing
  /** Told of each record that will never be taken, and whether a promise says it as well. */
  readonly refused: (error: AuditError, isRejected: boolean) => void
  readonly warn: (code: AuditErrorCode, message: string) => void
}

interface Waiting {
  readonly handle: number
  readonly recordId: string
  readonly delivery: Delivery
  readonly deadlineMs: number
  /** Undefined once it is on the disk. */
  text: string | undefined
  /** The text, once nobody waits any more: for a caller who tries again. */
  kept: string | undefined
  /** Undefined for `best-effort`, whose promise resolves at once. */
  promise: { resolve(recorded: Recorded): void; reject(error: unknown): void } | undefined
}

/** Characters of all that waits in memory: records can be large, and `maxQueue` counts them only. */
const mostCharacters = 64 * 1024 * 1024

/** How long the end of the process may be held up. */
const exitBoundMs = 5_000

/** How long the courier may take to let go of the spool. */
const closeBoundMs = 2_000

const keepAliveMs = 3_600_000

export function createSender({ link: linkTo, timeoutMs, maxQueue, stats, timing, refused, warn }: SenderOptions): Sender {
  const waiting = new Map<number, Waiting>()
  const { counts } = stats
  let nextHandle = 0
  let characters = 0
  let turn: Handed[] = []
  let state: SenderState = { spool: 'opening', thread: false, problem: undefined }
  let dead: Failure | undefined
  let why = ''
  let cancelSweep: (() => void) | undefined
  let letGo: (() => void) | undefined
  const tickets = new Map<number, () => void>()
  let onClosed = (): void => {}
  const link = linkTo(hear, handOverAgain)
  const forgetExit = atProcessEnd(endNow)

  function assertRoom(): void {
    if (dead !== undefined) throw errorOf(dead)
    if (counts.pending >= maxQueue) throw new AuditError('QUEUE_FULL', `${maxQueue} are`)
    if (characters >= mostCharacters) throw new AuditError('QUEUE_FULL', `${mostCharacters} characters of them are`)
  }

  function send(recordId: string, text: string, delivery: Delivery): Promise<Recorded> {
    counts.emitted += 1
    return keep(recordId, text, delivery)
  }

  function keep(recordId: string, text: string, delivery: Delivery): Promise<Recorded> {
    const entry = admit(recordId, text, delivery)
    counts.pending += 1
    characters += text.length
    if (turn.push(handed(entry)) === 1) afterThisTurn(handOver)
    if (delivery === 'best-effort') return Promise.resolve({ state: 'handed-over', recordId })
    return promiseOf(entry)
  }

  function admit(recordId: string, text: string | undefined, delivery: Delivery): Waiting {
    const entry: Waiting = { handle: (nextHandle += 1), recordId, delivery, deadlineMs: timing.nowMs() + timeoutMs, text, kept: undefined, promise: undefined }
    waiting.set(entry.handle, entry)
    armSweep()
    return entry
  }

  function promiseOf(entry: Waiting): Promise<Recorded> {
    return new Promise((resolve, reject) => { entry.promise = { resolve, reject } })
  }

  function handOver(): void {
    const records = turn
    turn = []
    if (records.length > 0) link.post({ kind: 'records', records })
  }

  /** To a courier that knows nothing of the one before it. */
  function handOverAgain(): void {
    turn = []
    const all = [...waiting.values()]
    const records = all.filter(({ text }) => text !== undefined).map(handed)
    if (records.length > 0) link.post({ kind: 'records', records })
    for (const { text, handle, recordId } of all) if (text === undefined) link.post({ kind: 'attach', handle, recordId })
    for (const done of tickets.values()) done() // whoever flushes looks at the numbers
  }

  function hear(message: ToCaller): void {
    switch (message.kind) {
      case 'ready':
        state = { ...state, spool: message.spool, thread: link.kind === 'thread' }
        if (message.problem !== undefined) warn('SPOOL_FAILED', `records are kept in memory only: ${message.problem}`)
        break
      case 'unusable': giveUp(message.failure); break
      case 'news': read(message); break
      case 'drained': tickets.get(message.ticket)?.(); break
      case 'closed': onClosed(); break
    }
  }

  function read(news: News): void {
    why = news.why
    state = { ...state, problem: news.problem }
    counts.spooled += news.counts.spooled
    counts.accepted += news.counts.accepted
    counts.refused += news.counts.refused
    counts.dropped += news.counts.dropped
    counts.spoolRecords = news.counts.spoolRecords
    counts.spoolBytes = news.counts.spoolBytes
    for (const handle of news.spooled) onDisk(handle)
    for (const { handle, receipt } of news.accepted) release(handle)?.promise?.resolve(receipt)
    for (const { handle, recordId, failure, final } of news.failed) fail(release(handle), recordId, failure, final)
    for (const handle of news.dropped) drop(release(handle))
    for (const { durationMs, outcome } of news.exports) stats.exported(durationMs, outcome)
    for (const { code, message } of news.notices) warn(code, message)
    stayAlive(news.busy)
  }

  function onDisk(handle: number): void {
    const entry = waiting.get(handle)
    if (entry === undefined) return
    letTextGo(entry)
    if (entry.delivery === 'acknowledged') return
    waiting.delete(handle)
    disarmIfIdle()
    entry.promise?.resolve({ state: 'spooled', recordId: entry.recordId })
  }

  function release(handle: number): Waiting | undefined {
    const entry = waiting.get(handle)
    if (entry === undefined) return undefined
    entry.kept = entry.text
    letTextGo(entry)
    waiting.delete(handle)
    disarmIfIdle()
    return entry
  }

  function letTextGo(entry: Waiting): void {
    if (entry.text === undefined) return
    counts.pending -= 1
    characters -= entry.text.length
    entry.text = undefined
  }

  function fail(entry: Waiting | undefined, recordId: string, failure: Failure, final: boolean): void {
    const error = errorOf(failure, recordId)
    if (final) refused(error, entry?.promise !== undefined)
    if (entry === undefined) return
    entry.promise?.reject(again(error, entry))
  }

  function drop(entry: Waiting | undefined): void {
    entry?.promise?.reject(again(new AuditError('SPOOL_FULL', 'it was dropped', { recordId: entry.recordId }), entry))
  }

  function again(error: AuditError, entry: Waiting): unknown {
    const { recordId, delivery } = entry
    if (error.state === 'spooled') return withRetry(error, () => attach(recordId))
    const text = entry.kept
    return text === undefined ? error : withRetry(error, async () => { assertRoom(); return keep(recordId, text, delivery) })
  }

  /** For a record that is in the spool. */
  function attach(recordId: string): Promise<Recorded> {
    const entry = admit(recordId, undefined, 'acknowledged')
    link.post({ kind: 'attach', handle: entry.handle, recordId })
    return promiseOf(entry)
  }

  /** The timer keeps the process alive for as long as anything waits. */
  function armSweep(): void {
    if (cancelSweep !== undefined) return
    const first = waiting.values().next().value
    if (first !== undefined) cancelSweep = timing.after(Math.max(1, first.deadlineMs - timing.nowMs()), sweep, true)
  }

  function disarmIfIdle(): void {
    if (waiting.size > 0) return
    cancelSweep?.()
    cancelSweep = undefined
  }

  function sweep(): void {
    cancelSweep = undefined
    const nowMs = timing.nowMs()
    const late: Waiting[] = []
    for (const entry of waiting.values()) {
      if (entry.deadlineMs > nowMs) break
      late.push(entry)
    }
    if (late.length > 0) withdraw(late)
    expire(late, `${timeoutMs} ms are over`)
    armSweep()
  }

  function withdraw(late: readonly Waiting[]): void {
    handOver()
    for (const lost of [true, false]) {
      const records = late.filter(({ delivery }) => (delivery === 'best-effort') === lost).map(({ handle, recordId }) => ({ handle, recordId }))
      if (records.length > 0) link.post({ kind: 'withdraw', records, lost })
    }
  }

  function expire(late: readonly Waiting[], detail: string): void {
    for (const { handle } of late) {
      const entry = waiting.get(handle)!
      const isSpooled = entry.text === undefined
      release(handle)
      const code = state.problem === 'SPOOL_FULL' && !isSpooled ? 'SPOOL_FULL' : 'DEADLINE'
      entry.promise?.reject(again(new AuditError(code, `${detail}${why === '' ? '' : `, at last ${why}`}`, { recordId: entry.recordId, state: isSpooled ? 'spooled' : 'unknown' }), entry))
    }
  }

  /** While the courier gets somewhere, the process stays for what is on the disk as well. */
  function stayAlive(busy: boolean): void {
    if (busy) letGo ??= timing.after(keepAliveMs, () => { letGo = undefined }, true)
    else {
      letGo?.()
      letGo = undefined
    }
  }

  function giveUp(failure: Failure): void {
    dead = failure
    state = { ...state, spool: 'unusable', problem: failure.code }
    for (const { handle, recordId, delivery } of waiting.values()) {
      if (delivery === 'best-effort') counts.dropped += 1
      fail(release(handle), recordId, failure, delivery === 'best-effort')
    }
    stayAlive(false)
    for (const done of tickets.values()) done()
    onClosed()
  }

  async function flush(limitMs: number): Promise<void> {
    handOver()
    if (dead !== undefined) return
    const ticket = (nextHandle += 1)
    await new Promise<void>((resolve) => {
      const cancel = timing.after(limitMs, resolve, true)
      tickets.set(ticket, () => { cancel(); resolve() })
      link.post({ kind: 'drain', durable: false, ticket })
    })
    tickets.delete(ticket)
  }

  async function close(limitMs: number): Promise<void> {
    await flush(limitMs)
    await new Promise<void>((resolve) => {
      if (dead !== undefined) return resolve()
      const cancel = timing.after(closeBoundMs, resolve, true)
      onClosed = () => { cancel(); resolve() }
      link.post({ kind: 'close' })
    })
    loseUntold()
    expire([...waiting.values()], 'the audit was closed')
    forgetExit()
    link.stop()
    disarmIfIdle()
    stayAlive(false)
  }

  /** What no promise tells of, and no disk has. */
  function loseUntold(): void {
    const lost = [...waiting.values()].filter(({ delivery, text }) => delivery === 'best-effort' && text !== undefined).length
    counts.dropped += lost
    if (lost > 0) warn('DEADLINE', `${lost} audit records are lost: the audit was closed before they were delivered, and no spool had room for them`)
  }

  function endNow(): number {
    handOver()
    if (counts.pending === 0 && link.kind === 'thread') return 0
    return link.endNow(exitBoundMs, () => [...waiting.values()].filter(({ text }) => text !== undefined).map(handed))
  }

  function handed(entry: Waiting): Handed {
    return { handle: entry.handle, recordId: entry.recordId, text: entry.text!, acknowledged: entry.delivery === 'acknowledged', mayDrop: entry.delivery === 'best-effort' }
  }

  return { assertRoom, send, flush, close, get state() { return state } }
}

export function errorOf({ code, detail, status, reason, problems, state }: Failure, recordId?: string): AuditError {
  return new AuditError(code, detail, {
    ...(status === undefined ? {} : { status }), ...(reason === undefined ? {} : { reason }), ...(recordId === undefined ? {} : { recordId }),
    ...(problems === undefined ? {} : { problems }), ...(state === undefined ? {} : { state }),
  })
}

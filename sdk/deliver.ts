// Sends records and settles each with its receipt or an error, never later than its own deadline.
//
// Records of one turn of the event loop, and those that come while a request is in flight, share the next request; one
// request is in flight at a time. A batch that fails for a passing reason is sent again as it is, same bytes, so that
// the collector knows it by its record ids. A batch refused because of one record is split until that record is alone.
// Nothing is kept outside memory: a record whose promise is pending when the process dies may be lost.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeRequest } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { AuditError } from './errors.ts'
import { parseReceipts } from './receipt.ts'
import type { Receipt } from './receipt.ts'
import type { Refusal, Request } from './request.ts'
import { pauseMs, pauseUntil } from './time.ts'
import type { Timing } from './time.ts'

/** A place among the records that wait. It has a deadline from the start, also while it is not ready to be sent. */
export interface Ticket {
  readonly receipt: Promise<Receipt>
  readonly settled: boolean
  send(record: AuditRecord): void
  refuse(error: AuditError): void
  /** What the last attempt failed of, for the error if the deadline comes. */
  why: string
}

export interface Deliver {
  /** Throws QUEUE_FULL or CLOSED, before anything is kept. */
  admit(recordId: string): Ticket
  /** When everything admitted so far is settled, one way or the other. */
  flush(): Promise<void>
  /** Admits no more, then flushes. Takes `timeoutMs` at most, because every ticket does. */
  close(): Promise<void>
}

export interface DeliverOptions {
  readonly request: Request
  readonly timeoutMs: number
  readonly maxBatch: number
  readonly maxQueue: number
  readonly timing: Timing
}

export const auditPath = '/v1/audit'

/** One attempt gets no longer, so that a request which hangs leaves time for another. OpenTelemetry's exporters wait as long. */
export const attemptLimitMs = 10_000

interface Entry extends Ticket {
  readonly recordId: string
  readonly deadlineMs: number
  record: AuditRecord | undefined
  settled: boolean
  accept(receipt: Receipt): void
}

export function createDeliver({ request, timeoutMs, maxBatch, maxQueue, timing }: DeliverOptions): Deliver {
  /** All that is admitted and not settled. In order of deadline, because all get the same time. */
  const waiting = new Set<Entry>()
  let ready: Entry[] = []
  let pumping = false
  let closed = false
  let cancelSweep: (() => void) | undefined
  let notBeforeMs = 0
  let failures = 0

  function admit(recordId: string): Ticket {
    if (closed) throw new AuditError('CLOSED', '', { recordId })
    if (waiting.size >= maxQueue) throw new AuditError('QUEUE_FULL', `${maxQueue} are`, { recordId })
    const { promise, resolve, reject } = Promise.withResolvers<Receipt>()
    const settle = (how: () => void): void => {
      if (entry.settled) return
      entry.settled = true
      entry.record = undefined
      waiting.delete(entry)
      if (waiting.size === 0) disarmSweep()
      how()
    }
    const entry: Entry = {
      recordId, receipt: promise, deadlineMs: timing.nowMs() + timeoutMs, record: undefined, settled: false, why: '',
      send(record) {
        entry.record = record
        ready.push(entry)
        if (!pumping) void pump()
      },
      accept: (receipt) => settle(() => resolve(receipt)),
      refuse: (error) => settle(() => reject(error)),
    }
    waiting.add(entry)
    armSweep()
    return entry
  }

  /** The timer keeps the process alive for as long as anything waits. */
  function armSweep(): void {
    const [first] = waiting
    if (first === undefined || cancelSweep !== undefined) return
    cancelSweep = timing.after(Math.max(1, first.deadlineMs - timing.nowMs()), sweep, true)
  }

  function disarmSweep(): void {
    cancelSweep?.()
    cancelSweep = undefined
  }

  function sweep(): void {
    cancelSweep = undefined
    const nowMs = timing.nowMs()
    for (const entry of waiting) {
      if (entry.deadlineMs > nowMs) break
      entry.refuse(new AuditError('DEADLINE', `${timeoutMs} ms are over${entry.why === '' ? '' : `, at last ${entry.why}`}`, { recordId: entry.recordId }))
    }
    armSweep()
  }

  async function pump(): Promise<void> {
    pumping = true
    await nextTurn()
    while (ready.length > 0) {
      await pauseUntil(notBeforeMs, timing) // what comes meanwhile joins the batch
      const batch = ready.slice(0, maxBatch)
      ready = ready.slice(maxBatch)
      try {
        await sendBatch(batch)
      } catch (error) {
        refuseAll(batch, (recordId) => new AuditError('INTERNAL', error instanceof Error ? error.name : '', { recordId }))
      }
    }
    pumping = false
  }

  async function sendBatch(batch: readonly Entry[]): Promise<void> {
    let text = ''
    let count = 0
    for (;;) {
      await pauseUntil(notBeforeMs, timing)
      const live = batch.filter(({ settled }) => !settled)
      if (live.length === 0) return
      if (live.length !== count) text = encodeRequest(live.map(({ record }) => record!))
      count = live.length
      const lastDeadlineMs = live.at(-1)!.deadlineMs
      const answer = await request('POST', auditPath, text, Math.max(1, Math.min(attemptLimitMs, lastDeadlineMs - timing.nowMs())))
      if (answer.kind === 'retry') {
        failures += 1
        notBeforeMs = timing.nowMs() + pauseMs(failures, answer.afterMs, timing.random())
        for (const entry of live) entry.why = answer.why
        continue
      }
      failures = 0
      if (answer.kind === 'ok') return acceptAll(live, answer.json)
      if (!answer.perRecord || live.length === 1) return refuseAll(live, (recordId) => refusalError(answer, recordId))
      const middle = Math.ceil(live.length / 2)
      await sendBatch(live.slice(0, middle))
      return sendBatch(live.slice(middle))
    }
  }

  function acceptAll(entries: readonly Entry[], json: unknown): void {
    const receipts = parseReceipts(json, entries.map(({ recordId }) => recordId))
    if (receipts === undefined) refuseAll(entries, (recordId) => new AuditError('NOT_A_COLLECTOR', 'status 200 without a receipt for each record', { recordId, status: 200 }))
    else entries.forEach((entry, index) => entry.accept(receipts[index]!))
  }

  async function flush(): Promise<void> {
    await Promise.allSettled(Array.from(waiting, ({ receipt }) => receipt))
  }

  return {
    admit,
    flush,
    close() {
      closed = true
      return flush()
    },
  }
}

function refuseAll(entries: readonly Entry[], error: (recordId: string) => AuditError): void {
  for (const entry of entries) entry.refuse(error(entry.recordId))
}

export function refusalError({ code, detail, status, reason }: Refusal, recordId: string): AuditError {
  return new AuditError(code, detail, { status, recordId, ...(reason === undefined ? {} : { reason }) })
}

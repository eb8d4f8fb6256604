// Takes what waits in the spool, oldest first, and sends it until it is accepted or refused: one request at a time.
//
// A batch that fails for a passing reason is sent again as it is. One that is refused because of a record in it is
// halved, until that record is alone and goes to the file of the refused. Nothing of this keeps the process alive: what
// is not delivered when it ends lies on its disk. Whoever waits for delivery holds the process by itself.

import { AuditError } from '../errors.ts'
import type { AuditErrorCode } from '../errors.ts'
import type { Refused, Spool, SpoolBatch, SpoolEntry } from '../spool/spool.ts'
import { pauseMs } from '../time.ts'
import type { Timing } from '../time.ts'
import { createBatchLimit } from './batch-limit.ts'

export type Sent =
  | { readonly kind: 'accepted' }
  /** Nothing is known to be wrong with the records: again, not before `afterMs`. */
  | { readonly kind: 'retry'; readonly code: AuditErrorCode; readonly why: string; readonly afterMs: number }
  /** A record of these is refused, and the others may be innocent. */
  | { readonly kind: 'refused'; readonly code: AuditErrorCode; readonly why: string; readonly reason?: string | undefined }

export interface Send {
  (resource: string, entries: readonly SpoolEntry[]): Promise<Sent>
}

export interface Watch {
  settled(entries: readonly SpoolEntry[], refused: readonly Refused[]): void
  /** A request was answered, or was not. */
  attempted(durationMs: number, outcome: 'success' | 'retry' | 'refused'): void
  problem(problem: AuditError): void
}

export interface Courier {
  /** There is something to do. */
  wake(): void
  /** Takes nothing more, and does not wait again. Resolves when the request in flight is over. */
  stop(): Promise<void>
}

export interface CourierOptions { readonly spool: Spool; readonly send: Send; readonly maxBatch: number; readonly timing: Timing; readonly watch: Watch }

/** OTLP receivers take more; beyond it a request is slow to fail. */
const maxBatchBytes = 1024 * 1024

export function createCourier({ spool, send, maxBatch, timing, watch }: CourierOptions): Courier {
  const limit = createBatchLimit(maxBatch)
  let running: Promise<void> | undefined
  let again = false
  let stopped = false
  let failures = 0
  /** What was told about last, so that an outage is told once. */
  let trouble: AuditErrorCode | undefined
  let endPause: (() => void) | undefined

  function wake(): void {
    again = true
    if (!stopped) running ??= run().finally(() => { running = undefined; if (again) wake() })
  }

  async function run(): Promise<void> {
    while (again && !stopped) {
      again = false
      for (let batch = await take(); batch !== undefined && !stopped; batch = await take()) await deliver(batch)
    }
  }

  async function take(): Promise<SpoolBatch | undefined> {
    return stopped ? undefined : insist(() => spool.next({ maxRecords: limit.records, maxBytes: maxBatchBytes }))
  }

  async function deliver(batch: SpoolBatch): Promise<void> {
    let count = batch.entries.length
    while (!stopped) {
      const entries = count === batch.entries.length ? batch.entries : batch.entries.slice(0, count)
      const sent = await attempt(batch.resource, entries)
      if (sent.kind === 'accepted') {
        limit.accepted()
        return settle(batch, entries, [])
      }
      if (sent.kind === 'retry') await pauseAfter(sent)
      else if (count > 1) count = limit.halve(count)
      else {
        limit.found()
        return settle(batch, entries, [{ index: 0, code: sent.code, reason: sent.reason }])
      }
    }
  }

  async function attempt(resource: string, entries: readonly SpoolEntry[]): Promise<Sent> {
    const startMs = timing.nowMs()
    const sent = await send(resource, entries).catch((error: unknown): Sent => ({ kind: 'retry', code: 'INTERNAL', why: error instanceof Error ? error.name : '', afterMs: 0 }))
    watch.attempted(timing.nowMs() - startMs, sent.kind === 'accepted' ? 'success' : sent.kind)
    if (sent.kind !== 'retry') [failures, trouble] = [0, undefined]
    return sent
  }

  async function settle(batch: SpoolBatch, entries: readonly SpoolEntry[], refused: readonly Refused[]): Promise<void> {
    await insist(() => spool.settle(batch, refused, entries.length))
    if (!stopped) watch.settled(entries, refused)
  }

  /** What the disk refuses now it may do later; meanwhile nothing is lost. */
  async function insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    while (!stopped) {
      try {
        return await work()
      } catch (error) {
        if (stopped) return undefined // the spool was closed under it
        await pauseAfter({ code: error instanceof AuditError ? error.code : 'INTERNAL', why: '', afterMs: 0 })
      }
    }
    return undefined
  }

  async function pauseAfter({ code, why, afterMs }: { readonly code: AuditErrorCode; readonly why: string; readonly afterMs: number }): Promise<void> {
    failures += 1
    if (code !== trouble) watch.problem(new AuditError(trouble = code, why))
    await new Promise<void>((resolve) => {
      if (stopped) return resolve()
      const cancel = timing.after(pauseMs(failures, afterMs, timing.random()), resolve, false)
      endPause = () => { cancel(); resolve() }
    })
    endPause = undefined
  }

  return {
    wake,
    async stop() {
      stopped = true
      endPause?.()
      await running
    },
  }
}

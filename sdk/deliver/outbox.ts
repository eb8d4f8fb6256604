// Takes batches out of its lanes and sends them, one request at a time, in order. A batch that fails for a passing
// reason is sent again as it is, same bytes, so that the collector knows it by its record ids. A batch refused because
// of one record is split until that record is alone.
//
// A lane on disk keeps what the collector will not have now: nothing but a refusal of that very record takes it out.
// From a lane in memory, a refused API key takes the whole batch out: nobody would come back for it.

import { AuditError } from '../errors.ts'
import { requestText } from '../log-record.ts'
import { parseReceipts } from '../receipt.ts'
import type { Receipt } from '../receipt.ts'
import { refusal } from '../request.ts'
import type { Answer, Refusal, Request } from '../request.ts'
import type { Refused, Spool, SpoolBatch, SpoolEntry } from '../spool/spool.ts'
import { pauseMs, pauseUntil } from '../time.ts'
import type { Timing } from '../time.ts'
import type { ExportOutcome } from './stats.ts'

export const auditPath = '/v1/audit'

export const batchBytes = 1_048_576

export interface Lane {
  readonly spool: Spool
  /** Whether what waits here outlives the process. */
  readonly durable: boolean
}

/** Who hears what becomes of the records. None of it may throw. */
export interface OutboxEvents {
  accepted(entry: SpoolEntry, receipt: Receipt): void
  refused(entry: SpoolEntry, why: Refusal): void
  /** The collector takes nothing from us as things are; these records stay in the spool. Told once for each pause. */
  blocked(entries: readonly SpoolEntry[], why: Refusal): void
  /** Nothing got through, for a reason that may pass. */
  failing(why: string): void
  exported(durationMs: number, outcome: ExportOutcome): void
  /** A batch is done: there may be room again. */
  settled(): void
  /** There is nothing more to send. */
  idle(): void
}

export interface OutboxOptions {
  /** In order of precedence. */
  readonly lanes: () => readonly Lane[]
  readonly request: Request
  /** The texts to send. A refusal or a reason to wait instead, when they cannot be had now. */
  readonly prepare: (entries: readonly SpoolEntry[]) => Promise<readonly string[] | Exclude<Answer, { kind: 'ok' }>>
  /** False: nobody wants it sent any more. Only lanes in memory are asked. */
  readonly isWanted: (entry: SpoolEntry) => boolean
  readonly events: OutboxEvents
  readonly maxBatch: number
  readonly attemptTimeoutMs: number
  readonly timing: Timing
}

export interface Outbox {
  /** Something may be there to send. */
  kick(): void
  /** Nothing is being sent. */
  readonly idle: boolean
  /** The last attempt came to nothing. */
  readonly failing: boolean
  /** Sends nothing more. What is unsettled stays where it is; a request in flight is not waited for. */
  stop(): void
}

/** While the collector refuses us as such, it is asked again in pauses that grow up to this. */
const longestBlockMs = 30_000
const firstBlockMs = 1_000

/** A settlement that the disk refused is tried again after this. */
const settleAgainMs = 1_000

export function createOutbox({ lanes, request, prepare, isWanted, events, maxBatch, attemptTimeoutMs, timing }: OutboxOptions): Outbox {
  let running: Promise<void> | undefined
  let kicked = false
  let stopped = false
  let failures = 0
  let blocks = 0
  let notBeforeMs = 0
  let interrupt: (() => void) | undefined

  async function run(): Promise<void> {
    while (kicked && !stopped) {
      kicked = false
      for (let found = await nextBatch(); found !== undefined && !stopped; found = await nextBatch()) await deliver(found.lane, found.batch)
    }
  }

  async function nextBatch(): Promise<{ lane: Lane; batch: SpoolBatch } | undefined> {
    for (const lane of lanes()) {
      const batch = await lane.spool.next({ maxRecords: maxBatch, maxBytes: batchBytes })
      if (batch !== undefined) return { lane, batch }
    }
    return undefined
  }

  async function deliver(lane: Lane, batch: SpoolBatch): Promise<void> {
    const refused: Refused[] = []
    if (!await send(lane, batch, 0, batch.entries.length, refused)) return
    for (;;) {
      try {
        await lane.spool.settle(batch, refused)
        break
      } catch (error) {
        if (!(error instanceof AuditError) || error.code === 'CLOSED' || stopped) return
        await pause(timing.nowMs() + settleAgainMs) // until the disk takes the refused ones; sent again meanwhile is nothing
      }
    }
    events.settled()
  }

  /** Entries `from` up to `to`, until all of them are settled. False: the outbox was stopped before. */
  async function send(lane: Lane, batch: SpoolBatch, from: number, to: number, refused: Refused[]): Promise<boolean> {
    for (;;) {
      await pause(notBeforeMs)
      if (stopped) return false
      const live = indexes(from, to).filter((index) => lane.durable || isWanted(batch.entries[index]!))
      if (live.length === 0) return true
      const entries = live.map((index) => batch.entries[index]!)
      const answer = await attempt(batch.resource, entries).catch((error: unknown) => refusal('INTERNAL', 0, error instanceof Error ? error.name : '', true)) // a fault of ours: of one record, we hope
      if (answer.kind === 'retry') wait(answer.why, answer.afterMs)
      else if (answer.kind === 'ok') return acceptAll(entries, answer.receipts)
      else if (!answer.perRecord && lane.durable) block(entries, answer)
      else if (!answer.perRecord || live.length === 1) return refuseAll(live, batch, answer, refused)
      else {
        const middle = live[Math.ceil(live.length / 2)]!
        if (!await send(lane, batch, from, middle, refused)) return false
        return send(lane, batch, middle, to, refused)
      }
    }
  }

  type Sent = Exclude<Answer, { kind: 'ok' }> | { readonly kind: 'ok'; readonly receipts: readonly Receipt[] }

  async function attempt(resource: string, entries: readonly SpoolEntry[]): Promise<Sent> {
    const texts = await prepare(entries)
    if ('kind' in texts) return texts
    const startMs = timing.nowMs()
    const answer = await request('POST', auditPath, requestText(resource, texts), attemptTimeoutMs)
    const receipts = answer.kind === 'ok' ? parseReceipts(answer.json, entries.map(({ recordId }) => recordId)) : undefined
    events.exported(timing.nowMs() - startMs, receipts !== undefined ? 'success' : answer.kind === 'retry' ? 'retry' : 'refused')
    if (answer.kind !== 'ok') return answer
    return receipts === undefined ? refusal('NOT_A_COLLECTOR', 200, 'status 200 without a receipt for each record', false) : { kind: 'ok', receipts }
  }

  function wait(why: string, afterMs: number): void {
    failures += 1
    notBeforeMs = timing.nowMs() + pauseMs(failures, afterMs, timing.random())
    events.failing(why)
  }

  function block(entries: readonly SpoolEntry[], why: Refusal): void {
    blocks += 1
    const ceiling = Math.min(longestBlockMs, firstBlockMs * 2 ** Math.min(blocks - 1, 10))
    notBeforeMs = timing.nowMs() + ceiling / 2 + (ceiling / 2) * timing.random()
    events.blocked(entries, why)
  }

  function acceptAll(entries: readonly SpoolEntry[], receipts: readonly Receipt[]): true {
    failures = 0
    blocks = 0
    entries.forEach((entry, index) => { events.accepted(entry, receipts[index]!) })
    return true
  }

  function refuseAll(indexes: readonly number[], { entries }: SpoolBatch, why: Refusal, refused: Refused[]): true {
    if (why.perRecord) { failures = 0; blocks = 0 }
    for (const index of indexes) {
      refused.push({ index, code: why.code, reason: why.reason })
      events.refused(entries[index]!, why)
    }
    return true
  }

  /** Ends early when the outbox is stopped. */
  async function pause(untilMs: number): Promise<void> {
    if (untilMs <= timing.nowMs()) return
    await Promise.race([pauseUntil(untilMs, timing), new Promise<void>((resolve) => { interrupt = resolve })])
  }

  function start(): Promise<void> {
    return run().catch((error: unknown) => {
      if (stopped || (error instanceof AuditError && error.code === 'CLOSED')) return
      wait('the spool cannot be read', 0)
      timing.after(Math.max(1, notBeforeMs - timing.nowMs()), kick, false)
    }).finally(() => {
      running = undefined
      if (kicked && !stopped && notBeforeMs <= timing.nowMs()) kick()
      else events.idle()
    })
  }

  function kick(): void {
    kicked = true
    if (!stopped) running ??= start()
  }

  return {
    kick,
    get idle() { return running === undefined },
    get failing() { return failures > 0 || blocks > 0 },
    stop() {
      stopped = true
      interrupt?.()
    },
  }
}

function indexes(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, offset) => from + offset)
}

// One destination at work: what it does not want is passed over, the rest is delivered in batches, what it will never
// take becomes a dead letter, and only then does its place move on. Every record ends in exactly one of these counts:
// kept = forwarded + filtered + dead letters + queued.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseRecord } from '@blotter/processors'
import { batchesOf } from './batches.ts'
import { createProgress } from './progress.ts'
import { replay } from './replay.ts'
import { settle } from './settle.ts'
import type { AuditRecord, Processor } from '@blotter/processors'
import type { BatchLimits } from './batches.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import type { Filter } from './filter.ts'
import type { Delivery, Forwarder } from './forwarder.ts'
import type { ForwardStatus, ProgressOptions } from './progress.ts'
import type { Replayed, Selection } from './replay.ts'
import type { Outcome } from './settle.ts'

export type { ForwardStatus } from './progress.ts'

/** A record of the journal. */
export interface ForwardItem {
  readonly index: number
  readonly storedAtNano: bigint
  /** `<class> <period>`. */
  readonly scope: string
  /** Canonical. */
  readonly text: string
}

/** Where a destination is in the journal: the first index that is not done. Never goes back. */
export interface Place {
  readonly next: number
  advance(next: number): Promise<void>
}

export interface ForwardOptions extends Omit<ProgressOptions, 'destination'> {
  readonly forwarder: Forwarder
  readonly place: Place
  readonly deadLetters: DeadLetters
  readonly batch: BatchLimits
  /** Which records it gets. Default: all. */
  readonly filter?: Filter
  /** Applied on top of what the collector redacted. */
  readonly redact?: Pick<Processor, 'process'>
  /** The collector stops. */
  readonly signal: AbortSignal
}

export interface Forward {
  readonly name: string
  /** Index of the first record that is not done. */
  readonly next: number
  /** Brings these records to their end, or throws; then those from `next` on are to be given again. `end`: one past all that was read. */
  work(items: readonly ForwardItem[], end: number): Promise<void>
  /** `durableIndex`: one past the journal's last entry. */
  status(durableIndex: number): ForwardStatus
  /** Oldest first. */
  deadLetters(): AsyncIterable<DeadLetter>
  /** Sends dead letters again. */
  replay(selection: Selection): Promise<Replayed>
  /** Removes the letters of a retention class and period, `<class> <period>`, which were erased everywhere else. */
  erase(scope: string): Promise<void>
  close(): Promise<void>
}

/** Worked on in one turn of the event loop: requests that this thread answers wait no longer than these take. */
const sliceRecords = 64

interface Prepared { readonly item: ForwardItem; readonly record: AuditRecord }

export function createForward(options: ForwardOptions): Forward {
  const { forwarder, place, deadLetters, batch: limits, filter = () => true, redact, nowMs, signal } = options
  const { name: destination } = forwarder
  const progress = createProgress({ ...options, destination })
  let replaying = false

  const redacted = (record: AuditRecord): AuditRecord => (redact === undefined ? record : redact.process(record))
  const deliver = (records: readonly AuditRecord[]): Promise<Delivery> => forwarder.deliver(records, signal)

  async function send(batch: readonly ForwardItem[]): Promise<void> {
    const prepared: Prepared[] = []
    const passedOver: number[] = []
    for (const [i, item] of batch.entries()) {
      if (i % sliceRecords === sliceRecords - 1) await nextTurn()
      const record = parseRecord(item.text)
      if (filter(record)) prepared.push({ item, record: redacted(record) })
      else passedOver.push(item.index)
    }
    if (prepared.length > 0) await settle<Prepared>(prepared, {
      destination, deliver: (part) => deliver(part.map(({ record }) => record)),
      settled: (outcome) => note(outcome, passedOver),
    })
    await advance(batch.at(-1)!.index + 1, passedOver)
  }

  /** Kept first, then past it: a crash in between keeps it once more, which is noticed. */
  async function note(outcome: Outcome<Prepared>, passedOver: readonly number[]): Promise<void> {
    const { items } = outcome
    if (outcome.kind === 'dead') await deadLetters.append(items.map(({ item }) => letterOf(item, outcome)))
    await advance(items.at(-1)!.item.index + 1, passedOver)
    if (outcome.kind === 'dead') progress.dead(outcome.reason, items.length)
    else progress.delivered(items.length)
    progress.succeeded()
  }

  /** What was passed over is counted with the place, so that a second attempt does not count it twice. */
  async function advance(to: number, passedOver: readonly number[]): Promise<void> {
    const passed = passedOver.filter((index) => index >= place.next && index < to).length
    await place.advance(Math.max(to, place.next))
    progress.filtered(passed)
  }

  function letterOf({ index, scope, text }: ForwardItem, { reason, rejected, items }: Extract<Outcome<Prepared>, { kind: 'dead' }>): DeadLetter {
    return { leaf: index, reason, ...(rejected === undefined ? {} : { rejected, of: items.length }), time: new Date(nowMs()).toISOString(), scope, text }
  }

  return {
    name: destination,
    get next() { return place.next },
    async work(items, end) {
      try {
        for (const batch of batchesOf(items, limits)) {
          progress.trying(batch[0]!.storedAtNano)
          await send(batch)
        }
        await place.advance(end)
      } catch (error) {
        throw progress.failed(error)
      }
      progress.succeeded()
      progress.caughtUp()
    },
    status: (durableIndex) => progress.status(Math.max(0, durableIndex - place.next), deadLetters),
    deadLetters: () => deadLetters.read(),
    async replay(selection) {
      if (replaying) return { delivered: 0, refused: 0, remaining: deadLetters.count, more: false, stopped: 'replaying' }
      replaying = true
      try {
        return await replay({
          destination, deadLetters, limits, nowMs, selection,
          deliver: (letters) => deliver(letters.map(({ text }) => redacted(parseRecord(text)))), onDelivered: (count) => { progress.replayed(count) },
        })
      } finally {
        replaying = false
      }
    },
    erase: (scope) => deadLetters.remove((letter) => letter.scope === scope),
    close: () => forwarder.close(),
  }
}

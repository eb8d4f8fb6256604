// Sends dead letters again because an operator mended what was wrong. A letter leaves the file after it was delivered: a
// crash in between delivers it twice and loses none.

import { letterKey } from './dead-letters.ts'
import { DeliveryFailed } from './forwarder.ts'
import { settle } from './settle.ts'
import type { BatchLimits } from './batches.ts'
import type { DeadLetter, DeadLetters } from './dead-letters.ts'
import type { Delivery } from './forwarder.ts'

/** Which letters. Default: all. */
export interface Selection {
  readonly leaves?: ReadonlySet<number>
  /** Only those of later leaves: where an earlier call ended. */
  readonly after?: number
}

export interface ReplayOptions {
  readonly destination: string
  readonly deadLetters: DeadLetters
  readonly limits: BatchLimits
  readonly nowMs: () => number
  readonly selection: Selection
  readonly deliver: (letters: readonly DeadLetter[]) => Promise<Delivery>
  readonly onDelivered: (count: number) => void
}

export interface Replayed {
  readonly delivered: number
  /** Refused once more; they stay. */
  readonly refused: number
  /** Letters in the file. */
  readonly remaining: number
  /** Time was up before all were tried: ask again, from the letter after `last`. */
  readonly more: boolean
  readonly last?: number
  /** Why it ended early: the destination cannot be reached, or does not let us in. */
  readonly stopped?: string
}

/** Whoever asks waits for the answer, so one piece of work takes not much longer than this. */
const longestMs = 20_000

export async function replay(options: ReplayOptions): Promise<Replayed> {
  const { destination, deadLetters, nowMs, deliver, onDelivered } = options
  const until = nowMs() + longestMs
  const delivered = new Set<string>()
  const result: { refused: number; more: boolean; last?: number; stopped?: string } = { refused: 0, more: false }
  try {
    for await (const batch of batches(options)) {
      if (nowMs() >= until) { result.more = true; break }
      await settle<DeadLetter>(batch, { destination, deliver, splitPartial: true, settled: async ({ kind, items }) => {
        if (kind === 'dead') result.refused += items.length
        else for (const letter of items) delivered.add(letterKey(letter))
      } })
      result.last = batch.at(-1)!.leaf
    }
  } catch (error) {
    if (!(error instanceof DeliveryFailed)) throw error
    result.stopped = error.code
  } finally {
    if (delivered.size > 0) await deadLetters.remove((letter) => delivered.has(letterKey(letter)))
    onDelivered(delivered.size)
  }
  return { delivered: delivered.size, remaining: deadLetters.count, ...result }
}

/** Read as they are sent: the file may be larger than what should be in memory. */
async function* batches({ deadLetters, limits: { records, bytes }, selection: { leaves, after = -1 } }: ReplayOptions): AsyncGenerator<DeadLetter[]> {
  let batch: DeadLetter[] = []
  let size = 0
  for await (const letter of deadLetters.read()) {
    if (letter.leaf <= after || (leaves !== undefined && !leaves.has(letter.leaf))) continue
    if (batch.length > 0 && (batch.length >= records || size + letter.text.length > bytes)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(letter)
    size += letter.text.length
  }
  if (batch.length > 0) yield batch
}

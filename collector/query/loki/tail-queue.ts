// What a tail has to send and has not sent yet: held back for as long as its client wants, dropped when the client reads
// too slowly, and what was dropped is told.

import type { Processed } from '../logql/pipeline.ts'

export interface TailQueue {
  add(entry: Processed, nowMs: number): void
  /** What is due, in order of time, and the newest of what was dropped since the last time. */
  take(nowMs: number): { readonly entries: readonly Processed[]; readonly dropped: readonly Processed[] }
}

export interface TailQueueOptions {
  readonly delayMs: number
  /** Entries that wait. Default 5,000. */
  readonly most?: number
}

/** Of one message. */
const mostSent = 1_000
const mostTold = 100

export function createTailQueue({ delayMs, most = 5_000 }: TailQueueOptions): TailQueue {
  let waiting: { readonly entry: Processed; readonly dueMs: number }[] = []
  let dropped: Processed[] = []
  return {
    add(entry, nowMs) {
      waiting.push({ entry, dueMs: nowMs + delayMs })
      if (waiting.length <= most) return
      dropped.push(waiting.shift()!.entry)
      if (dropped.length > mostTold) dropped.shift()
    },
    take(nowMs) {
      const due = waiting.findIndex(({ dueMs }) => dueMs > nowMs)
      const count = Math.min(due === -1 ? waiting.length : due, mostSent)
      const entries = waiting.slice(0, count).map(({ entry }) => entry)
      const told = dropped
      waiting = waiting.slice(count)
      dropped = []
      return { entries: entries.sort((a, b) => (a.timeNano < b.timeNano ? -1 : a.timeNano > b.timeNano ? 1 : 0)), dropped: told }
    },
  }
}

// Time that passes only when a test says so.

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Timing } from '../time.ts'

export interface ManualTime extends Timing {
  /** Lets due timers run in their order, and what follows from each before the next. */
  advance(ms: number): Promise<void>
  /** What waits. */
  readonly timers: readonly { readonly dueMs: number; readonly keepAlive: boolean }[]
}

export function createManualTime(): ManualTime {
  let nowMs = 0
  let timers: { dueMs: number; keepAlive: boolean; run: () => void }[] = []
  return {
    nowMs: () => nowMs,
    wallMs: () => Date.UTC(2026, 0, 1) + nowMs,
    random: () => 0,
    get timers() { return timers },
    after(ms, run, keepAlive) {
      const timer = { dueMs: nowMs + ms, keepAlive, run }
      timers.push(timer)
      return () => { timers = timers.filter((other) => other !== timer) }
    },
    async advance(ms) {
      const endMs = nowMs + ms
      await settle()
      for (;;) {
        const next = timers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
        if (next === undefined) break
        nowMs = Math.max(nowMs, next.dueMs)
        timers = timers.filter((other) => other !== next)
        next.run()
        await settle()
      }
      nowMs = endMs
    },
  }
}

/** Enough turns of the event loop for everything that does not wait for a timer or a socket. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await nextTurn()
}

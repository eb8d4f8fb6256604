// How a destination is doing: what became of its records, what went wrong last, and what an operator has to do.

import { DeliveryFailed } from './forwarder.ts'
import { createPace } from './pace.ts'
import { problemOf } from './problems.ts'
import type { Metrics } from '../metrics.ts'
import type { DeadLetters } from './dead-letters.ts'

export interface ForwardStatus {
  readonly destination: string
  /** Where to, without path or credentials. */
  readonly origin: string
  /** Since the start of the collector. */
  readonly delivered: number
  readonly filtered: number
  /** Entries of the journal that are still to come. */
  readonly queued: number
  /** In the file. */
  readonly deadLetters: number
  readonly deadLetterBytes: number
  readonly unreadableLetters: number
  /** How long the oldest record that was tried has been waiting. */
  readonly lagSeconds: number
  readonly lastError: { readonly code: string; readonly at: string } | null
  readonly nextTryAt: string | null
  /** What an operator has to do. Null when nothing, or nothing yet. */
  readonly problem: string | null
}

export interface ProgressOptions {
  readonly destination: string
  readonly origin: string
  readonly metrics: Pick<Metrics, 'forwarded' | 'filtered' | 'deadLettered' | 'replayed' | 'forwardRetries'>
  readonly nowMs: () => number
  readonly random: () => number
  /** Told once when it begins to wait for an operator. */
  readonly onBlocked: (destination: string, code: string) => void
}

export interface Progress {
  delivered(count: number): void
  dead(reason: string, count: number): void
  filtered(count: number): void
  replayed(count: number): void
  /** These are tried now: the oldest was stored then. */
  trying(storedAtNano: bigint): void
  /** Something was settled: the next failure is the first one. */
  succeeded(): void
  caughtUp(): void
  /** What was thrown, with the time to wait: the step that drives us waits at least as long. */
  failed(error: unknown): DeliveryFailed
  status(queued: number, deadLetters: DeadLetters): ForwardStatus
}

export function createProgress({ destination, origin, metrics, nowMs, random, onBlocked }: ProgressOptions): Progress {
  const pace = createPace(random)
  const counts = { delivered: 0, filtered: 0 }
  let oldestNano: bigint | undefined
  let failure: { readonly code: string; readonly blocked: boolean; readonly atMs: number; readonly nextMs: number } | undefined
  return {
    delivered(count) { counts.delivered += count; metrics.forwarded.inc({ destination }, count) },
    filtered(count) { counts.filtered += count; metrics.filtered.inc({ destination }, count) },
    dead(reason, count) { metrics.deadLettered.inc({ destination, reason }, count) },
    replayed(count) { metrics.replayed.inc({ destination }, count) },
    trying(storedAtNano) { oldestNano = storedAtNano },
    succeeded() { failure = undefined; pace.reset() },
    caughtUp() { oldestNano = undefined },
    failed(error) {
      const code = codeOf(error)
      const blocked = code === 'dead_letters_full' || (error instanceof DeliveryFailed && error.blocked)
      if (blocked && failure?.code !== code) onBlocked(destination, code)
      const afterMs = pace.next(blocked, error instanceof DeliveryFailed ? error.afterMs : undefined)
      const atMs = nowMs()
      failure = { code, blocked, atMs, nextMs: atMs + afterMs }
      metrics.forwardRetries.inc({ destination, reason: code })
      return new DeliveryFailed(destination, { kind: blocked ? 'blocked' : 'retry', reason: code, afterMs }, error instanceof DeliveryFailed ? undefined : error)
    },
    status(queued, deadLetters) {
      return {
        destination, origin, ...counts, queued,
        deadLetters: deadLetters.count, deadLetterBytes: deadLetters.bytes, unreadableLetters: deadLetters.unreadable,
        lagSeconds: oldestNano === undefined ? 0 : Math.max(0, nowMs() - Number(oldestNano / 1_000_000n)) / 1000,
        lastError: failure === undefined ? null : { code: failure.code, at: new Date(failure.atMs).toISOString() },
        nextTryAt: failure === undefined ? null : new Date(failure.nextMs).toISOString(),
        problem: failure?.blocked === true ? problemOf(failure.code) : null,
      }
    },
  }
}

/** Errors of files have codes of the system: a fixed list too. Anything else is ours to look into. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,40}$/.test(code) ? code : 'internal'
}

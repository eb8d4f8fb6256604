// Which try of a call this is. A call is the same one when it has the same idempotency key, or else when it repeats method,
// URL and body of one that failed for a passing reason a moment ago: two equal calls that both succeed are two calls.

import { createHash } from 'node:crypto'

export interface Attempt {
  /** From 1. */
  readonly number: number
  /** `again`: it failed in a way after which one tries again. */
  settle(again: boolean): void
}

export interface Attempts {
  begin(call: CallIdentity): Attempt
}

export interface CallIdentity {
  readonly method: string
  readonly url: string
  readonly idempotencyKey: string | undefined
  /** Undefined when there is none. */
  readonly body: string | Uint8Array | undefined
  /** There is one that cannot be read without consuming it. */
  readonly streams: boolean
}

interface Entry {
  readonly count: number
  failed: boolean
  untilMs: number
}

/** Remembers `limit` calls for `windowMs` after their last try; beyond that the oldest is forgotten, and its next try counts as the first. */
export function createAttempts(windowMs: number, limit: number, nowMs: () => number = () => performance.now()): Attempts {
  const entries = new Map<string, Entry>()

  function begin(call: CallIdentity): Attempt {
    if (call.streams && call.idempotencyKey === undefined) return { number: 1, settle() {} }
    const key = keyOf(call)
    const before = entries.get(key)
    const known = before !== undefined && before.untilMs > nowMs() && (call.idempotencyKey !== undefined || before.failed)
    const entry: Entry = { count: known ? before.count + 1 : 1, failed: false, untilMs: nowMs() + windowMs }
    entries.delete(key) // the newest last
    entries.set(key, entry)
    if (entries.size > limit) entries.delete(entries.keys().next().value!)
    return {
      number: entry.count,
      settle(again) {
        entry.failed = again
        entry.untilMs = nowMs() + windowMs
      },
    }
  }

  return { begin }
}

/** A digest, so that no URL and no body is kept in memory. */
function keyOf({ method, url, idempotencyKey, body }: CallIdentity): string {
  const hash = createHash('sha256')
  if (idempotencyKey !== undefined) return hash.update(JSON.stringify([method, new URL(url).host, idempotencyKey])).digest('base64')
  return hash.update(JSON.stringify([method, url])).update(body ?? '').digest('base64')
}

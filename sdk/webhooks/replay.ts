// Whether a delivery was seen before. Asked only after its signature was found right, so that nobody without the secret
// can fill the store or find out what is in it.

import { createHash } from 'node:crypto'
import type { Pieces } from './algorithms.ts'

export interface ReplayStore {
  /**
   * True for the first who claims the key within `ttlMs`, false for all others: one atomic step, such as `SET key 1 NX PX ttl`
   * of Redis. What it throws refuses the delivery as `unavailable` with status 503, and the sender tries again.
   */
  claim(key: string, ttlMs: number): boolean | Promise<boolean>
  /** Forgets a claim, because the handler failed. Without it the sender's next try of the same bytes is taken for a replay. */
  release?(key: string): void | Promise<void>
}

export interface ReplayStoreOptions {
  /** Deliveries remembered at once. Default 100 000, about 20 MB. */
  readonly capacity?: number
  /**
   * What happens to a new delivery when all places are taken by claims that still count. `refuse` (default): it is refused
   * with 503, the sender tries again later, and nothing is let through twice. `evict`: the oldest claim is forgotten, and
   * that delivery could be replayed from then on. Either way the process is warned once.
   */
  readonly whenFull?: 'refuse' | 'evict'
  /** Milliseconds since 1970, for tests. */
  readonly now?: () => number
}

export interface MemoryReplayStore extends ReplayStore {
  claim(key: string, ttlMs: number): boolean
  release(key: string): void
}

/** Of this process alone: with several, one of them sees a replay of what another accepted as new. Empty after a restart. */
export function createReplayStore({ capacity = 100_000, whenFull = 'refuse', now = Date.now }: ReplayStoreOptions = {}): MemoryReplayStore {
  const untilMs = new Map<string, number>() // oldest claim first
  let warned = false
  let sweptMs = Number.NEGATIVE_INFINITY

  /** Looks through all of them, so once a second at most. */
  function sweep(nowMs: number): void {
    if (nowMs < sweptMs + 1_000 && nowMs >= sweptMs) return
    sweptMs = nowMs
    for (const [key, until] of untilMs) if (until <= nowMs) untilMs.delete(key)
  }

  function makeRoom(nowMs: number): void {
    sweep(nowMs)
    if (untilMs.size < capacity) return
    if (!warned) process.emitWarning(`the replay store is full: ${whenFull === 'evict' ? 'the oldest deliveries can be replayed' : 'deliveries are refused until claims expire'}`, { type: 'AuditWarning', code: 'REPLAY_STORE_FULL' })
    warned = true
    if (whenFull === 'refuse') throw new Error('the replay store is full')
    const oldest = untilMs.keys().next()
    if (oldest.done !== true) untilMs.delete(oldest.value)
  }

  return {
    claim(key, ttlMs) {
      const nowMs = now()
      const until = untilMs.get(key)
      if (until !== undefined && until > nowMs) return false
      untilMs.delete(key) // so that it goes to the end
      if (untilMs.size >= capacity) makeRoom(nowMs)
      untilMs.set(key, nowMs + ttlMs)
      return true
    },
    release(key) {
      untilMs.delete(key)
    },
  }
}

/**
 * What a delivery is remembered by: a digest of what is signed, so that no change that leaves the signature right, in the
 * unsigned headers for example, makes another delivery of it. Nothing can be read from it.
 */
export function replayKey(scheme: string, signed: Pieces): string {
  const hash = createHash('sha256').update(`${scheme}\n`)
  for (const piece of signed) hash.update(piece)
  return hash.digest('base64url')
}

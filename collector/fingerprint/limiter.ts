// How often one key may ask: a token bucket for each. "Does this payload occur?" answers guesses, and a guess must cost
// time whoever makes it.

export interface LimiterOptions {
  /** Questions at once, after a while without any. */
  readonly burst: number
  /** How many more are allowed each second. */
  readonly perSecond: number
  /** Milliseconds, from anywhere, never backwards. */
  readonly nowMs: () => number
  /** Keys that are followed. Default 10 000, as many as there can be; the one that asked the longest ago makes room. */
  readonly most?: number
}

export interface Limiter {
  /** False when the key has asked too often. */
  take(key: string): boolean
}

interface Bucket { readonly tokens: number; readonly atMs: number }

export function createLimiter({ burst, perSecond, nowMs, most = 10_000 }: LimiterOptions): Limiter {
  const buckets = new Map<string, Bucket>() // in the order of their last question
  return {
    take(key) {
      const atMs = nowMs()
      const before = buckets.get(key)
      const tokens = before === undefined ? burst : Math.min(burst, before.tokens + Math.max(0, atMs - before.atMs) / 1000 * perSecond)
      buckets.delete(key)
      if (buckets.size >= most) buckets.delete(buckets.keys().next().value!)
      buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs })
      return tokens >= 1
    },
  }
}

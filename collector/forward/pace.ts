// When to try again: full jitter below a ceiling that doubles, so that many collectors do not come back at once; slower
// where only an operator helps. What the destination asked for is kept to, with some jitter on top for the same reason.

export interface Pace {
  /** Milliseconds to wait after one more failure. */
  next(blocked: boolean, askedMs: number | undefined): number
  reset(): void
}

const firstCeilingMs = 500
const longestMs = 30_000
const firstBlockedMs = 5_000
const longestBlockedMs = 60_000

/** At most this share is added to what was asked for. */
const askedJitter = 0.1

export function createPace(random: () => number): Pace {
  let failures = 0
  return {
    next(blocked, askedMs) {
      const ceiling = blocked ? Math.min(firstBlockedMs * 2 ** failures, longestBlockedMs) : Math.min(firstCeilingMs * 2 ** failures, longestMs)
      failures = Math.min(failures + 1, 30)
      const ownMs = blocked ? ceiling * (0.5 + random() / 2) : ceiling * random()
      return Math.round(Math.max(ownMs, askedMs === undefined ? 0 : askedMs * (1 + askedJitter * random())))
    },
    reset() { failures = 0 },
  }
}

// Time: what is stamped on records (wall clock in nanoseconds) and what waits (timers). Both can be replaced in tests.

const driftLimitNano = 1_000_000_000n

export interface ClockSource {
  wallNano(): bigint
  monotonicNano(): bigint
}

const system: ClockSource = {
  wallNano: () => BigInt(Date.now()) * 1_000_000n,
  monotonicNano: () => process.hrtime.bigint(),
}

/**
 * Nanoseconds since 1970. Every call returns more than the one before, so that records of one process sort in the
 * order in which they were made. Runs on the monotonic clock, which stands still while a machine sleeps and does not
 * follow corrections: beyond a second of distance it is set to the wall clock again, or waits for it when it is ahead.
 */
export function createClock(source: ClockSource = system, startNano: bigint = originNano()): () => bigint {
  let offset = startNano - source.monotonicNano()
  let last = 0n
  return function now() {
    const wall = source.wallNano()
    let nano = source.monotonicNano() + offset
    const drift = wall - nano
    if (drift > driftLimitNano || drift < -driftLimitNano) {
      offset += drift
      nano = wall
    }
    last = nano > last ? nano : last + 1n
    return last
  }
}

/** performance.timeOrigin knows the wall clock to the microsecond, Date.now() only to the millisecond. */
function originNano(): bigint {
  return BigInt(Math.round(performance.timeOrigin * 1e3)) * 1_000n + BigInt(Math.round(performance.now() * 1e6))
}

export interface Timing {
  /** From any start, never backwards. */
  nowMs(): number
  /** Since 1970, to read a date in an answer. */
  wallMs(): number
  /** Calls `run` once; returns what cancels it. `keepAlive`: the process does not end while it waits. */
  after(ms: number, run: () => void, keepAlive: boolean): () => void
  /** From 0 up to 1. */
  random(): number
}

export const realTiming: Timing = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(ms, run, keepAlive) {
    const timer = setTimeout(run, ms)
    if (!keepAlive) timer.unref()
    return () => clearTimeout(timer)
  },
  random: () => Math.random(),
}

const firstPauseMs = 200
const longestPauseMs = 5_000
/** A Retry-After beyond this is taken for a mistake of something in between. */
const longestRetryAfterMs = 60_000

/** How long to wait after the `failures`th failure in a row: doubling, with jitter, and not less than the server asked for. */
export function pauseMs(failures: number, retryAfterMs: number, random: number): number {
  const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10))
  return Math.max(ceiling / 2 + (ceiling / 2) * random, Math.min(retryAfterMs, longestRetryAfterMs))
}

/** Does not keep the process alive: what is waiting for it does. */
export function pauseUntil(dueMs: number, timing: Timing): Promise<void> {
  const ms = dueMs - timing.nowMs()
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => { timing.after(ms, resolve, false) })
}

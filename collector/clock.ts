// The one clock of the collector, in nanoseconds since 1970. It never runs backwards, so that `stored` times follow the
// order of the journal whatever becomes of the system clock, also over a restart.
//
// Set back: it stands still, a nanosecond for each reading, until the system has caught up. Set forward: it follows; by
// more than an hour only when the new time has lasted for a minute, since a wrong year, once followed, could not be
// taken back.

export type Clock = () => bigint

export interface ClockOptions {
  readonly systemMs?: () => number
  readonly monotonicNs?: () => bigint
  /** No reading is at or below this: the newest sink time of the run before. Default 0. */
  readonly floorNano?: bigint
  /** The system clock was set: by how much, and whether this clock follows yet. */
  readonly onJump?: (jump: { readonly ms: number; readonly followed: boolean }) => void
}

/** A difference that the upkeep of the system clock does not make. */
const jumpNs = 20_000_000n
/** A jump that is followed at once. */
const trustedJumpNs = 3_600_000_000_000n
/** How long a longer one must last. */
const trialNs = 60_000_000_000n

export function createClock(options: ClockOptions = {}): Clock {
  const { systemMs = Date.now, monotonicNs = () => process.hrtime.bigint(), floorNano = 0n, onJump = () => {} } = options
  const systemNs = (): bigint => BigInt(systemMs()) * 1_000_000n
  let anchorNs = systemNs()
  let anchorTick = monotonicNs()
  let lastNs = floorNano
  let doubted: { readonly aheadNs: bigint; readonly sinceTick: bigint } | undefined

  function follow(nowNs: bigint, tick: bigint, jump: bigint): bigint {
    anchorNs = nowNs
    anchorTick = tick
    doubted = undefined
    onJump({ ms: Number(jump / 1_000_000n), followed: true })
    return nowNs
  }

  /** Not followed yet: a doubt begins, or goes on while the system clock keeps to its new time. */
  function doubt(aheadNs: bigint, tick: bigint): boolean {
    if (doubted === undefined || distance(aheadNs, doubted.aheadNs) > jumpNs) {
      doubted = { aheadNs, sinceTick: tick }
      onJump({ ms: Number(aheadNs / 1_000_000n), followed: false })
    }
    return tick - doubted.sinceTick < trialNs
  }

  function judged(ownNs: bigint, tick: bigint): bigint {
    const now = systemNs()
    const aheadNs = now - ownNs
    if (aheadNs <= jumpNs && aheadNs >= -jumpNs) { doubted = undefined; return ownNs }
    if (aheadNs > trustedJumpNs && doubt(aheadNs, tick)) return ownNs
    return follow(now, tick, aheadNs)
  }

  return function nowUnixNano() {
    const tick = monotonicNs()
    const nowNs = judged(anchorNs + (tick - anchorTick), tick)
    lastNs = nowNs > lastNs ? nowNs : lastNs + 1n
    return lastNs
  }
}

function distance(a: bigint, b: bigint): bigint {
  return a > b ? a - b : b - a
}

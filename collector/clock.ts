// The one clock of the collector, in nanoseconds since 1970. It never runs backwards within a process, so that
// `stored` times follow the order of the journal even when the system clock is set back.

export type Clock = () => bigint

export function createClock(systemMs: () => number = Date.now, monotonicNs: () => bigint = () => process.hrtime.bigint()): Clock {
  let anchorNs = BigInt(systemMs()) * 1_000_000n
  let anchorTick = monotonicNs()
  let lastNs = 0n
  return function nowUnixNano() {
    const tick = monotonicNs()
    const systemNs = BigInt(systemMs()) * 1_000_000n
    let nowNs = anchorNs + (tick - anchorTick)
    const driftNs = systemNs - nowNs
    if (driftNs > 20_000_000n || driftNs < -20_000_000n) { // the system clock was set, or the machine slept
      anchorNs = systemNs
      anchorTick = tick
      nowNs = systemNs
    }
    lastNs = nowNs > lastNs ? nowNs : lastNs + 1n
    return lastNs
  }
}

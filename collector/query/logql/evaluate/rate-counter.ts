// The rate of a counter that may start again from zero. Loki extrapolates as Prometheus does, but takes the edge of the
// range for a thousand times nearer than it is: the correction is there, and tiny. Dashboards must show the same here.

/** An edge this share of the usual distance away counts as reached by the samples. */
const reachShare = 1.1

export interface CounterWindow {
  readonly values: readonly number[]
  /** Nanoseconds since any fixed time. */
  readonly timesNano: readonly number[]
  readonly tail: number
  readonly head: number
  readonly rangeNano: number
}

export function counterRate({ values, timesNano, tail, head, rangeNano }: CounterWindow): number {
  if (head - tail < 2) return 0
  const increase = increaseOf(values, tail, head)
  const sampled = ((timesNano[head - 1] as number) - (timesNano[tail] as number)) / 1000
  const average = sampled / (head - tail - 1)
  const reach = average * reachShare
  const toStart = withinZero(rangeNano / 1e9, sampled, values[tail] as number, increase)
  const extrapolated = sampled + (toStart < reach ? toStart : average / 2) + (reach > 0 ? 0 : average / 2)
  return (increase * (extrapolated / sampled)) / (rangeNano / 1e9)
}

/** A counter is not extrapolated to before it was zero. */
function withinZero(toStart: number, sampled: number, first: number, increase: number): number {
  if (increase <= 0 || first < 0) return toStart
  return Math.min(toStart, sampled * (first / increase))
}

/** What a counter grew by; when it falls it began again, and what it had counts. */
function increaseOf(values: readonly number[], tail: number, head: number): number {
  let increase = (values[head - 1] as number) - (values[tail] as number)
  for (let i = tail + 1; i < head; i += 1) {
    const before = values[i - 1] as number
    if ((values[i] as number) < before) increase += before
  }
  return increase
}

// Mean and variance in the order of additions that gives Loki's last digits.

export function mean(values: readonly number[], from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i += 1) sum += values[i] as number
  return sum / (to - from)
}

/** The same but for rounding, and for infinite values, which it may make NaN. */
export function runningMean(values: readonly number[]): number {
  let average = 0
  for (const [i, value] of values.entries()) average += (value - average) / (i + 1)
  return average
}

/** Population variance (Welford). */
export function variance(values: readonly number[], from: number, to: number): number {
  let count = 0
  let average = 0
  let squares = 0
  for (let i = from; i < to; i += 1) {
    const value = values[i] as number
    count += 1
    const delta = value - average
    average += delta / count
    squares += delta * (value - average)
  }
  return squares / count
}

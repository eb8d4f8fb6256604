// The points in time at which a metric query is asked: one, or every step from a start.

export interface Grid { readonly startNano: bigint; readonly stepNano: bigint; /** At least 1. */ readonly steps: number }

export interface StepRange { readonly startNano: bigint; readonly endNano: bigint; readonly stepNano: bigint }

/** Start rounded down and end rounded up to a multiple of the step since 1970, as Loki answers range queries. */
export function alignRange({ startNano, endNano, stepNano }: StepRange): StepRange {
  const floor = (timeNano: bigint) => timeNano - positiveModulo(timeNano, stepNano)
  return { startNano: floor(startNano), endNano: floor(endNano + stepNano - 1n), stepNano }
}

export function gridOf({ startNano, endNano, stepNano }: StepRange): Grid {
  return { startNano, stepNano, steps: Number((endNano - startNano) / stepNano) + 1 }
}

export function instantGrid(timeNano: bigint): Grid {
  return { startNano: timeNano, stepNano: 1n, steps: 1 }
}

/** The same points, moved into the past by an offset. */
export function shifted(grid: Grid, offsetNano: bigint): Grid {
  return { ...grid, startNano: grid.startNano - offsetNano }
}

export function lastTime(grid: Grid): bigint {
  return grid.startNano + BigInt(grid.steps - 1) * grid.stepNano
}

/**
 * The steps whose window (t − range, t] holds a time: from `enter` to before `leave`. Both are whole numbers of steps, so
 * that whoever slides windows compares small integers instead of times.
 */
export interface Span { enter: number; leave: number }

export function spanReader(grid: Grid, rangeNano: bigint): (timeNano: bigint, span: Span) => void {
  const { startNano, stepNano, steps } = grid
  return (timeNano, span) => {
    const behindNano = timeNano - startNano
    span.enter = firstStep(behindNano, stepNano, steps)
    span.leave = firstStep(behindNano + rangeNano, stepNano, steps)
  }
}

/** The first step at or after a time, within [0, steps]. */
function firstStep(behindNano: bigint, stepNano: bigint, steps: number): number {
  if (behindNano <= 0n) return 0
  return Math.min(Number((behindNano + stepNano - 1n) / stepNano), steps)
}

function positiveModulo(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus
}

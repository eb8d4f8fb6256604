// Windows that slide over the samples of one series. Where a function allows it, a window is changed by what comes and
// goes (amortised constant work per sample); where only the order of additions gives Loki's last digit, it is folded anew.

import type { Samples } from './samples.ts'

/** `tail` is the oldest sample inside, `head` the first one not yet inside; the window is never empty when asked. */
export interface SlidingWindow {
  add(index: number): void
  remove(index: number): void
  value(tail: number, head: number, step: number): number
}

export interface Points { readonly steps: number[]; readonly values: number[] }

/** The value of every step whose window holds a sample. */
export function slide(samples: Samples, window: SlidingWindow, check: () => void): Points {
  const { enter, leave } = samples
  const points: Points = { steps: [], values: [] }
  let head = 0
  let tail = 0
  for (let step = enter[0] ?? 0; head < enter.length || tail < head; step += 1) {
    if (tail === head) step = Math.max(step, enter[head] as number)
    while (head < enter.length && (enter[head] as number) <= step) window.add(head++)
    while (tail < head && (leave[tail] as number) <= step) window.remove(tail++)
    if (tail === head) continue
    if ((step & 63) === 0) check()
    points.steps.push(step)
    points.values.push(window.value(tail, head, step))
  }
  return points
}

/** A window that is computed from its samples whenever it is asked. */
export function folding(fold: SlidingWindow['value']): SlidingWindow {
  return { add: nothing, remove: nothing, value: fold }
}

function nothing(): void {}

/** As many whole numbers of this size add up, and subtract again, without rounding. */
const largestExact = 2 ** 32
const mostExact = 2 ** 20

/** Plain sums from the oldest on; sums of whole numbers slide. */
export function slidingSum({ values }: Samples, scale = 1): SlidingWindow {
  let sum = 0
  let inexact = 0
  const weigh = (value: number, sign: 1 | -1) => {
    if (Number.isInteger(value) && Math.abs(value) <= largestExact) sum += sign * value
    else inexact += sign
  }
  return {
    add: (index) => weigh(values[index] as number, 1),
    remove: (index) => weigh(values[index] as number, -1),
    value: (tail, head) => (inexact === 0 && head - tail < mostExact ? sum : foldSum(values, tail, head)) / scale,
  }
}

function foldSum(values: readonly number[], tail: number, head: number): number {
  let sum = 0
  for (let i = tail; i < head; i += 1) sum += values[i] as number
  return sum
}

/** The largest (or smallest) of a window: candidates in order, each of which nothing later beats. The first of equals counts. */
export function slidingExtreme({ values }: Samples, beats: (a: number, b: number) => boolean): SlidingWindow {
  const candidates: number[] = []
  let first = 0
  return {
    add(index) {
      const value = values[index] as number
      if (Number.isNaN(value)) return
      while (candidates.length > first && beats(value, values[candidates.at(-1) as number] as number)) candidates.pop()
      candidates.push(index)
    },
    remove(index) {
      if (candidates[first] === index) first += 1
    },
    value: () => (first < candidates.length ? (values[candidates[first] as number] as number) : NaN),
  }
}

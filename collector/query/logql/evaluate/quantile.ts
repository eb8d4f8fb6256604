// Quantiles of sliding windows. The values of a series are ranked once; a window then only counts how many of each rank
// it holds (in a Fenwick tree), and finds the k-th smallest in logarithmic time.

import type { Samples } from './samples.ts'
import type { SlidingWindow } from './sliding.ts'

export function slidingQuantile({ values }: Samples, quantile: number): SlidingWindow {
  const sorted = Float64Array.from(values).sort()
  // NaN counts as smaller than all, where the sort of typed arrays puts it last.
  const ranked = nanFirst(sorted)
  const rankOf = ranksOf(values, ranked)
  const tree = new CountTree(ranked.length)
  const at = (position: number) => ranked[tree.select(position)] as number
  return {
    add: (index) => tree.change(rankOf[index] as number, 1),
    remove: (index) => tree.change(rankOf[index] as number, -1),
    value: (tail, head) => interpolate(quantile, head - tail, at),
  }
}

/** Linear between the two values around the rank. */
export function interpolate(quantile: number, count: number, at: (position: number) => number): number {
  if (Number.isNaN(quantile)) return NaN
  if (quantile < 0) return -Infinity
  if (quantile > 1) return Infinity
  const rank = quantile * (count - 1)
  const lower = Math.floor(rank)
  const weight = rank - lower
  return at(lower) * (1 - weight) + at(Math.min(count - 1, lower + 1)) * weight
}

function nanFirst(sorted: Float64Array): Float64Array {
  let numbers = sorted.length
  while (numbers > 0 && Number.isNaN(sorted[numbers - 1])) numbers -= 1
  if (numbers === sorted.length) return sorted
  const turned = new Float64Array(sorted.length)
  turned.fill(NaN, 0, sorted.length - numbers)
  turned.set(sorted.subarray(0, numbers), sorted.length - numbers)
  return turned
}

/** The place of each sample's value among the ranked ones; equal values share the first of their places. */
function ranksOf(values: readonly number[], ranked: Float64Array): Int32Array {
  const places = new Map<number, number>()
  for (let place = ranked.length - 1; place >= 0; place -= 1) places.set(ranked[place] as number, place)
  return Int32Array.from(values, (value) => places.get(value) ?? 0)
}

class CountTree {
  readonly #counts: Int32Array
  readonly #highest: number

  constructor(size: number) {
    this.#counts = new Int32Array(size + 1)
    this.#highest = 2 ** Math.floor(Math.log2(Math.max(1, size)))
  }

  change(rank: number, by: 1 | -1): void {
    for (let node = rank + 1; node < this.#counts.length; node += node & -node) this.#counts[node] = (this.#counts[node] as number) + by
  }

  /** The rank of the value that has `position` values before it. */
  select(position: number): number {
    let node = 0
    let before = position
    for (let half = this.#highest; half > 0; half >>= 1) {
      const count = this.#counts[node + half]
      if (count === undefined || count > before) continue
      node += half
      before -= count
    }
    return node
  }
}

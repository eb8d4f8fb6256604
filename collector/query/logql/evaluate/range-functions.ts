// The functions of range aggregations: how the samples of a window become a value.

import type { RangeAggregation } from '../ast.ts'
import { mean, variance } from './moments.ts'
import { slidingQuantile } from './quantile.ts'
import { counterRate } from './rate-counter.ts'
import type { Samples } from './samples.ts'
import { folding, slidingExtreme, slidingSum, type SlidingWindow } from './sliding.ts'

export type WindowedAggregation = Omit<RangeAggregation, 'op'> & { readonly op: Exclude<RangeAggregation['op'], 'absent_over_time'> }

/** What of a line is its value: 1, its bytes, or what was unwrapped. */
export function measureOf({ op, unwrap }: RangeAggregation): 'lines' | 'bytes' | 'value' {
  if (op === 'bytes_over_time' || op === 'bytes_rate') return 'bytes'
  return unwrap === undefined ? 'lines' : 'value'
}

export function windowOf({ op, parameter = NaN, rangeNano }: WindowedAggregation, samples: Samples): SlidingWindow {
  const { values, timesNano } = samples
  const rangeSeconds = Number(rangeNano) / 1e9
  switch (op) {
    case 'count_over_time':
    case 'bytes_over_time':
    case 'sum_over_time':
      return slidingSum(samples)
    case 'rate':
    case 'bytes_rate':
      return slidingSum(samples, rangeSeconds)
    case 'rate_counter':
      return folding((tail, head) => counterRate({ values, timesNano, tail, head, rangeNano: Number(rangeNano) }))
    case 'avg_over_time':
      return folding((tail, head) => mean(values, tail, head))
    case 'max_over_time':
      return slidingExtreme(samples, (a, b) => a > b)
    case 'min_over_time':
      return slidingExtreme(samples, (a, b) => a < b)
    case 'first_over_time':
      return folding((tail) => values[tail] as number)
    case 'last_over_time':
      return folding((_, head) => values[head - 1] as number)
    case 'stddev_over_time':
      return folding((tail, head) => Math.sqrt(variance(values, tail, head)))
    case 'stdvar_over_time':
      return folding((tail, head) => variance(values, tail, head))
    case 'quantile_over_time':
      return slidingQuantile(samples, parameter)
  }
}

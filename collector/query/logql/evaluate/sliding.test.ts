import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { noLabels } from './labels.ts'
import { gridOf, spanReader, type Span } from './grid.ts'
import { mean, variance } from './moments.ts'
import { interpolate } from './quantile.ts'
import { windowOf, type WindowedAggregation } from './range-functions.ts'
import type { Samples } from './samples.ts'
import { slide } from './sliding.ts'

type Operator = WindowedAggregation['op']
interface Case { readonly times: readonly number[]; readonly values: readonly number[]; readonly start: number; readonly step: number; readonly steps: number; readonly range: number }

const anyCase = (value: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .record({
      points: fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), value), { maxLength: 60 }),
      start: fc.integer({ min: -20, max: 150 }),
      step: fc.integer({ min: 1, max: 40 }),
      steps: fc.integer({ min: 1, max: 40 }),
      range: fc.integer({ min: 1, max: 90 }),
    })
    .map(({ points, ...grid }) => {
      const ordered = points.toSorted(([a], [b]) => a - b)
      return { times: ordered.map(([time]) => time), values: ordered.map(([, value]) => value), ...grid }
    })

const whole = fc.integer({ min: -1000, max: 1000 })
/** Without −0, which order and sign of equal values would have to agree on. */
const broken = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => value + 0)
const odd = fc.oneof(broken, fc.constantFrom(NaN, Infinity, -Infinity, 0, -0))

/** Windows as they are defined: for every step, all samples in (t − range, t]. */
function naive({ times, values, start, step, steps, range }: Case, value: (window: readonly number[]) => number): { steps: number[]; values: number[] } {
  const points = { steps: [] as number[], values: [] as number[] }
  for (let i = 0; i < steps; i += 1) {
    const at = start + i * step
    const window = values.filter((_, k) => (times[k] as number) > at - range && (times[k] as number) <= at)
    if (window.length === 0) continue
    points.steps.push(i)
    points.values.push(value(window))
  }
  return points
}

function sliding(op: Operator, { times, values, start, step, steps, range }: Case, parameter?: number): { steps: number[]; values: number[] } {
  const grid = gridOf({ startNano: BigInt(start), endNano: BigInt(start + (steps - 1) * step), stepNano: BigInt(step) })
  const spanOf = spanReader(grid, BigInt(range))
  const span: Span = { enter: 0, leave: 0 }
  const samples: Samples = { labels: noLabels, enter: [], leave: [], values: [], timesNano: [] }
  for (const [i, time] of times.entries()) {
    spanOf(BigInt(time), span)
    if (span.enter >= span.leave) continue
    samples.enter.push(span.enter)
    samples.leave.push(span.leave)
    samples.values.push(values[i] as number)
  }
  const node: WindowedAggregation = { kind: 'range', op, log: { kind: 'log', matchers: [], stages: [] }, rangeNano: BigInt(range), offsetNano: 0n, ...(parameter !== undefined && { parameter }) }
  return slide(samples, windowOf(node, samples), () => {})
}

function agrees(op: Operator, value: fc.Arbitrary<number>, expected: (window: readonly number[]) => number, parameter?: number): void {
  fc.assert(
    fc.property(anyCase(value), (one) => {
      expect(sliding(op, one, parameter)).toEqual(naive(one, expected))
    }),
    { numRuns: 300 },
  )
}

const plainSum = (window: readonly number[]) => window.reduce((sum, value) => sum + value, 0)
const extreme = (window: readonly number[], beats: (a: number, b: number) => boolean) =>
  window.filter((value) => !Number.isNaN(value)).reduce((best, value) => (Number.isNaN(best) || beats(value, best) ? value : best), NaN)
const quantileOf = (quantile: number) => (window: readonly number[]) => {
  const sorted = window.toSorted((a, b) => a - b)
  return interpolate(quantile, sorted.length, (position) => sorted[position] as number)
}

describe('windows that slide give what windows computed anew give', () => {
  it('for sums of whole numbers', () => agrees('sum_over_time', whole, plainSum))
  it('for sums of broken numbers, to the last digit', () => agrees('sum_over_time', broken, plainSum))
  it('for sums with values that are no finite numbers', () => agrees('sum_over_time', odd, plainSum))
  it('for means', () => agrees('avg_over_time', broken, (window) => mean(window, 0, window.length)))
  it('for variances', () => agrees('stdvar_over_time', broken, (window) => variance(window, 0, window.length)))
  it('for the largest, past values that are no numbers', () => agrees('max_over_time', odd, (window) => extreme(window, (a, b) => a > b)))
  it('for the smallest, past values that are no numbers', () => agrees('min_over_time', odd, (window) => extreme(window, (a, b) => a < b)))
  it('for the first', () => agrees('first_over_time', broken, (window) => window[0] as number))
  it('for the last', () => agrees('last_over_time', broken, (window) => window.at(-1) as number))
  for (const quantile of [0, 0.37, 0.5, 0.99, 1]) it(`for the quantile ${quantile}`, () => agrees('quantile_over_time', broken, quantileOf(quantile), quantile))
})

it('a sum is exact again after a number too large to count beside has left the window', () => {
  const one = { times: [1, 5, 6, 7], values: [2 ** 60, 1, 1, 1], start: 1, step: 1, steps: 14, range: 10 }
  expect(sliding('sum_over_time', one)).toEqual(naive(one, plainSum))
  expect(sliding('sum_over_time', one).values.slice(10)).toEqual([3, 3, 3, 3])
})

it('quantiles outside of 0 to 1 are infinite', () => {
  const one = { times: [1], values: [5], start: 1, step: 1, steps: 1, range: 10 }
  expect(sliding('quantile_over_time', one, 2).values).toEqual([Infinity])
  expect(sliding('quantile_over_time', one, -1).values).toEqual([-Infinity])
})

// Answers of metric queries as plain data. Steps and values stand in two parallel arrays: a matrix may have millions of
// points, and an object for each would cost more than everything before it.

import type { Labels } from '../entry.ts'

export interface Scalar { readonly kind: 'scalar'; readonly timeNano: bigint; readonly value: number }

export interface Sample { readonly labels: Labels; readonly value: number }

/** In order of labels; in order of value where the query sorts. */
export interface Vector { readonly kind: 'vector'; readonly timeNano: bigint; readonly samples: readonly Sample[] }

/** The value at `steps[i]` is `values[i]`. Steps ascend; those without a sample are left out. */
export interface Series { readonly labels: Labels; readonly steps: readonly number[]; readonly values: readonly number[] }

/** In order of labels. Step `s` stands at `startNano + s·stepNano`. */
export interface Matrix { readonly kind: 'matrix'; readonly startNano: bigint; readonly stepNano: bigint; readonly series: readonly Series[] }

export function timeOfStep(matrix: Matrix, step: number): bigint {
  return matrix.startNano + BigInt(step) * matrix.stepNano
}

// Weighted sums: most national numbers are one, and differ in the weights, the modulus and what to do with the remainder.

import { valueAt } from './digits.ts'

/** Sum of each digit times its weight, for as many as there are weights; letters count from A = 10. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < weights.length; i += 1) sum += valueAt(digits, i) * weights[i]!
  return sum
}

export interface CheckDigit {
  readonly weights: readonly number[]
  readonly modulus: number
  /** `complement`: the check digit is what is missing to the modulus. Default: it is the remainder. */
  readonly complement?: true
  /** What a result of ten becomes. Default: no such number is given out. */
  readonly ten?: number
  /** Where the check digit stands. Default: right behind the weighted digits. */
  readonly at?: number
}

export function hasCheckDigit(digits: string, { weights, modulus, complement, ten = -1, at = weights.length }: CheckDigit): boolean {
  const remainder = weightedSum(digits, weights) % modulus
  const result = complement === true ? (modulus - remainder) % modulus : remainder
  return valueAt(digits, at) === (result === 10 ? ten : result)
}

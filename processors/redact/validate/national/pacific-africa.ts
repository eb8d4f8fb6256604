// Australia, New Zealand, South Africa. Each takes a number without separators.

import { isYearMonthDay } from '../date.ts'
import { isRepeated } from '../digits.ts'
import { isLuhn } from '../luhn.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** Australian tax file. */
export function isTfn(digits: string): boolean {
  return /^[0-9]{9}$/.test(digits) && !isRepeated(digits) && weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
}

/** Australian Medicare: eight digits, a check digit, the issue, and perhaps the person on the card. */
export function isMedicare(digits: string): boolean {
  return /^[2-6][0-9]{9}[0-9]?$/.test(digits) && !isRepeated(digits) && hasCheckDigit(digits, { weights: [1, 3, 7, 9, 1, 3, 7, 9], modulus: 10 })
}

/** Australian business: one less at the first place, modulo 89. */
export function isAbn(digits: string): boolean {
  return /^[1-9][0-9]{10}$/.test(digits) && (weightedSum(digits, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0
}

/** New Zealand's Inland Revenue: a second row of weights where the first gives ten. */
export function isIrd(digits: string): boolean {
  if (!/^[0-9]{8,9}$/.test(digits) || Number(digits) < 10_000_000 || Number(digits) > 150_000_000 || isRepeated(digits)) return false
  const nine = digits.padStart(9, '0')
  const first = (11 - (weightedSum(nine, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return Number(nine[8]) === (first < 10 ? first : (11 - (weightedSum(nine, [7, 4, 3, 2, 5, 2, 7, 6]) % 11)) % 11)
}

/** South African: date of birth, serial, citizenship, Luhn. */
export function isSouthAfricanId(digits: string): boolean {
  return /^[0-9]{10}[012][0-9]{2}$/.test(digits) && isYearMonthDay(digits) && isLuhn(digits)
}

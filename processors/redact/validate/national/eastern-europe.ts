// Poland, Czechia and Slovakia, Hungary, Romania, Bulgaria, Russia, Ukraine. Each takes a number without separators.

import { isDay } from '../date.ts'
import { isRepeated } from '../digits.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** Polish person: the month also says the century. */
export function isPesel(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && isDay(Number(digits.slice(2, 4)) % 20, Number(digits.slice(4, 6))) &&
    hasCheckDigit(digits, { weights: [1, 3, 7, 9, 1, 3, 7, 9, 1, 3], modulus: 10, complement: true })
}

/** Polish taxpayer. */
export function isNip(digits: string): boolean {
  return /^[1-9][0-9]{9}$/.test(digits) && !isRepeated(digits) && hasCheckDigit(digits, { weights: [6, 5, 7, 2, 3, 4, 5, 6, 7], modulus: 11 })
}

/** Czech and Slovak birth number: women's months plus 50; since 1954 ten digits, divisible by 11 (before 1986 a rest of ten ends in 0). */
export function isRodneCislo(digits: string): boolean {
  if (!/^[0-9]{9,10}$/.test(digits)) return false
  const month = Number(digits.slice(2, 4)) % 50
  if (!isDay(month > 20 ? month - 20 : month, Number(digits.slice(4, 6)))) return false
  if (digits.length === 9) return Number(digits.slice(0, 2)) < 54 && !digits.endsWith('000')
  return (Number(digits.slice(0, 9)) % 11) % 10 === Number(digits[9])
}

/** Hungarian social security. */
export function isTaj(digits: string): boolean {
  return /^[0-9]{9}$/.test(digits) && !isRepeated(digits) && hasCheckDigit(digits, { weights: [3, 7, 3, 7, 3, 7, 3, 7], modulus: 10 })
}

/** Hungarian taxpayer: 8, days since 1867, serial. */
export function isAdoazonosito(digits: string): boolean {
  return /^8[0-9]{9}$/.test(digits) && hasCheckDigit(digits, { weights: [1, 2, 3, 4, 5, 6, 7, 8, 9], modulus: 11 })
}

/** Romanian person: sex and century, date, county, serial. */
export function isCnp(digits: string): boolean {
  return /^[1-9][0-9]{6}(?:0[1-9]|[1-4][0-9]|5[12]|70)[0-9]{4}$/.test(digits) && isDay(Number(digits.slice(3, 5)), Number(digits.slice(5, 7))) &&
    hasCheckDigit(digits, { weights: [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9], modulus: 11, ten: 1 })
}

/** Bulgarian citizen: months plus 20 before 1900, plus 40 since 2000. */
export function isEgn(digits: string): boolean {
  return /^[0-9]{10}$/.test(digits) && isDay(Number(digits.slice(2, 4)) % 20, Number(digits.slice(4, 6))) &&
    hasCheckDigit(digits, { weights: [2, 4, 8, 5, 10, 9, 7, 3, 6], modulus: 11, ten: 0 })
}

/** Russian insurance: weights 9 to 1, modulo 101, a hundred being zero. */
export function isSnils(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isRepeated(digits) && (weightedSum(digits, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100 === Number(digits.slice(9))
}

/** Russian taxpayer: a company with ten digits, a person with twelve. */
export function isInn(digits: string): boolean {
  if (isRepeated(digits)) return false
  if (/^[0-9]{10}$/.test(digits)) return hasCheckDigit(digits, { weights: [2, 4, 10, 3, 5, 9, 4, 6, 8], modulus: 11, ten: 0 })
  return /^[0-9]{12}$/.test(digits) && hasCheckDigit(digits, { weights: [7, 2, 4, 10, 3, 5, 9, 4, 6, 8], modulus: 11, ten: 0 }) &&
    hasCheckDigit(digits, { weights: [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8], modulus: 11, ten: 0 })
}

/** Ukrainian taxpayer: days since 1900, serial. */
export function isRnokpp(digits: string): boolean {
  if (!/^[0-9]{10}$/.test(digits) || isRepeated(digits)) return false
  const sum = weightedSum(digits, [-1, 5, 7, 9, 4, 6, 10, 5, 7])
  return (((sum % 11) + 11) % 11) % 10 === Number(digits[9])
}

// Spain, Portugal, Italy, Greece, Croatia, Slovenia, Turkey, Israel. Each takes a number without separators, in upper case.

import { isDayMonthYear } from '../date.ts'
import { isRepeated, valueAt } from '../digits.ts'
import { isMod11x10 } from '../iso7064.ts'
import { isLuhn } from '../luhn.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** Spanish citizens (DNI) and foreigners (NIE, whose X, Y, Z stand for 0, 1, 2): the letter is the remainder modulo 23. */
export function isDni(text: string): boolean {
  if (!/^[0-9XYZ][0-9]{7}[A-Z]$/.test(text) || isRepeated(text.slice(0, 8))) return false
  const digits = text.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === text[8]
}

/** Spanish companies: Luhn over seven digits, as a digit or as a letter. */
export function isCif(text: string): boolean {
  if (!/^[A-HJNP-SUVW][0-9]{7}[0-9A-J]$/.test(text)) return false
  const check = '0123456789'.split('').find((digit) => isLuhn(text.slice(1, 8) + digit))!
  return text[8] === check || text[8] === 'JABCDEFGHI'[Number(check)]
}

/** Spanish social security: the first ten digits modulo 97; a short serial counts with its zero or without. */
export function isNuss(digits: string): boolean {
  if (!/^(?:0[1-9]|[1-4][0-9]|5[0-3]|66)[0-9]{10}$/.test(digits)) return false
  const check = Number(digits.slice(10))
  const serial = Number(digits.slice(2, 10))
  return Number(digits.slice(0, 10)) % 97 === check || (serial < 1e7 && (Number(digits.slice(0, 2)) * 1e7 + serial) % 97 === check)
}

/** Portuguese taxpayer. */
export function isPortugueseNif(digits: string): boolean {
  return /^(?:[1-35689]|45|7[0-2579])[0-9]{7,8}$/.test(digits) && digits.length === 9 && !isRepeated(digits) &&
    hasCheckDigit(digits, { weights: [9, 8, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true, ten: 0 })
}

const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
const fiscalCode = /^[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]$/

/** Italian fiscal code (decree of 12 March 1974): what stands at odd places counts by a table. Letters L to V stand for digits in doubles. */
export function isCodiceFiscale(text: string): boolean {
  if (!fiscalCode.test(text)) return false
  let sum = 0
  for (let i = 0; i < 15; i += 1) {
    const value = valueAt(text, i)
    const rank = value > 9 ? value - 10 : value
    sum += i % 2 === 0 ? odd[rank]! : rank
  }
  return sum % 26 === valueAt(text, 15) - 10
}

/** Greek social security: date of birth and Luhn. */
export function isAmka(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && isDayMonthYear(digits) && isLuhn(digits)
}

/** Greek taxpayer: powers of two. */
export function isAfm(digits: string): boolean {
  return /^[0-9]{9}$/.test(digits) && !isRepeated(digits) && hasCheckDigit(digits, { weights: [256, 128, 64, 32, 16, 8, 4, 2], modulus: 11, ten: 0 })
}

/** Croatian person. */
export function isOib(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isRepeated(digits) && isMod11x10(digits)
}

/** Citizens of what was Yugoslavia (EMŠO, JMBG): date of birth, region, serial. */
export function isJmbg(digits: string): boolean {
  if (!/^[0-3][0-9][01][0-9][09][0-9]{8}$/.test(digits)) return false
  return hasCheckDigit(digits, { weights: [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true, ten: 0 })
}

/** Turkish citizen. */
export function isTckn(digits: string): boolean {
  if (!/^[1-9][0-9]{10}$/.test(digits)) return false
  const tenth = (weightedSum(digits, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10 + 10) % 10
  return tenth === Number(digits[9]) && weightedSum(digits, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10 === Number(digits[10])
}

/** Israeli identity: Luhn over nine digits. */
export function isTeudatZehut(digits: string): boolean {
  return /^[0-9]{8,9}$/.test(digits) && !isRepeated(digits) && isLuhn(digits.padStart(9, '0'))
}

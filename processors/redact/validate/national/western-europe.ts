// United Kingdom, Ireland, France, Belgium, the Netherlands, Luxembourg, Germany, Austria, Switzerland.
// Each takes a number without separators, in upper case.

import { isDay, isDayMonthYear } from '../date.ts'
import { isRepeated, valueAt } from '../digits.ts'
import { isMod11x10 } from '../iso7064.ts'
import { isLuhn } from '../luhn.ts'
import { isVerhoeff } from '../verhoeff.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** National Health Service: ten digits modulo 11. */
export function isNhs(digits: string): boolean {
  return /^[0-9]{10}$/.test(digits) && !isRepeated(digits) && hasCheckDigit(digits, { weights: [10, 9, 8, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true })
}

/** National insurance: no checksum; prefixes after HMRC's manual NIM39110. */
export function isNino(text: string): boolean {
  return /^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]?$/.test(text)
}

/** Irish personal public service: seven digits, a check letter, since 2013 a second letter that is weighed too. */
export function isPps(text: string): boolean {
  if (!/^[0-9]{7}[A-W][A-IW]?$/.test(text)) return false
  const second = text[8] === undefined || text[8] === 'W' ? 0 : valueAt(text, 8) - 9
  return 'WABCDEFGHIJKLMNOPQRSTUV'[(weightedSum(text, [8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23] === text[7]
}

/** French register: sex, year and month of birth, place, order, and a key modulo 97; Corsica's letters stand for digits. */
export function isNir(text: string): boolean {
  if (!/^[1-478][0-9]{2}(?:0[1-9]|1[0-2]|[2-9][0-9])(?:[0-9]{2}|2[AB])[0-9]{8}$/.test(text)) return false
  const digits = text.replace('2A', '19').replace('2B', '18')
  return Number(digits.slice(13)) === 97 - (Number(digits.slice(0, 13)) % 97)
}

/** Belgian register: date of birth, serial, and 97 minus the remainder, with a 2 before who was born since 2000. */
export function isBelgian(digits: string): boolean {
  if (!/^[0-9]{11}$/.test(digits) || isRepeated(digits)) return false
  const month = Number(digits.slice(2, 4)) % 20 // the bis register adds 20 or 40
  if (month > 12 || Number(digits.slice(4, 6)) > 31) return false
  const check = Number(digits.slice(9))
  const base = Number(digits.slice(0, 9))
  return 97 - (base % 97) === check || (base < 400_000_000 && 97 - ((2_000_000_000 + base) % 97) === check)
}

/** Dutch citizen service: the "eleven test", the last digit counting negative. */
export function isBsn(digits: string): boolean {
  return /^[0-9]{8,9}$/.test(digits) && !isRepeated(digits) && weightedSum(digits.padStart(9, '0'), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0
}

/** Luxembourg: date of birth, serial, a Luhn digit and a Verhoeff digit over the same eleven. */
export function isLuxembourg(digits: string): boolean {
  return /^(?:19|20)[0-9]{11}$/.test(digits) && isDay(Number(digits.slice(4, 6)), Number(digits.slice(6, 8))) &&
    isLuhn(digits.slice(0, 12)) && isVerhoeff(digits.slice(0, 11) + digits[12]!)
}

/** German tax identification: MOD 11,10, and among the first ten digits one comes twice or three times. */
export function isSteuerId(digits: string): boolean {
  if (!/^[1-9][0-9]{10}$/.test(digits)) return false
  const counts = new Map<string, number>()
  for (const digit of digits.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  return repeated.length === 1 && repeated[0]! <= 3 && isMod11x10(digits)
}

/** German pension insurance: area, date of birth, first letter of the name, serial; the digit sums of the weighted digits. */
export function isRvnr(text: string): boolean {
  if (!/^[0-9]{8}[A-Z][0-9]{3}$/.test(text)) return false
  const letter = String(text.charCodeAt(8) - 64).padStart(2, '0')
  const digits = text.slice(0, 8) + letter + text.slice(9, 11)
  const sum = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1].reduce((total, weight, i) => total + digitSum(Number(digits[i]) * weight), 0)
  return sum % 10 === Number(text[11])
}

function digitSum(value: number): number {
  return (value % 10) + Math.floor(value / 10)
}

/** Austrian insurance: serial, check digit, date of birth. */
export function isSvnr(digits: string): boolean {
  return /^[1-9][0-9]{9}$/.test(digits) && (isDayMonthYear(digits, 4) || /^[0-9]{6}1[3-5]/.test(digits)) &&
    hasCheckDigit(digits, { weights: [3, 7, 9, 0, 5, 8, 4, 2, 1, 6], modulus: 11, at: 3 })
}

/** Swiss insurance: the country's 756 and the check digit of an article number. */
export function isAhv(digits: string): boolean {
  return /^756[0-9]{10}$/.test(digits) && hasCheckDigit(digits, { weights: [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3], modulus: 10, complement: true })
}

// Sweden, Norway, Denmark, Finland, Iceland, Estonia, Lithuania, Latvia. Each takes a number without separators, in upper case.

import { isDay, isDayMonthYear } from '../date.ts'
import { isLuhn } from '../luhn.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** Swedish personal and coordination numbers (day plus 60), with or without the century. */
export function isPersonnummer(digits: string): boolean {
  if (!/^(?:(?:18|19|20)[0-9]{2}|[0-9]{2})[0-9]{8}$/.test(digits)) return false
  const short = digits.slice(-10)
  return isDay(Number(short.slice(2, 4)), Number(short.slice(4, 6)) % 60) && isLuhn(short)
}

/** Norwegian birth and D-numbers (day plus 40), and numbers for tests (month plus 40 or 80). */
export function isFodselsnummer(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && isDay(Number(digits.slice(2, 4)) % 40, Number(digits.slice(0, 2)) % 40) &&
    hasCheckDigit(digits, { weights: [3, 7, 6, 1, 8, 9, 4, 5, 2], modulus: 11, complement: true }) &&
    hasCheckDigit(digits, { weights: [5, 4, 3, 2, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true })
}

/** Danish register: a date and a serial; since 2007 the checksum is not kept for all. */
export function isCpr(digits: string): boolean {
  return /^[0-9]{10}$/.test(digits) && isDay(Number(digits.slice(2, 4)), Number(digits.slice(0, 2)) % 60)
}

/** Danish numbers that keep the checksum: all but some of those given out since 2007. */
export function isCheckedCpr(digits: string): boolean {
  return isCpr(digits) && weightedSum(digits, [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
}

const finnish = '0123456789ABCDEFHJKLMNPRSTUVWXY'

/** Finnish personal identity code with its sign of the century (more signs since 2023): date, sign, serial, remainder modulo 31. */
export function isHetu(text: string): boolean {
  const match = /^([0-9]{6})[-+A-FU-Y]([0-9]{3})([0-9A-Y])$/i.exec(text)
  if (match === null || !isDayMonthYear(match[1]!)) return false
  return finnish[Number(match[1]! + match[2]!) % 31] === match[3]!.toUpperCase()
}

/** Icelandic register: date, serial, check digit, century. */
export function isKennitala(digits: string): boolean {
  return /^[0-7][0-9]{8}[089]$/.test(digits) && isDay(Number(digits.slice(2, 4)), Number(digits.slice(0, 2)) % 40) &&
    hasCheckDigit(digits, { weights: [3, 2, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true })
}

/** Estonian and Lithuanian persons: century and sex, date, serial; a second row of weights where the first gives ten. */
export function isIsikukood(digits: string): boolean {
  if (!/^[1-8][0-9]{10}$/.test(digits) || !isDay(Number(digits.slice(3, 5)), Number(digits.slice(5, 7)))) return false
  const first = weightedSum(digits, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11
  const check = first < 10 ? first : (weightedSum(digits, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11) % 10
  return check === Number(digits[10])
}

/** Latvian persons: by date of birth with a checksum, or 32 and serial without since 2017. */
export function isPersonasKods(digits: string): boolean {
  if (/^3[2-9][0-9]{9}$/.test(digits)) return true
  if (!/^[0-9]{6}[012][0-9]{4}$/.test(digits) || !isDayMonthYear(digits)) return false
  return ((1101 - weightedSum(digits, [1, 6, 3, 7, 9, 10, 5, 8, 4, 2])) % 11) % 10 === Number(digits[10])
}

// India, China, Taiwan, Hong Kong, Korea, Japan, Singapore, Malaysia, Thailand, Indonesia. Each takes a number without separators, in upper case.

import { isDay, isYearMonthDay } from '../date.ts'
import { isRepeated, valueAt } from '../digits.ts'
import { isMod11x2 } from '../iso7064.ts'
import { isLuhn } from '../luhn.ts'
import { isVerhoeff } from '../verhoeff.ts'
import { weightedSum } from '../weighted.ts'

export function isAadhaar(digits: string): boolean {
  return /^[2-9][0-9]{11}$/.test(digits) && !isRepeated(digits) && isVerhoeff(digits)
}

/** Indian taxpayer: no public checksum; the fourth letter says what kind of person. */
export function isIndianPan(text: string): boolean {
  return /^[A-Z]{3}[ABCFGHJLPT][A-Z][0-9]{4}[A-Z]$/.test(text)
}

/** Chinese resident: province, date of birth, serial, MOD 11-2. */
export function isResidentId(text: string): boolean {
  return /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}(?:18|19|20)[0-9]{9}[0-9X]$/.test(text) &&
    isDay(Number(text.slice(10, 12)), Number(text.slice(12, 14))) && isMod11x2(text)
}

/** Letters of Taiwan's counties in the order of their numbers, from ten. */
const counties = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'

export function isTaiwaneseId(text: string): boolean {
  if (!/^[A-Z][1289][0-9]{8}$/.test(text)) return false
  const county = counties.indexOf(text[0]!) + 10
  return weightedSum(String(county) + text.slice(1), [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0
}

/** Hong Kong: one or two letters, six digits, a check digit that may be A; a single letter stands behind a space of 36. */
export function isHkid(text: string): boolean {
  if (!/^[A-Z]{1,2}[0-9]{6}[0-9A]$/.test(text)) return false
  const first = text.length === 8 ? 36 * 9 : valueAt(text, 0) * 9
  return (first + weightedSum(text.slice(-8), [8, 7, 6, 5, 4, 3, 2, 1])) % 11 === 0
}

/** Korean resident; since October 2020 the checksum is no longer kept. */
export function isRrn(digits: string): boolean {
  return /^[0-9]{6}[0-9]{7}$/.test(digits) && isYearMonthDay(digits)
}

export function isCheckedRrn(digits: string): boolean {
  return isRrn(digits) && Number(digits[12]) === (11 - (weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10
}

/** Japanese My Number: what is missing to eleven, ten and eleven being zero. */
export function isMyNumber(digits: string): boolean {
  if (!/^[0-9]{12}$/.test(digits) || isRepeated(digits)) return false
  const rest = weightedSum(digits, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11
  return Number(digits[11]) === (rest < 2 ? 0 : 11 - rest)
}

const nricLetters: Readonly<Record<string, string>> = { S: 'JZIHGFEDCBA', T: 'JZIHGFEDCBA', F: 'XWUTRQPNMLK', G: 'XWUTRQPNMLK', M: 'XWUTRQPNJLK' }
const nricOffsets: Readonly<Record<string, number>> = { S: 0, T: 4, F: 0, G: 4, M: 3 }

/** Singapore citizens and residents (S, T) and foreigners (F, G, M). */
export function isNric(text: string): boolean {
  if (!/^[STFGM][0-9]{7}[A-Z]$/.test(text)) return false
  const rest = (weightedSum(text.slice(1), [2, 7, 6, 5, 4, 3, 2]) + nricOffsets[text[0]!]!) % 11
  return nricLetters[text[0]!]![rest] === text[8]
}

/** Malaysian identity card: date, place of birth, serial; no checksum. */
export function isMyKad(digits: string): boolean {
  return /^[0-9]{12}$/.test(digits) && isYearMonthDay(digits) && !/^.{6}(?:00|1[7-9]|20|69|7[03]|8[01]|9[4-7])/.test(digits)
}

/** Thai citizen. */
export function isThaiId(digits: string): boolean {
  if (!/^[1-8][0-9]{12}$/.test(digits)) return false
  return Number(digits[12]) === (11 - (weightedSum(digits, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10
}

/** Indonesian citizen: place, date of birth (women's days plus 40), serial; no checksum. */
export function isNik(digits: string): boolean {
  return /^[1-9][0-9]{15}$/.test(digits) && isDay(Number(digits.slice(8, 10)), Number(digits.slice(6, 8)) % 40) && !digits.endsWith('0000')
}

/** Emirates: the country's 784, year of birth, Luhn. */
export function isEmiratesId(digits: string): boolean {
  return /^784(?:19|20)[0-9]{10}$/.test(digits) && isLuhn(digits)
}

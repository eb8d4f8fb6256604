// United States, Canada and Mexico. Each takes a number without separators, in upper case.

import { isYearMonthDay } from '../date.ts'
import { isRepeated } from '../digits.ts'
import { isLuhn } from '../luhn.ts'
import { weightedSum } from '../weighted.ts'

/** Social Security: no checksum; areas 000, 666 and 900 on, group 00 and serial 0000 were never given out (SSA, 2011). */
export function isSsn(digits: string): boolean {
  return /^(?!000|666|9)[0-9]{3}(?!00)[0-9]{2}(?!0000)[0-9]{4}$/.test(digits) && !isRepeated(digits)
}

/** Individual taxpayer: 9, and the groups that the IRS gives out. */
export function isItin(digits: string): boolean {
  return /^9[0-9]{2}(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])[0-9]{4}$/.test(digits) && !isRepeated(digits)
}

/** Employer: the prefixes of the IRS's campuses. */
export function isEin(digits: string): boolean {
  return /^(?:0[1-6]|1[0-6]|2[0-7]|3[0-9]|4[0-8]|5[0-9]|6[0-8]|7[1-7]|8[0-8]|9[0-58-9])[0-9]{7}$/.test(digits) && !isRepeated(digits)
}

/** Bank routing (ABA): a Federal Reserve district, and weights 3, 7, 1. */
export function isAba(digits: string): boolean {
  return /^(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)[0-9]{7}$/.test(digits) && !isRepeated(digits) &&
    weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
}

/** Health-care provider: Luhn behind the issuer's prefix 80840. */
export function isNpi(digits: string): boolean {
  return /^[12][0-9]{9}$/.test(digits) && isLuhn(`80840${digits}`)
}

/** Medicare beneficiary: letters and digits at fixed places, without S, L, O, I, B and Z. */
export function isMbi(text: string): boolean {
  return /^[1-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y][0-9AC-HJKMNP-RT-Y][0-9][AC-HJKMNP-RT-Y]{2}[0-9]{2}$/.test(text)
}

/** Canadian social insurance. */
export function isSin(digits: string): boolean {
  return /^[0-9]{9}$/.test(digits) && isLuhn(digits) && !isRepeated(digits)
}

const curpAlphabet = '0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ'
const states = 'AS|BC|BS|CC|CL|CM|CS|CH|DF|DG|GT|GR|HG|JC|MC|MN|MS|NT|NL|OC|PL|QT|QR|SP|SL|SR|TC|TS|TL|VZ|YN|ZS|NE'
const curp = new RegExp(`^[A-Z][AEIOUX][A-Z]{2}[0-9]{6}[HMX](?:${states})[B-DF-HJ-NP-TV-Z]{3}[0-9A-Z][0-9]$`)

/** Mexican population register: date of birth, state, and a check digit with weights 18 to 2. */
export function isCurp(text: string): boolean {
  if (!curp.test(text) || !isYearMonthDay(text, 4)) return false
  let sum = 0
  for (let i = 0; i < 17; i += 1) sum += curpAlphabet.indexOf(text[i]!) * (18 - i)
  return (10 - (sum % 10)) % 10 === Number(text[17])
}

const rfcAlphabet = '0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ \u00d1'

/** Mexican taxpayer: letters of the name, date of birth or founding, and three more. */
export function isRfc(text: string): boolean {
  return /^[A-Z&\u00d1]{3,4}[0-9]{6}[0-9A-Z]{3}$/.test(text) && isYearMonthDay(text, text.length - 9)
}

/** The last of them is a checksum, weights 13 to 2 modulo 11; a company's number stands one place further right. */
export function isCheckedRfc(text: string): boolean {
  if (!isRfc(text)) return false
  const padded = text.padStart(13, ' ')
  let sum = 0
  for (let i = 0; i < 12; i += 1) sum += rfcAlphabet.indexOf(padded[i]!) * (13 - i)
  return '0123456789A'[(11 - (sum % 11)) % 11] === padded[12]
}

/** Mexican social security. */
export function isNss(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && isLuhn(digits) && !isRepeated(digits)
}

/** Dominican identity card. */
export function isCedula(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isRepeated(digits) && isLuhn(digits)
}

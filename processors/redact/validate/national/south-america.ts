// Brazil, Argentina, Chile, Colombia, Ecuador, Peru, Uruguay. Each takes a number without separators, in upper case.

import { isRepeated } from '../digits.ts'
import { isLuhn } from '../luhn.ts'
import { hasCheckDigit, weightedSum } from '../weighted.ts'

/** Brazilian check digits: what is missing to eleven, ten and eleven being zero. Letters of the new CNPJ count from A = 17. */
function brazilian(text: string, length: number, weights: readonly number[]): boolean {
  let sum = 0
  for (let i = 0; i < length; i += 1) sum += (text.charCodeAt(i) - 48) * weights[i]!
  const rest = sum % 11
  return text.charCodeAt(length) - 48 === (rest < 2 ? 0 : 11 - rest)
}

export function isCpf(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isRepeated(digits) &&
    brazilian(digits, 9, [10, 9, 8, 7, 6, 5, 4, 3, 2]) && brazilian(digits, 10, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2])
}

/** Companies; with letters since July 2026. */
export function isCnpj(text: string): boolean {
  return /^[0-9A-Z]{12}[0-9]{2}$/.test(text) && !isRepeated(text) &&
    brazilian(text, 12, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) && brazilian(text, 13, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
}

/** Brazilian social integration programme (PIS, PASEP, NIT). */
export function isPis(digits: string): boolean {
  return /^[0-9]{11}$/.test(digits) && !isRepeated(digits) && brazilian(digits, 10, [3, 2, 9, 8, 7, 6, 5, 4, 3, 2])
}

/** Argentine tax and labour numbers: what kind of person, the identity card, a check digit. */
export function isCuit(digits: string): boolean {
  return /^(?:2[03-7]|3[034]|5[015])[0-9]{9}$/.test(digits) && hasCheckDigit(digits, { weights: [5, 4, 3, 2, 7, 6, 5, 4, 3, 2], modulus: 11, complement: true, ten: 9 })
}

/** Chilean role: weights 2 to 7 from the right; ten is K. */
export function isRut(text: string): boolean {
  if (!/^[0-9]{7,8}[0-9K]$/.test(text) || isRepeated(text)) return false
  const sum = weightedSum(text.padStart(9, '0'), [3, 2, 7, 6, 5, 4, 3, 2])
  return '0123456789K0'[11 - (sum % 11)] === text.at(-1)
}

/** Colombian taxpayer: prime weights. */
export function isNit(digits: string): boolean {
  if (!/^[0-9]{8,16}$/.test(digits) || isRepeated(digits)) return false
  const rest = weightedSum(digits.padStart(16, '0'), [71, 67, 59, 53, 47, 43, 41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11
  return Number(digits.at(-1)) === (rest < 2 ? rest : 11 - rest)
}

/** Ecuadorian identity card: province, kind of person, Luhn. */
export function isEcuadorianCi(digits: string): boolean {
  return /^(?:0[1-9]|1[0-9]|2[0-4]|30)[0-5][0-9]{7}$/.test(digits) && isLuhn(digits)
}

/** Peruvian taxpayer. */
export function isRuc(digits: string): boolean {
  if (!/^(?:1[0567]|20)[0-9]{9}$/.test(digits)) return false
  return Number(digits[10]) === (11 - (weightedSum(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 10
}

/** Uruguayan identity card. */
export function isUruguayanCi(digits: string): boolean {
  return /^[0-9]{7,8}$/.test(digits) && !isRepeated(digits) &&
    hasCheckDigit(digits.padStart(8, '0'), { weights: [2, 9, 8, 7, 6, 3, 4], modulus: 10, complement: true })
}

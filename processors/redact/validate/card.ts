// Payment cards: Luhn, and the ranges and lengths in which the schemes give out numbers (ISO/IEC 7812 and their own tables).

import { compact, isRepeated } from './digits.ts'
import { isLuhn } from './luhn.ts'

interface Range { readonly prefix: RegExp; readonly lengths: readonly number[] }

/** Found whatever stands around them. */
const ranges: readonly Range[] = [
  { prefix: /^4/, lengths: [13, 16, 19] }, // Visa
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] }, // Mastercard
  { prefix: /^3[47]/, lengths: [15] }, // American Express
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 19] }, // Discover; Elo and RuPay share 65
  { prefix: /^62/, lengths: [16, 17, 18, 19] }, // UnionPay
  { prefix: /^3(?:0[0-59]|[689])/, lengths: [14, 16] }, // Diners Club
  { prefix: /^35/, lengths: [16] }, // JCB gives out 3528 to 3589; test data use all of 35
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [17, 18, 19] }, // JCB
  { prefix: /^(?:1800|2131)/, lengths: [15] }, // JCB of old
  { prefix: /^(?:5018|5020|5038|5893|6304|6390|6759|676[1-3]|0604)/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro
  { prefix: /^220[0-4]/, lengths: [16, 17, 18, 19] }, // Mir
  { prefix: /^9792/, lengths: [16] }, // Troy
  { prefix: /^(?:4011|4312|4389|4514|4576|5041|5066|5067|509|6277|6362|6363|650|6516|6550)/, lengths: [16] }, // Elo
  { prefix: /^(?:508[5-9]|6069|607|608|8[12])/, lengths: [16] }, // RuPay
]

/** Too wide to go without a word that says card. */
const wideRanges: readonly Range[] = [
  { prefix: /^(?:5[06-8]|6)/, lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro and national debit cards
]

/** `scheme`: a number of one of the schemes, whatever stands around it; `wide`: only where the text speaks of a card. */
export function cardKind(text: string): 'scheme' | 'wide' | undefined {
  const digits = compact(text)
  if (digits.length < 12 || digits.length > 19 || !isLuhn(digits) || isRepeated(digits)) return undefined
  if (inRanges(digits, ranges)) return 'scheme'
  return inRanges(digits, wideRanges) ? 'wide' : undefined
}

/** Luhn, range and length. */
export function isCardNumber(text: string): boolean {
  return cardKind(text) === 'scheme'
}

function inRanges(digits: string, table: readonly Range[]): boolean {
  return table.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits))
}

/** The barcode of an article (GTIN-13): weights 1 and 3. An old Visa number has its length, and one in ten its checksum. */
export function isArticleNumber(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) sum += (digits.charCodeAt(i) - 48) * (i % 2 === 0 ? 1 : 3)
  return digits.length === 13 && sum % 10 === 0
}

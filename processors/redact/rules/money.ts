// Numbers that move money, decided by their checksums.

import type { Rule } from '../rule.ts'

export const moneyRules: readonly Rule[] = [
  {
    id: 'card',
    finds: 'personal',
    shape: 'digits',
    pattern: /(?:^|[^0-9A-Za-z.+_-])(?<s>[2-6](?:[ -]?[0-9]){12,18})\b/g,
    valid: isCardNumber,
    examples: {
      finds: ['paid with 4242 4242 4242 4242', '4000056655665556', 'amex 3782-822463-10005', 'card=5555555555554444;'],
      ignores: ['order 4242424242424241', '1732360000000000000', 'id 4242424242424242424242', '2026-11-24 06:10:34 4242'],
    },
  },
  {
    id: 'iban',
    finds: 'personal',
    shape: 'digits',
    pattern: /\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}\b/g,
    valid: isIban,
    examples: {
      finds: ['refund to DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32', 'FR1420041010050500013M02606.'],
      ignores: ['DE89370400440532013001', 'AB12CDEFGHIJKLMNOPQ', 'SHA256 ABCDEF'],
    },
  },
]

/** Luhn, and the ranges in which issuers give out numbers (ISO/IEC 7812: 2221–2720, 34, 37, 30, 36, 38, 4, 51–55, 50, 56–69). */
export function isCardNumber(match: string): boolean {
  const digits = match.replace(/[ -]/g, '')
  if (!/^(?:4|5|6|3[04-8]|2[2-7])/.test(digits)) return false
  const length = digits.length
  if (length < 13 || length > 19 || (digits[0] === '3' && length > 16)) return false
  let sum = 0
  for (let i = 0; i < length; i += 1) {
    const digit = digits.charCodeAt(length - 1 - i) - 48
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return sum % 10 === 0
}

/** ISO 13616: the rearranged number is 1 modulo 97. */
export function isIban(match: string): boolean {
  const compact = match.replace(/ /g, '')
  if (compact.length < 15 || compact.length > 34) return false
  let remainder = 0
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

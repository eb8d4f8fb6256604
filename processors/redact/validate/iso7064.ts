// ISO/IEC 7064: check character systems. MOD 97-10 (IBAN), MOD 11-2 (Chinese resident id), MOD 11,10 (German and Croatian numbers).

import { valueAt } from './digits.ts'

/** Remainder modulo 97 of digits and letters, a letter counting as two digits. */
export function remainder97(text: string): number {
  let remainder = 0
  for (let i = 0; i < text.length; i += 1) {
    const value = valueAt(text, i)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder
}

/** MOD 11-2: the last character may be X, which is ten. */
export function isMod11x2(text: string): boolean {
  let sum = 0
  for (let i = 0; i < text.length; i += 1) {
    const value = text[i] === 'X' && i === text.length - 1 ? 10 : valueAt(text, i)
    sum = (sum * 2 + value) % 11
  }
  return text.length > 1 && sum === 1
}

/** MOD 11,10: the hybrid system, digits only. */
export function isMod11x10(digits: string): boolean {
  let product = 10
  for (let i = 0; i < digits.length - 1; i += 1) {
    const sum = (valueAt(digits, i) + product) % 10 || 10
    product = (sum * 2) % 11
  }
  return digits.length > 1 && (valueAt(digits, digits.length - 1) + product) % 10 === 1
}

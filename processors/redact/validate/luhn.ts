// ISO/IEC 7812-1 annex B, "modulus 10 double-add-double": cards and many national numbers.

import { valueAt } from './digits.ts'

export function isLuhn(digits: string): boolean {
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = valueAt(digits, digits.length - 1 - i)
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return digits.length > 1 && sum % 10 === 0
}

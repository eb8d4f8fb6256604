// Numbers as people write them: with spaces, dashes, dots and slashes that mean nothing.

/** What separates groups of digits, in a rule's pattern and here: ASCII, and the spaces and dashes that text processors insert. */
export const separators = ' .\\/\u00a0\u2009\u202f\u2010-\u2013-'

const separator = new RegExp(`[${separators}()]`, 'g')

/** Without separators, in upper case. */
export function compact(text: string): string {
  return /^[0-9]*$/.test(text) ? text : text.replace(separator, '').toUpperCase()
}

/** The value of a digit, or of a letter counted from A = 10 as ISO 7064 does; -1 for anything else. */
export function valueAt(text: string, index: number): number {
  const code = text.charCodeAt(index)
  if (code >= 48 && code <= 57) return code - 48
  return code >= 65 && code <= 90 ? code - 55 : -1
}

/** Nobody was given a number of one digit again and again: it is a placeholder that passes most checksums. */
export function isRepeated(digits: string): boolean {
  return /^(.)\1*$/.test(digits)
}

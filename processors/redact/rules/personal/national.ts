// How a rule for a national number is made: digits that pass a checksum, near a word that says what they are.

import { compact, isRepeated, separators } from '../../validate/digits.ts'
import { keywordsOf, near, standsAlone, wordSource } from './context.ts'
import type { Rule } from '../../rule.ts'

export interface NationalNumber {
  readonly id: string
  /** What the number is called where it is given out, and in English: see `near`. */
  readonly words: readonly string[]
  /** Source of the pattern of the number itself. */
  readonly form: string
  /** Told the number without separators and in upper case, and as it stands. */
  readonly valid: (compact: string, match: string) => boolean
  readonly examples: Rule['examples']
}

/** From a word to the number. Looking for words first is what keeps a page of figures cheap. */
export const between = '[\\s\\S]{0,40}?[^0-9A-Za-z]'

export function nationalNumber({ id, words, form, valid, examples }: NationalNumber): Rule {
  const named = near(words)
  return {
    id,
    finds: 'personal',
    keywords: keywordsOf(words),
    pattern: new RegExp(`(?:${wordSource(words)})${between}(?<s>${form})(?:[^0-9A-Za-z]|$)`, 'gi'),
    valid: (match, place) => standsAlone(place) && isNumber(compact(match), match, valid) && named(place),
    examples,
  }
}

/** One digit again and again is nobody's number, and passes many a checksum. */
function isNumber(number: string, match: string, valid: NationalNumber['valid']): boolean {
  return !isRepeated(number) && valid(number, match)
}

/** That many digits, any two of them with at most one separator between. */
export function digits(count: number, most = count): string {
  return `[0-9](?:${gap}[0-9]){${count - 1},${most - 1}}`
}

/** At most one separator. */
export const gap = `[${separators}]?`

// Bank accounts: each country's length, so that the word behind is left alone, and modulo 97.

import { ibanLengths, isIban } from '../../validate/iban.ts'
import type { Rule } from '../../rule.ts'

const gap = '[ \u00a0\u202f\u2010-\u2013-]?'

const byLength = Object.entries(ibanLengths).map(([length, countries]) => `(?:${countries.replaceAll(' ', '|')})${gap}[0-9]{2}(?:${gap}[0-9A-Z]){${Number(length) - 4}}`)

export const ibanRules: readonly Rule[] = [
  {
    id: 'iban',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp(`\\b(?:${byLength.join('|')})\\b`, 'gi'),
    valid: (match, { text, start, end }) => text[start - 1] !== '-' && text[end] !== '-' && isIban(match), // a UUID has the length of some
    examples: {
      finds: [
        'refund to DE89370400440532013000', 'GB82 WEST 1234 5698 7654 32 please', 'FR1420041010050500013M02606.', 'de89 3704 0044 0532 0130 00', 'NL91-ABNA-0417-1643-00',
        'iban=MT84MALT011000012345MTLCAST001S', 'NO9386011117947 paid',
      ],
      ignores: ['DE89370400440532013001', 'AB12CDEFGHIJKLMNOPQ', 'SHA256 ABCDEF', 'DE8937040044053201300012', 'xde89370400440532013000', 'be304000-8140-1260-9071-00cf4fd430c8'],
    },
  },
]

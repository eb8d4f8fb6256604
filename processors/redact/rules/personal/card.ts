// Payment cards, by Luhn and the schemes' ranges. A card needs no word beside it; what shares its shape with other numbers does.

import { cardKind, isArticleNumber } from '../../validate/card.ts'
import { near, standsAlone } from './context.ts'
import { between } from './national.ts'
import type { Place, Rule } from '../../rule.ts'

const words = [
  'card', 'credit', 'debit', 'visa', 'mastercard', 'amex', 'american express', 'maestro', 'discover', 'diners', 'jcb', 'unionpay', 'rupay', 'cc', 'ccn', 'pan', 'payment', 'paid', 'charge',
  'karte', 'kreditkarte', 'carte', 'tarjeta', 'cartão', 'cartao', 'carta', 'kaart', 'kort', 'kortti', 'karta', 'karty', 'kartu', 'kart', 'kártya', 'crédito', 'carnet',
  '\u043a\u0430\u0440\u0442', '\u5361', '\u30ab\u30fc\u30c9', '\uce74\ub4dc', '\u03ba\u03ac\u03c1\u03c4',
]
const named = near(words, 12)

const gap = '[ .\u00a0\u202f\u2010-\u2013-]{1,3}'
/** Without separators, or as schemes print them: 4-4-4-4 (old ones end in fewer), 4-6-5, 4-6-4. Dates drop out at their first separator, times in milliseconds at their first digit. */
const form = `(?:[2-9][0-9]{3}|1800|0604)(?:[0-9]{8,15}|${gap}(?:[0-9]{4}${gap}[0-9]{4}(?:${gap}[0-9]{1,4})?|[0-9]{6}${gap}[0-9]{4,5}))`

const separator = '[ .\u00a0\u202f\u2010-\u2013-]?'
const longWords = ['card', 'visa', 'union', 'maestro', 'kart', 'carte', 'tarjeta', 'jcb', 'debit', 'credit']

export const cardRules: readonly Rule[] = [
  {
    id: 'card',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp(`(?:^|[^0-9A-Za-z.+])(?<s>${form})`, 'g'),
    valid: isCard,
    examples: {
      finds: [
        'paid with 4242 4242 4242 4242', '4000056655665556', 'amex 3782-822463-10005', 'card=5555555555554444;', '"pan":"6011.1111.1111.1117"', '3056 930902 5904',
        '4242 4242 4242 4242 123', 'cb?number=4242424242424242&exp=1227', 'maestro 6759649826438453', 'debit card 560000000003', 'charged 501800000009', 'PAN_4111111111111111', '36227206271667',
      ],
      ignores: [
        'order 4242424242424241', '1732360000000000000', 'id 4242424242424242424242', '2026-11-24 06:10:34 4242', 'EAN 4006381333931', '0.4242424242424242', '560000000003',
        '4242-4242-4242-4242-4242', 'deadbeef-4242424242424242', 'a4242424242424242', '6ba7b810-9dad-11d1-80b4-371449635398431', '0000000000000000', 'trace 4242424242424242a', 'dd.trace_id=4242424242424242428', '[4000000000000000006]',
      ],
    },
  },
  {
    id: 'card_long',
    finds: 'personal',
    keywords: longWords,
    pattern: new RegExp(`(?:${longWords.join('|')})${between}(?<s>[0-9](?:${separator}[0-9]){11,18})(?:[^0-9A-Za-z]|$)`, 'gi'),
    valid: (match, place) => alone(place) && cardKind(match) !== undefined && named(place),
    examples: {
      finds: ['UnionPay 6222 0212 3456 7890 128', 'maestro 5018 0000 0009', 'card 42 4242 4242 4242 42'],
      ignores: ['card 6222 0212 3456 7890 127', 'card 2026-11-24 06:10:34'],
    },
  },
]

function isCard(match: string, place: Place): boolean {
  const kind = cardKind(match)
  if (kind === undefined || !alone(place)) return false
  return (kind === 'scheme' && !isUsual(match)) || named(place)
}

/** Numbers in one piece of these lengths are articles, traces and row ids far more often than cards: one in ten has the checksum. */
function isUsual(match: string): boolean {
  return (match.length === 13 && isArticleNumber(match)) || (match.length > 16 && !/[^0-9]/.test(match))
}

/** A dash before it joins a number to an identifier, unless what stands there is a word: `card-4242…`. */
function alone(place: Place): boolean {
  const { text, start, end } = place
  if (!standsAlone(place)) return false
  if (text[start - 1] === '-' && /(?:[0-9]|[0-9A-Fa-f]{4,12})-$/.test(text.slice(Math.max(0, start - 13), start))) return false
  return !/^[_-][0-9A-Za-z]/.test(text.slice(end, end + 2))
}

// Telephone numbers: international with a calling code that exists and its lengths (ITU-T E.164), American with the area
// in parentheses, and others only beside a word that says telephone.

import { near, plain, standsAlone, wordsBefore } from './context.ts'
import type { Place, Rule } from '../../rule.ts'

/** Digits behind each calling code, least and most, after the countries' numbering plans; codes with three digits have `other`. */
const lengths: Readonly<Record<string, readonly [number, number]>> = {
  1: [10, 10], 7: [10, 10], 20: [8, 10], 27: [9, 9], 30: [10, 10], 31: [9, 9], 32: [8, 9], 33: [9, 9], 34: [9, 9], 36: [8, 9], 39: [8, 11], 40: [9, 9], 41: [9, 9], 43: [7, 13],
  44: [9, 10], 45: [8, 8], 46: [7, 10], 47: [8, 8], 48: [9, 9], 49: [7, 12], 51: [8, 9], 52: [10, 11], 53: [8, 8], 54: [10, 11], 55: [10, 11], 56: [9, 9], 57: [10, 10], 58: [10, 10],
  60: [8, 10], 61: [9, 9], 62: [8, 12], 63: [8, 10], 64: [8, 10], 65: [8, 8], 66: [8, 9], 81: [9, 10], 82: [8, 10], 84: [9, 10], 86: [10, 11], 90: [10, 10], 91: [10, 10], 92: [9, 10],
  93: [9, 9], 94: [9, 9], 95: [7, 10], 98: [10, 10],
}
const other: readonly [number, number] = [7, 10]
const threeDigits = /^(?:2(?:1[1-8]|[23]\d|4\d|5\d|6\d|9[01789])|3(?:5\d|7\d|8[0-35-79])|42[013]|50\d|59\d|67\d|68\d|69\d|8(?:0[08]|5[02356]|70|78|8[0168])|9(?:6\d|7\d|9\d))/

const gap = '[ ./\u00a0\u202f\u2010-\u2013()-]{0,3}'
const extension = '(?: ?(?:x|ext[.]?|extension) ?[0-9]{1,6})?'

/** One of these stands before a number that is only known by its name. */
const beside = ['phone', 'tel', 'mobil', 'cell', 'fax', 'whatsapp', 'sms', 'call me', 'call us', 'handy', 'puhelin', 'portable', 'vil', 'celular', 'contact number', 'contact_number', 'contactnumber', 'reach me', 'dial', 'ring me', 'my number', 'rufnummer', 'rka', 'lefon']

const form = `(?:^|[^0-9A-Za-z+_])(?<s>[+](?:1(?:${gap}[0-9]){10}${extension}|(?:${codesBy(10)})(?:${gap}[0-9]){7,11}|[2-9](?:${gap}[0-9]){8,13})|\\([2-9][0-9]{2}\\) ?[2-9][0-9]{2}[ .-][0-9]{4}${extension})`
const isPhone = (match: string, place: Place): boolean => standsAlone(place) && (match.startsWith('(') || isInternational(match))

export const phoneRules: readonly Rule[] = [
  {
    id: 'phone',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp(form, 'g'),
    valid: isPhone,
    examples: {
      finds: ['+1 415-555-2671', 'call +49 30 901820', '+442071838750', 'tel:+33-1-70-18-99-00', '(415)555-2671x123', '+353 1 234 5678'],
      ignores: ['+0 123 456 789', 'diff +1234567', '2026-11-24T06:10:34+01:00', '+12.5 % to 4000000', '1.5e+10', '(2026) 123-4567', '+999 1'],
    },
  },
  { // parentheses and a space keep the digits too far apart to be evidence
    id: 'phone_with_area',
    finds: 'personal',
    keywords: Array.from({ length: 8 }, (_, i) => `) ${i + 2}`),
    pattern: new RegExp(form, 'g'),
    valid: isPhone,
    examples: { finds: ['+1 (415) 555-2671', '(415) 555-2671', '+44 (0) 20 7183 8750'], ignores: ['(2026) 123-4567', 'f(415) 555-2671a'] },
  },
  {
    id: 'phone_named',
    finds: 'personal',
    keywords: beside,
    pattern: new RegExp(`(?:${beside.join('|')})[\\s\\S]{0,30}?[^0-9A-Za-z+._-](?<s>(?:[+]|00)?\\(?[0-9](?:${gap}[0-9]){6,13}${extension})(?:[^0-9A-Za-z]|$)`, 'gi'),
    valid: isNamed,
    examples: {
      finds: ['phone: 415-555-2671', 'Tel. 030 901820', 'mobile=07400123456', '{"phoneNumber":"4155552671"}', 'T\u00e9l\u00e9phone : 01 70 18 99 00', 'call me at 555.123.4567'],
      ignores: ['phone_id=1234567890', 'telemetry 1732360000', 'sms sent 2026-11-24 06:10:34', 'phone verified at 1732360000', 'Copyright: 1991-1998 by LCS/Telegraphics', 'telephone 10.0.0.1', 'cell 3 of 12', 'max cell rate: 353207.547 cells'],
    },
  },
]

/** Codes of two digits that take at most so many digits behind them, where the longest form would take in what follows. */
function codesBy(most: number): string {
  return Object.keys(lengths).filter((code) => code.length === 2 && lengths[code]![1] <= most && lengths[code]![1] > 8).join('|')
}

function isInternational(match: string): boolean {
  const digits = match.replace(/ ?(?:x|ext).*$/i, '').replace(/[^0-9]/g, '')
  const code = [1, 2].map((length) => digits.slice(0, length)).find((start) => lengths[start] !== undefined)
  if (code === undefined && !threeDigits.test(digits)) return false
  const [least, most] = code === undefined ? other : lengths[code]!
  const rest = digits.slice(code?.length ?? 3).replace(/^0/, '') // +44 (0) 20
  return rest.length >= least && rest.length <= most && !/^(.)\1*$/.test(rest)
}

const named = near([
  'phone', 'telephone', 'tel', 'mobile', 'mobil', 'cell', 'cell phone', 'cellphone', 'fax', 'whatsapp', 'sms to', 'text me', 'call me', 'call us', 'call him', 'call her', 'handy', 'telefon', 'teléfono', 'telefone',
  'telefoon', 'puhelin', 'portable', 'móvil', 'celular', 'rufnummer', 'telefonnummer', 'komórka', 'contact number', 'reach me', 'dial', 'ring me', 'my number', 'phone number',
], 12)
/** What has the word in its name and is none. */
const aboutPhones = /(?:\b(?:id|ids|count|ms|time|(?:verified|created|updated|changed|seen|sent) at|size|version|model|bytes|hash|code|since|until|sent|verified|ts|duration|uuid|ref|case|ticket|order)|telemetry)[^a-z0-9]*$/

function isNamed(match: string, place: Place): boolean {
  if (!standsAlone(place) || /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|(?:19|20)[0-9]{2}-(?:19|20)[0-9]{2}$)/.test(match) || /^(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9]+\.[0-9]+)$/.test(match)) return false
  const digits = match.replace(/ ?(?:x|ext).*$/i, '').replace(/[^0-9]/g, '')
  if (digits.length < 7 || digits.length > 14 || /^(.)\1*$/.test(digits)) return false
  return named(place) && !aboutPhones.test(plain(wordsBefore(place.text, place.start, 30)))
}

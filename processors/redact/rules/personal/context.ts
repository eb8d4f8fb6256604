// The words around a number: most national numbers are digits like any other until something says what they are.

import type { Place } from '../../rule.ts'

/** How far before a number its name may begin, in characters. */
const before = 48

export interface Words {
  /** Whether one of the words stands near the number. */
  (place: Place): boolean
}

/**
 * `words`: lower case, words apart by one space, with the accents they have: `tax id` also finds `taxId`, `TAX_ID`, `tax-id` and
 * `Tax  ID:`, and `cédula` also `cedula`.
 * Short words must stand alone or before `number`, `no` and the like; words of seven letters and more are also found
 * inside compounds; those in scripts without spaces anywhere. `behind`: how far behind the number one may stand. Default 0.
 */
export function near(words: readonly string[], behind = 0): Words {
  const plainWords = words.map(plain)
  const long = plainWords.filter((word) => word.length >= 7 || !ascii.test(word))
  const short = plainWords.filter((word) => !long.includes(word))
  const suffix = '(?:s|es|en|e)?(?:[ .]?(?:numbers?|numero|nummer|num|number|nr|no|id|code|kod|value|field))?'
  const pattern = new RegExp([
    ...(long.length > 0 ? [long.map(spaced).join('|')] : []),
    ...(short.length > 0 ? [`(?<![a-z0-9\\u0080-\\uffff])(?:${short.map(spaced).join('|')})${suffix}(?![a-z\\u0080-\\uffff])`] : []),
  ].join('|'))
  const says = (text: string): boolean => pattern.test(plain(text)) || (camel.test(text) && pattern.test(plain(text.toLowerCase())))
  return ({ text, start, end }) => says(wordsBefore(text, start, before)) || (behind > 0 && says(wordsBehind(text, end, behind)))
}

/** Source of a pattern that finds the words in a text as it is, roughly: what it finds is for `near` to confirm. */
export function wordSource(words: readonly string[]): string {
  return [...new Set(words.filter((word) => word.length > 2).map((word) => accented(word).replaceAll(' ', '[\\s_./-]{0,2}')))].join('|')
}

/** `é` also without its accent. */
function accented(word: string): string {
  return word.split('').map((letter) => (ascii.test(letter) ? letter.replace(/[^a-z0-9 ]/, '[$&]') : `(?:${letter}|${plain(letter)})`)).join('')
}

/** At most so many characters, without half a word at their far end. */
export function wordsBefore(text: string, start: number, length: number): string {
  const slice = text.slice(Math.max(0, start - length), start)
  return start > length ? slice.replace(/^[A-Za-z]+/, '') : slice
}

function wordsBehind(text: string, end: number, length: number): string {
  const slice = text.slice(end, end + length)
  return end + length < text.length ? slice.replace(/[A-Za-z]+$/, '') : slice
}

const camel = /[a-z][A-Z]/

function spaced(word: string): string {
  return word.replace(/[.()\\]/g, String.raw`\$&`).replaceAll(' ', ' ?')
}

const marks = /[\u0300-\u036f]/g
const letters: Readonly<Record<string, string>> = { ø: 'o', æ: 'ae', ß: 'ss', ł: 'l', ı: 'i', đ: 'd' }

// eslint-disable-next-line no-control-regex
const onlyAscii = /^[\0-\x7f]*$/

/** Lower case, without accents, camelCase and snake_case taken apart, one space between words. */
export function plain(text: string): string {
  const split = text.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  if (onlyAscii.test(split)) return split.toLowerCase().replace(/[\s_./\\-]+/g, ' ')
  return split.normalize('NFKD').replace(marks, '').toLowerCase()
    .replace(/[\u00f8\u00e6\u00df\u0142\u0131\u0111]/g, (letter) => letters[letter]!).replace(/[\s_./\\-]+/g, ' ')
}

/** Keywords for the prefilter: of each word the longest part in ASCII, which is there with accents and without; rarer, where that is in too many texts. */
export function keywordsOf(words: readonly string[]): readonly string[] {
  return [...new Set(words.flatMap(keywordsOfWord).filter((keyword) => keyword.length >= 3))]
}

function keywordsOfWord(word: string): readonly string[] {
  const part = word.split(/[^a-z0-9]+/).reduce((longest, next) => (next.length > longest.length ? next : longest), '')
  if (word.includes(' ') && ascii.test(word) && (part.length < 4 || common.has(part))) return joints.map((joint) => word.replaceAll(' ', joint))
  return part.length === 3 && !rare.has(part) ? ends.map((end) => part + end) : [part]
}

const joints = [' ', '_', '-', '.', '']
/** What comes behind a short name that is also the middle of many words: `SIN: `, `"sin"`, `sin=`, `sinNumber`. */
const ends = [' ', ':', '=', '"', "'", '_', '-', '.', '#', '>', '\n', ',', '/', '(', 'n']
const rare = new Set(['ssn', 'bsn', 'cpf', 'egn', 'fnr', 'pnr', 'nhs', 'cpr'])
/** Words that are in too many texts to go by. */
const common = new Set([
  'account', 'birth', 'business', 'call', 'card', 'citizen', 'client', 'code', 'contact', 'customer', 'document', 'file', 'health', 'identity', 'identification', 'individual', 'license', 'licence',
  'national', 'number', 'numero', 'personal', 'provider', 'public', 'reach', 'registration', 'registro', 'resident', 'security', 'service', 'social', 'tax', 'taxpayer', 'text', 'transit',
])
const ascii = /^[\x20-\x7e]+$/

/** Not a part of a longer number, word or identifier: dates, versions and amounts are joined by one of `-.+/:`. */
export function standsAlone({ text, start, end }: Place): boolean {
  const last = text.charCodeAt(start - 1)
  const next = text.charCodeAt(end)
  if (isAlphanumeric(last) || isAlphanumeric(next)) return false
  return !(isJoint(last) && isDigit(text.charCodeAt(start - 2))) && !(isJoint(next) && isDigit(text.charCodeAt(end + 1)))
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

function isAlphanumeric(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 122) || (code >= 65 && code <= 90)
}

/** `+ - . / :` */
function isJoint(code: number): boolean {
  return code === 43 || (code >= 45 && code <= 47) || code === 58
}

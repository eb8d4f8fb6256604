// Personal data that belong to nobody: every number is made up from a seed and completed to a valid one by trying its last
// places. The validators are tested against published numbers beside them, so the corpus may lean on them.

import { isIban } from '../../../processors/redact/validate/iban.ts'
import { cardKind } from '../../../processors/redact/validate/card.ts'
import type { Random } from '../../support/random.ts'

export type Valid = (text: string) => boolean

export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.between(0, list.length - 1)]!
}

/** `0` a digit, `A` a capital letter, `C` a consonant; `{Y}{M}{D}` year, month and day of birth, each in two digits; the rest stands for itself. */
export function fill(random: Random, form: string): string {
  return form.replace(/\{[YMD]\}|[0AC]/g, (place) => {
    const range = ranges[place]
    return range === undefined ? pick(random, alphabets[place]!.split('')) : String(random.between(...range)).padStart(2, '0')
  })
}

const ranges: Readonly<Record<string, readonly [number, number]>> = { '{Y}': [45, 99], '{M}': [1, 12], '{D}': [1, 28] }

const alphabets: Readonly<Record<string, string>> = { 0: '0123456789', A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', C: 'BCDFGHJKLMNPRSTVWZ' }
const ends = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')

/** Tries what comes last until the number is valid; another beginning where nothing fits. */
export function complete(random: Random, form: string, places: number, valid: Valid): string {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const start = fill(random, form)
    const tails = places === 0 ? [''] : places === 1 ? ends : Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'))
    const found = tails.find((tail) => valid(start + tail))
    if (found !== undefined) return start + found
  }
  throw new Error(`BUG: no valid number of the form ${form}`)
}

/** Groups of those lengths, the last one taking what is left. */
export function grouped(text: string, lengths: readonly number[], separator: string): string {
  const groups: string[] = []
  let at = 0
  for (const length of lengths) { groups.push(text.slice(at, at + length)); at += length }
  if (at < text.length) groups.push(text.slice(at))
  return groups.filter((group) => group !== '').join(separator)
}

const first = ['jane', 'li.wei', 'o_brien', 'maria-jose', 'j', 'k.nowak+news', 'a1b2c3', 'olga.petrova', 'Info', 'HANS.MUELLER', 'j\u00fcrgen', '\u5f20\u4f1f']
const hosts = ['example.com', 'mail.example.co.uk', 'example.org', 'sub.domain.example.io', 'b\u00fccher.example', 'xn--bcher-kva.example', 'EXAMPLE.NET', 'example.technology', 'firma.example.de']

export function email(random: Random): string {
  return `${pick(random, first)}${random.next() < 0.5 ? random.between(0, 999) : ''}@${pick(random, hosts)}`
}

const cardForms: readonly (readonly [form: string, groups: readonly number[]])[] = [
  ['400000000000000', [4, 4, 4, 4]], ['490000000000000', [4, 4, 4, 4]], ['510000000000000', [4, 4, 4, 4]], ['550000000000000', [4, 4, 4, 4]], ['222300000000000', [4, 4, 4, 4]], ['271000000000000', [4, 4, 4, 4]],
  ['34000000000000', [4, 6, 5]], ['37000000000000', [4, 6, 5]], ['601100000000000', [4, 4, 4, 4]], ['650000000000000', [4, 4, 4, 4]], ['3000000000000', [4, 6, 4]], ['3600000000000', [4, 6, 4]],
  ['353000000000000', [4, 4, 4, 4]], ['620000000000000', [4, 4, 4, 4]], ['220200000000000', [4, 4, 4, 4]], ['979200000000000', [4, 4, 4, 4]], ['508500000000000', [4, 4, 4, 4]], ['675900000000000', [4, 4, 4, 4]],
]

/** A number of one of the schemes, as it is stored and as it is printed. */
export function card(random: Random): string {
  const [form, groups] = pick(random, cardForms)
  const fixed = form.replace(/0+$/, '')
  const number = complete(random, `\u0001${'0'.repeat(form.length - fixed.length)}`, 1, (text) => cardKind(fixed + text.slice(1)) === 'scheme')
  return grouped(fixed + number.slice(1), groups, pick(random, ['', ' ', '-', '', ' ', '.', '\u00a0']))
}

/** Country and how its own number is built, after the registry of ISO 13616. */
const ibanForms = [
  'DE{00}000000000000000000', 'GB{00}AAAA00000000000000', 'FR{00}00000000000000000000000', 'NL{00}AAAA0000000000', 'ES{00}00000000000000000000', 'IT{00}A0000000000000000000000', 'BE{00}000000000000',
  'CH{00}00000000000000000', 'AT{00}0000000000000000', 'PL{00}000000000000000000000000', 'NO{00}00000000000', 'SE{00}00000000000000000000', 'PT{00}000000000000000000000', 'MT{00}AAAA00000000000000000000000',
  'BR{00}00000000000000000000000A0', 'TR{00}0000000000000000000000', 'SA{00}00000000000000000000', 'AE{00}0000000000000000000', 'IE{00}AAAA00000000000000', 'LC{00}AAAA000000000000000000000000',
]

export function iban(random: Random): string {
  const [country, account] = pick(random, ibanForms).split('{00}') as [string, string]
  const bban = fill(random, account)
  const check = Array.from({ length: 98 }, (_, i) => String(i + 2).padStart(2, '0')).find((digits) => isIban(country + digits + bban))!
  const whole = country + check + bban
  return pick(random, [whole, grouped(whole, Array.from({ length: 9 }, () => 4), ' '), whole.toLowerCase(), grouped(whole, Array.from({ length: 9 }, () => 4), '-')])
}

export function phone(random: Random): string {
  return fill(random, pick(random, ['+1 415 555 0000', '+49 30 901000', '+44 20 7183 0000', '+33 1 70 18 00 00', '+1-212-555-0000', '+4915112345000', '(415) 555-0000', '+55 11 91234-0000', '+91 98765 43000', '+81 3-1234-0000']))
}

// National numbers that nobody needs to name: written with the separators of their country (or long enough), and with a
// checksum or a date that other numbers do not have. One rule for all, because the same few strings hold evidence for each.

import { compact } from '../../validate/digits.ts'
import { near, standsAlone } from './context.ts'
import { forms, namedForms } from './standalone-forms.ts'
import type { Place, Rule } from '../../rule.ts'
import type { Words } from './context.ts'
import type { Form } from './standalone-forms.ts'

const classes: Readonly<Record<string, string>> = { 0: '[0-9]', A: '[A-Z]', X: '[0-9A-Z]', ' ': '[ \u00a0\u202f]', '-': '[\u2010-\u2013-]' }

function sourceOf(form: string): string {
  return form.split('').map(classOf).join('').replace(/(?:\[0-9\]){2,}/g, (run) => `[0-9]{${run.length / 5}}`)
}

function classOf(character: string): string {
  return classes[character] ?? `[${character}]`
}

/** One pattern for all forms, in which those that begin alike share their beginning: dates and times drop out at their first separator. */
function sharedSource(ends: readonly string[]): string {
  const branches = [...Map.groupBy(ends.filter((end) => end !== ''), (end) => end[0]!)]
    .map(([character, same]) => classOf(character) + sharedSource(same.map((end) => end.slice(1))))
  if (branches.length === 0) return ''
  const optional = ends.includes('')
  return branches.length === 1 && !optional ? branches[0]! : `(?:${branches.join('|')})${optional ? '?' : ''}`
}

interface Compiled { readonly length: number; readonly whole: RegExp; readonly valid: Form['valid']; readonly named: Words | undefined }

function compile(list: readonly Form[]): ReadonlyMap<number, readonly Compiled[]> {
  return Map.groupBy(list.map(({ form, valid, words }) => (
    { length: form.length, whole: new RegExp(`^${sourceOf(form)}$`), valid, named: words === undefined ? undefined : near(words) }
  )), ({ length }) => length)
}

const formSource = (list: readonly Form[]): string => sharedSource(list.flatMap(({ form }) => withoutEither(form)))

/** `X` as a digit and as a letter, so that beginnings are shared with forms that hold digits only. */
function withoutEither(form: string): readonly string[] {
  return form.includes('X') ? ['0', 'A'].flatMap((character) => withoutEither(form.replace('X', character))) : [form]
}

export const standaloneRules: readonly Rule[] = [
  {
    id: 'national_id',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp(`\\b${formSource(forms)}\\b`, 'g'), // no group: it would cost more than all the rest
    valid: isOneOf(forms),
    examples: {
      finds: [
        '529.982.247-25', 'empresa 11.222.333/0001-81', '20-05536168-2', '12.531.909-2', '912-70-1234', '2 95 10 99 126 111 93', '295109912611193', '85.07.30-033.28',
        '756.9217.0769.85', '12345678Z', '19811218-9876', '811218-9876', '131052-308T', '161175-19997', '971013-1019901', '710319/2745', '151086 95088',
        '11010519491231002X', '112-233-445 95', '2341 2341 2346',
      ],
      ignores: [
        '529.982.247-26', '000.000.000-00', '2026-11-24 06:10:34', '20261124-0610', '261124-1234', '261124-2618', '261124/0610', 'build 20261124A', '4242 4242 4242 4242',
        '10.0.0.1-24', '2024 2025 2026', 'v1.234.567-8', '2001:db8::1', '17323600000', '1732360000000000000', 'ISBN 978-3-16-148410-0', '7523169263', 'A123456789',
      ],
    },
  },
  {
    id: 'national_id_in_script',
    finds: 'personal',
    shape: 'digits',
    pattern: new RegExp(`[\u0370-\uffff][\\s\\S]{0,40}?[^0-9A-Za-z](?<s>${formSource(namedForms)})(?:[^0-9A-Za-z]|$)`, 'g'),
    valid: isOneOf(namedForms),
    examples: {
      finds: ['ЕГН 7523169263', '身分證 A123456789', '키 주민등록번호: 770725-1554595', 'αφμ: 094259216', '{"ИНН":"123456789047"}'],
      ignores: ['ЕГН 7523169264', '7523169263', '訂單 A123456789', 'заказ 7523169263'],
    },
  },
]

function isOneOf(list: readonly Form[]): (match: string, place: Place) => boolean {
  const byLength = compile(list)
  return function isForm(match, place) {
    if (!standsAlone(place) || '-._+'.includes(place.text.charAt(place.start - 1) || ' ') || (match.includes(' ') && continues(place))) return false
    const number = compact(match)
    return byLength.get(match.length)?.some(({ whole, valid, named }) => whole.test(match) && valid(number, match) && named?.(place) !== false) === true
  }
}

/** Groups of digits with spaces that go on are something longer: a card, an IBAN, a table of figures. */
function continues({ text, start, end }: Place): boolean {
  return /(?:[0-9]|\b[0-9A-F]{4}) $/.test(text.slice(Math.max(0, start - 6), start)) || /^ (?:[0-9]|[0-9A-F]{4}\b)/.test(text.slice(end, end + 6))
}

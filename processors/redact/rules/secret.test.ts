import { expect, test } from 'vitest'
import { alnum, alphabet, base64, escaped, hex, oneOf, parts, raw, uuid } from './secret.ts'
import type { Shaped } from './secret.ts'

const whole = ({ source }: Shaped): RegExp => new RegExp(`^${source}$`)

test.each<[string, Shaped]>([
  ['hex', hex(32)], ['a range of lengths', alnum(20, 40)], ['an open length', alnum.from(20)], ['padding', base64(40)], ['padding that must be there', alphabet('A-Z', '==')(10)],
  ['a class with escapes', alphabet('a-c\\-+\\]')(12)], ['a UUID', uuid], ['parts', parts('key-', hex(8), '-', oneOf('us', 'eu'))], ['a pattern', raw('[0-9]{3}x', '123x')],
])('the example of %s is one', (_, shaped) => { expect(shaped.sample).toMatch(whole(shaped)) })

test('a longer run is not taken for a shorter one', () => {
  const found = ({ source, end }: Shaped, text: string): boolean => new RegExp(`(?<s>${source})${end}`).test(text)
  expect(found(hex(8), '0123abcd')).toBe(true)
  expect(found(hex(8), '0123abcd9')).toBe(true) // from its second character on: what stands before it is the rule's business
  expect(new RegExp(`^${hex(8).source}${hex(8).end}`).test('0123abcd9')).toBe(false)
  expect(new RegExp(`^${base64(8).source}${base64(8).end}`).test('0123abcd/')).toBe(false)
})

test('only shapes in which letters and digits mix are told from words by their digits', () => {
  expect([hex(8).mixed, alnum(8).mixed, alphabet('0-9')(8).mixed, alphabet('a-z')(8).mixed]).toEqual([true, true, false, false])
})

test('a text as a pattern finds itself', () => {
  const text = 'a.b$c(d)[e]{f}^g|h?i*j+k\\l/m'
  expect(new RegExp(`^${escaped(text)}$`).test(text)).toBe(true)
})

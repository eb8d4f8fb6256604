import { expect, test } from 'vitest'
import { keywordsOf, near, plain, standsAlone, wordSource } from './context.ts'
import type { Place } from '../../rule.ts'

/** Where `|` marks the number. */
function placeOf(marked: string): Place {
  const [before, number, behind] = marked.split('|') as [string, string, string]
  return { text: before + number + behind, start: before.length, end: before.length + number.length }
}

test.each(['tax id: |1|', 'taxId=|1|', 'TAX_ID |1|', 'customer.tax-id |1|', 'Tax  ID |1|', '{"taxIds":["|1|"]}', 'tax id number |1|', 'userTaxId |1|'])('the words are found in %s', (marked) => {
  expect(near(['tax id'])(placeOf(marked))).toBe(true)
})

test.each(['taxi day |1|', 'tax |1|', 'syntax idle |1|', 'tax idea |1|', `tax id ${'x '.repeat(30)}|1|`, '|1| tax id'])('the words are not found in %s', (marked) => {
  expect(near(['tax id'])(placeOf(marked))).toBe(false)
})

test.each([['bsn', 'klantBsn=|1|'], ['bsn', 'BSNs |1|'], ['sin', 'SIN# |1|'], ['c\u00e9dula', 'CEDULA |1|'], ['f\u00f8dselsnummer', 'f\u00f8dselsnummer |1|'], ['versicherung', 'Sozialversicherungsnummer |1|'], ['\u0435\u0433\u043d', '\u0415\u0413\u041d:|1|']])('%s is found in %s', (word, marked) => {
  expect(near([word])(placeOf(marked))).toBe(true)
})

test.each([['sin', 'using |1|'], ['sin', 'since |1|'], ['nit', 'unit |1|'], ['bsn', 'absnx |1|']])('%s is not found in %s', (word, marked) => {
  expect(near([word])(placeOf(marked))).toBe(false)
})

test('half a word at the far end is no word', () => {
  expect(near(['tel'], 4)(placeOf('since |1| telegraph'))).toBe(false)
  expect(near(['graph'])(placeOf(`tele${'graph'} ${'.'.repeat(43)}|1|`))).toBe(false)
})

test('words behind count where they are asked for', () => {
  expect(near(['card'], 12)(placeOf('|1| (card)'))).toBe(true)
  expect(near(['card'])(placeOf('|1| (card)'))).toBe(false)
})

test('texts become plain', () => {
  expect(plain('Num\u00e9roDe_S\u00c9CURIT\u00c9-sociale')).toBe('numero de securite sociale')
  expect(plain('Stra\u00dfe \u0141\u00f3d\u017a')).toBe('strasse lodz')
})

test('keywords are what ASCII and accents have in common, and never a common word alone', () => {
  expect(keywordsOf(['rodn\u00e9 \u010d\u00edslo', 'ssn', '\u0435\u0433\u043d'])).toEqual(['rodn', 'ssn'])
  expect(keywordsOf(['id number'])).toEqual(['id number', 'id_number', 'id-number', 'id.number', 'idnumber'])
  expect(keywordsOf(['sin'])).not.toContain('sin')
  expect(keywordsOf(['sin'])).toContain('sin:')
})

test('a pattern of words takes each spelling', () => {
  const pattern = new RegExp(`^(?:${wordSource(['c\u00e9dula de identidad', 'tax id', "driver's"])})$`, 'i')
  for (const text of ['c\u00e9dula de identidad', 'CEDULA_DE_IDENTIDAD', 'taxId', 'tax-id', "driver's"]) expect(text).toMatch(pattern)
  expect('tax or id').not.toMatch(pattern)
})

test.each(['|1|', 'a |1| b', '"|1|"', 'x=|1|&', '(|1|)', '|1|.', 'end-|1|', '|1|-a', ':|1|,'])('%s stands alone', (marked) => {
  expect(standsAlone(placeOf(marked))).toBe(true)
})

test.each(['2|1|', '|1|2', 'a|1|', '|1|b', '2-|1|', '|1|-2', '0.|1|', '|1|.5', '12:|1|', '|1|/2', '5+|1|'])('%s is part of something longer', (marked) => {
  expect(standsAlone(placeOf(marked))).toBe(false)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cardKind, isArticleNumber, isCardNumber } from './card.ts'
import { isDay } from './date.ts'
import { compact } from './digits.ts'
import { ibanLengths, isIban } from './iban.ts'
import { isMod11x10, isMod11x2, remainder97 } from './iso7064.ts'
import { isLuhn } from './luhn.ts'
import { isVerhoeff } from './verhoeff.ts'
import { hasCheckDigit, weightedSum } from './weighted.ts'

const digits = (length: number): fc.Arbitrary<string> => fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''))

/** Every text that differs in one digit. */
function mutants(text: string): string[] {
  return text.split('').flatMap((character, i) => (/[0-9]/.test(character) ? '0123456789'.split('').filter((digit) => digit !== character).map((digit) => text.slice(0, i) + digit + text.slice(i + 1)) : []))
}

// ISO/IEC 7812-1 (Luhn's patent uses 79927398713 in its later descriptions), Verhoeff's 2363, ISO/IEC 7064's 079 and 0794 with their check characters.
test.each([
  ['Luhn', isLuhn, '79927398713'], ['Verhoeff', isVerhoeff, '2363'], ['MOD 11-2', isMod11x2, '07940'], ['MOD 11,10', isMod11x10, '07945'],
] as const)('%s accepts the published number and none that differs in one digit', (_, valid, number) => {
  expect(valid(number)).toBe(true)
  expect(mutants(number).filter(valid)).toEqual([])
})

test('MOD 11-2 takes X for ten, and only at the end', () => {
  expect(isMod11x2('079X')).toBe(true)
  expect(isMod11x2('X790')).toBe(false)
})

test('MOD 97-10 counts letters as two digits', () => {
  expect(remainder97('3214282912345698765432161182')).toBe(1)
  expect(remainder97('WEST12345698765432GB82')).toBe(1)
})

test.each([['Luhn', isLuhn], ['Verhoeff', isVerhoeff], ['MOD 11,10', isMod11x10]] as const)('%s: each number has one check digit', (_, valid) => {
  fc.assert(fc.property(digits(9), (number) => '0123456789'.split('').filter((digit) => valid(number + digit)).length === 1))
})

test('Verhoeff also notices two neighbours that changed places', () => {
  fc.assert(fc.property(digits(8), fc.integer({ min: 0, max: 7 }), (number, at) => {
    const whole = number + '0123456789'.split('').find((digit) => isVerhoeff(number + digit))!
    const swapped = whole.slice(0, at) + whole[at + 1]! + whole[at]! + whole.slice(at + 2)
    return swapped === whole || !isVerhoeff(swapped)
  }))
})

test('nothing and one digit pass no checksum', () => {
  for (const valid of [isLuhn, isVerhoeff, isMod11x2, isMod11x10]) expect(['', '0'].map(valid)).toEqual([false, false])
})

test('weights are used from the left, letters from ten', () => {
  expect(weightedSum('12A', [1, 2, 3])).toBe(1 + 4 + 30)
  expect(hasCheckDigit('12A5', { weights: [1, 2, 3], modulus: 10 })).toBe(true)
  expect(hasCheckDigit('12A5', { weights: [1, 2, 3], modulus: 10, complement: true })).toBe(true)
  expect(hasCheckDigit('12A4', { weights: [1, 2, 3], modulus: 10 })).toBe(false)
  expect(hasCheckDigit('5', { weights: [2], modulus: 11, at: 0 })).toBe(false)
})

test('a result of ten is no digit unless the kind says which', () => {
  expect(hasCheckDigit('50', { weights: [2], modulus: 11 })).toBe(false)
  expect(hasCheckDigit('50', { weights: [2], modulus: 11, ten: 0 })).toBe(true)
})

test('days exist in the calendar', () => {
  expect([isDay(2, 29), isDay(2, 30), isDay(13, 1), isDay(0, 1), isDay(4, 31), isDay(12, 0)]).toEqual([true, false, false, false, false, false])
})

test('separators mean nothing', () => {
  expect(compact('12 34-56.78/9\u00a0a\u2013b(3)')).toBe('123456789AB3')
})

// Test numbers that Stripe, Adyen, PayPal and Mir publish.
const cards = [
  '4242424242424242', '4000056655665556', '4222222222222', '5555555555554444', '2223003122003222', '5105105105105100', '2720992593319364', '378282246310005', '371449635398431', '6011111111111117', '6011000990139424',
  '3056930009020004', '36227206271667', '30569309025904', '38520000023237', '3566002020360505', '3530111333300000', '6200000000000005', '6205500000000000004', '2200000000000004', '6759649826438453',
]

test.each(cards)('card %s, and none that differs in one digit', (number) => {
  expect(isCardNumber(number)).toBe(true)
  expect(mutants(number).filter(isCardNumber)).toEqual([])
})

test.each(['1732360000000000', '4242424242424241', '42424242424242', '0000000000000000', '9999999999999995', '411111111111111', '55555555555544440'])('%s is no card', (number) => {
  expect(isCardNumber(number)).toBe(false)
})

test('wide ranges are told apart, and article numbers known', () => {
  expect(cardKind('560000000003')).toBe('wide')
  expect(cardKind('4242424242424242')).toBe('scheme')
  expect([isArticleNumber('4006381333931'), isArticleNumber('4006381333932'), isArticleNumber('4222222222222')]).toEqual([true, false, false])
})

// The examples of the IBAN registry.
const ibans = [
  'AD1200012030200359100100', 'AE070331234567890123456', 'AT611904300234573201', 'BE68539007547034', 'BR1800360305000010009795493C1', 'CH9300762011623852957', 'DE89370400440532013000', 'ES9121000418450200051332',
  'FR1420041010050500013M02606', 'GB29NWBK60161331926819', 'IE29AIBK93115212345678', 'IT60X0542811101000000123456', 'LC55HEMM000100010012001200023015', 'MT84MALT011000012345MTLCAST001S', 'NL91ABNA0417164300', 'NO9386011117947', 'PL61109010140000071219812874', 'SC18SSCB11010000000000001497USD', 'TR330006100519786457841326', 'XK051212012345678906',
]

test.each(ibans)('IBAN %s, and none that differs in one digit', (number) => {
  expect(isIban(number)).toBe(true)
  expect(isIban(number.toLowerCase().replace(/(.{4})/g, '$1 '))).toBe(true)
  expect(mutants(number).filter(isIban)).toEqual([])
})

test('an IBAN has the length of its country, and a country that has one', () => {
  expect(['DE8937040044053201300', 'US89370400440532013000', ''].map(isIban)).toEqual([false, false, false])
  const countries = Object.values(ibanLengths).flatMap((list) => list.split(' '))
  expect(new Set(countries).size).toBe(countries.length)
})

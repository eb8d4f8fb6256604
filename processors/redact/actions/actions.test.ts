import { expect, test } from 'vitest'
import { fingerprintKey } from '../../fingerprint/key.ts'
import { valueMap } from '../../record.ts'
import { makeKeyPair, secretOf } from '../hpke.ts'
import { isPlaceholder } from '../placeholder.ts'
import { createSealTo, identityPrefix, openSealed, parseIdentity, parseRecipient, recipientPrefix } from '../seal-to.ts'
import { mask } from './mask.ts'
import { tokenise } from './tokenise.ts'
import type { Value } from '../../record.ts'

test.each<[Value, string]>([
  ['ada@Example.com', '[masked:r:example.com]'],
  ['4242 4242 4242 4242', '[masked:r:4242]'],
  [4_242_424_242_424_242n, '[masked:r:4242]'],
  ['DE89 3704 0044 0532 0130 00', '[masked:r:3000]'],
  ['078-05-1120', '[redacted:r]'], // four of nine digits would be half of it
  ['hunter2', '[redacted:r]'],
  ['ada@localhost', '[redacted:r]'],
  ['"a b"@exämple.com-and-more', '[redacted:r]'],
  [valueMap([['a', '4242 4242 4242 4242']]), '[redacted:r]'],
  [['4242 4242 4242 4242'], '[redacted:r]'],
])('masking %o leaves %s', (secret, left) => {
  expect(mask('r', secret)).toBe(left)
  expect(isPlaceholder(left)).toBe(true)
})

const key = fingerprintKey('e1', new Uint8Array(32).fill(1))
const hexOf = (token: string): string => token.split(':')[3]!

test('equal values have equal tokens, whichever rule found them; other values, types and keys have others', () => {
  const token = tokenise('email', 'ada@example.com', key)
  expect(token).toMatch(/^\[token:email:e1:[0-9a-f]{32}\]$/)
  expect(isPlaceholder(token)).toBe(true)
  expect(hexOf(tokenise('personal_name', 'ada@example.com', key))).toBe(hexOf(token))
  expect(hexOf(tokenise('r', 1n, key))).toBe(hexOf(tokenise('r', 1, key)))
  const others = ['1', 1, true, null, Buffer.from('1'), ['1'], valueMap([['1', 1]])].map((value) => hexOf(tokenise('r', value, key)))
  expect(new Set([...others, hexOf(token)]).size).toBe(others.length + 1)
  expect(hexOf(tokenise('email', 'ada@example.com', fingerprintKey('e1', new Uint8Array(32).fill(2))))).not.toBe(hexOf(token))
})

test('what is sealed opens for each recipient, for nobody else, and only under its rule', () => {
  const [ada, grace, eve] = [makeKeyPair(), makeKeyPair(), makeKeyPair()]
  const sealTo = createSealTo([ada.publicKey, grace.publicKey])
  const sealed = sealTo('email', 'ada@example.com')
  expect(isPlaceholder(sealed)).toBe(true)
  expect(openSealed(sealed, [ada])).toBe('ada@example.com')
  expect(openSealed(sealed, [eve, grace])).toBe('ada@example.com')
  expect(openSealed(sealed, [eve])).toBeUndefined()
  expect(openSealed(sealed.replace(':email:', ':phone:'), [ada])).toBeUndefined()
  expect(sealTo('email', 'ada@example.com')).not.toBe(sealed)
  expect(openSealed(sealTo('r', valueMap([['b', 1n], ['a', ['x']]])), [grace])).toBe('{"a":["x"],"b":1}')
})

test('more values than a context seals all open', () => {
  const pair = makeKeyPair()
  const sealTo = createSealTo([pair.publicKey])
  const sealed = Array.from({ length: 2050 }, (_, i) => sealTo('r', `value ${i}`))
  expect(new Set(sealed).size).toBe(2050)
  for (const i of [0, 1023, 1024, 2049]) expect(openSealed(sealed[i]!, [pair])).toBe(`value ${i}`)
})

test('short values are sealed in one length, and one too large for a placeholder is removed', () => {
  const sealTo = createSealTo([makeKeyPair().publicKey])
  expect(new Set(['', 'a', 'x'.repeat(30)].map((text) => sealTo('r', text).length)).size).toBe(1)
  expect(sealTo('r', 'x'.repeat(50_000))).toBe('[redacted:r]')
  expect(isPlaceholder(sealTo('r', 'x'.repeat(48_000)))).toBe(true)
})

test.each(['', '[sealed:r:]', '[sealed:r:AQE]', `[sealed:r:${'A'.repeat(200)}]`, `[sealed:r:AQE${'_'.repeat(200)}]`, '[redacted:r]'])('%s opens as nothing', (text) => {
  expect(openSealed(text, [makeKeyPair()])).toBeUndefined()
})

test('keys are read back from their text, and nothing else is', () => {
  const pair = makeKeyPair()
  expect(parseRecipient(`${recipientPrefix}${pair.publicKey.toString('base64url')}`)).toEqual(pair.publicKey)
  expect(parseIdentity(`${identityPrefix}${secretOf(pair).toString('base64url')}`)?.publicKey).toEqual(pair.publicKey)
  for (const wrong of [undefined, 7, '', recipientPrefix, `${recipientPrefix}AAAA`, `${recipientPrefix}${Buffer.alloc(32).toString('base64url')}`, `${identityPrefix}${secretOf(pair).toString('base64url')}`]) expect(parseRecipient(wrong)).toBeUndefined()
})

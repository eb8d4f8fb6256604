import { describe, expect, test } from 'vitest'
import { createRandom } from '../../test/support/random.ts'
import { entropyOf, lookOf, readsAsWords } from './language.ts'

const letters = 'abcdefghijklmnopqrstuvwxyz'
const alphabets = { 'letters and digits': letters + letters.toUpperCase() + '0123456789', 'lower case and digits': `${letters}0123456789`, base64url: `${letters}${letters.toUpperCase()}0123456789-_` }

function drawn(alphabet: string, length: number, count: number): readonly string[] {
  const random = createRandom(7)
  return Array.from({ length: count }, () => Array.from({ length }, () => alphabet[random.between(0, alphabet.length - 1)]).join(''))
}

describe.each(Object.entries(alphabets))('what was drawn from %s', (_, alphabet) => {
  test.each([20, 32, 64])('of %i characters is told from what was written in at least 97 of 100 cases', (length) => {
    const texts = drawn(alphabet, length, 1000)
    expect(texts.filter((text) => lookOf(text) !== 'written').length).toBeGreaterThanOrEqual(970)
  })
})

test('letters alone are told too, when there are enough of them', () => {
  const texts = drawn(letters + letters.toUpperCase(), 32, 1000)
  expect(texts.filter((text) => lookOf(text) === 'drawn').length).toBeGreaterThanOrEqual(970)
})

test.each([
  'applicationSettingsView', 'createUserWithEmailAndPassword', 'MAX_RETRY_COUNT_OF_WORKER', 'user-profile-page-v2-final', 'src/components/button/index.tsx', 'the-quick-brown-fox-jumps', 'com.example.shop.OrderController',
  'tokenRefreshIntervalSeconds', 'test_user_can_log_in_2', 'Donaudampfschifffahrtsgesellschaft', 'https://example.com/docs/getting-started', '1234567890123456', '2026-11-24T06:10:34.123Z', 'aaaaaaaaaaaaaaaaaaaa', 'v1.24.3-rc.1', '--------------------',
  'short', 'getElementsByClassName', 'application/json; charset=utf-8', 'us-east-1.compute.internal', 'INSUFFICIENT_PERMISSIONS',
])('%s was written', (text) => {
  expect(lookOf(text)).toBe('written')
})

test('hashes and uuids are told apart from other drawn texts', () => {
  expect(lookOf('3f786850e387550fdab836ed7e6dc881de23001b')).toBe('hex')
  expect(lookOf('5c1e7a90-4b3d-4f26-9a8e-0d7c2b61f3e5')).toBe('uuid')
  expect(lookOf('7Hq2mX9vLp4Rt8Wz1Kc6')).toBe('drawn')
  expect(lookOf('0000000000000000a0000000')).toBe('written')
})

test('a shorter text needs the caller to ask for it', () => {
  expect(lookOf('7Hq2mX9vLp4R')).toBe('written')
  expect(lookOf('7Hq2mX9vLp4R', 12)).toBe('drawn')
})

test('identifiers read as words, passwords and tokens do not', () => {
  for (const text of ['newPassword', 'user_token', 'sessionKey2', 'password']) expect(readsAsWords(text)).toBe(true)
  for (const text of ['xkcdqzv', 'h4ckm3', 'a1b2c3d4', 'zQ9']) expect(readsAsWords(text)).toBe(false)
})

test('entropy is Shannon’s, in bits per character', () => {
  expect(entropyOf('aaaa')).toBe(0)
  expect(entropyOf('abab')).toBe(1)
  expect(entropyOf('abcdefgh')).toBe(3)
})

test('a long text is not looked at', () => {
  expect(lookOf('7Hq2mX9vLp4Rt8Wz1Kc6'.repeat(1000))).toBe('written')
})

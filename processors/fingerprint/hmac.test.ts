import { createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createMac } from './hmac.ts'

const theirs = (key: Uint8Array, label: string, message: string | Uint8Array): string => createHmac('sha256', key).update(label).update(message).digest('hex')

test('it is the HMAC that everybody computes, for messages of every length', () => {
  const key = randomBytes(32)
  const mac = createMac(key)
  const bytes = randomBytes(600)
  for (let length = 0; length <= bytes.length; length += 1) expect(mac('label\n', bytes.subarray(0, length))).toBe(theirs(key, 'label\n', bytes.subarray(0, length)))
})

test('keys of every length up to a block', () => {
  for (let length = 0; length <= 64; length += 1) {
    const key = randomBytes(length)
    expect(createMac(key)('', 'message')).toBe(theirs(key, '', 'message'))
  }
  expect(() => createMac(randomBytes(65))).toThrow(/BUG/)
})

test('text counts as its UTF-8, and a label may be any text too', () => {
  const key = randomBytes(32)
  for (const text of ['', 'é', '漢字', '😀'.repeat(100), '\u0000', '漢'.repeat(20_000)]) expect(createMac(key)(text, text)).toBe(theirs(key, text, text))
})

test('a large message between small ones changes none of them, and keys do not meet', () => {
  const [a, b] = [randomBytes(32), randomBytes(32)]
  const [macA, macB] = [createMac(a), createMac(b)]
  for (const size of [10, 9_000_000, 10, 5_000_000, 20_000]) {
    const message = Buffer.alloc(size, 7)
    expect(macA('x', message)).toBe(theirs(a, 'x', message))
    expect(macB('x', message)).toBe(theirs(b, 'x', message))
  }
})

/** RFC 4231, test cases 1 and 2. */
test.each<[Buffer, string, string]>([
  [Buffer.alloc(20, 0x0b), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
  [Buffer.from('Jefe'), 'what do ya want for nothing?', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
])('the vectors of RFC 4231', (key, message, expected) => {
  expect(createMac(key)('', message)).toBe(expected)
})

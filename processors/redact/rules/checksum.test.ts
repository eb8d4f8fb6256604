import { expect, test } from 'vitest'
import { checksumOf, hasChecksum } from './checksum.ts'

const body = 'Ex4mpleX9Ex4mpleX9Ex4mpleX9Exa'

test('a token with its own checksum is one, with any character changed it is not', () => {
  const token = `ghp_${body}${checksumOf(body)}`
  expect(hasChecksum(token)).toBe(true)
  for (let i = 4; i < token.length; i += 1) expect(hasChecksum(`${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`)).toBe(false)
})

test('it is the CRC-32 in base 62, in six digits', () => {
  const value = Array.from(checksumOf('123456789')).reduce((sum, digit) => sum * 62 + '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'.indexOf(digit), 0)
  expect(value).toBe(0xcb_f4_39_26) // the check value of CRC-32, in every catalogue of them
  expect(checksumOf('')).toBe('000000')
})

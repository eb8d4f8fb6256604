// What an API key looks like: `blt_<id>_<secret><checksum>`. The prefix lets scanners find a leaked one, the id says which
// it is without telling it, and the checksum tells a mistyped key from an unknown one without looking anything up.

import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** A key as it was made, whole. `id` may be shown, `key` is told once and kept nowhere. */
export interface MadeKey { readonly id: string; readonly key: string; readonly hash: string }

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export function makeKey(): MadeKey {
  const id = randomBytes(6).toString('hex')
  const unchecked = `blt_${id}_${randomText(32)}` // 190 random bits, so that a plain SHA-256 tells nothing
  const key = unchecked + checksum(unchecked)
  return { id, key, hash: hashKey(key).toString('hex') }
}

export function hashKey(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}

/** Keys made before there were checksums are six characters shorter. */
const shape = /^blt_([0-9a-f]{12})_([0-9A-Za-z]{32})([0-9A-Za-z]{6})?$/

/** The id that a key names, or undefined when it cannot be a key: another shape, or a wrong checksum. */
export function idOfKey(key: string): string | undefined {
  const [, id, , check] = shape.exec(key) ?? []
  if (check !== undefined && checksum(key.slice(0, -check.length)) !== check) return undefined
  return id
}

/** What people paste where an id is asked for: the id, or the whole key. */
export function idOf(text: string): string {
  return /^blt_([0-9a-f]{12})_/.exec(text)?.[1] ?? text
}

/** CRC-32 in six digits of base 62, as other makers of keys have it. */
function checksum(text: string): string {
  let left = crc32(text)
  let digits = ''
  for (let i = 0; i < 6; i += 1) {
    digits = alphabet[left % 62]! + digits
    left = Math.floor(left / 62)
  }
  return digits
}

/** Bytes that would make some characters likelier than others are drawn again. */
function randomText(length: number): string {
  let made = ''
  while (made.length < length) for (const byte of randomBytes(length)) if (byte < 248 && made.length < length) made += alphabet[byte % 62]!
  return made
}

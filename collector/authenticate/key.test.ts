import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idOf, idOfKey, makeKey } from './key.ts'

test('keys are of one shape, that scanners find, and no two are the same', () => {
  const keys = Array.from({ length: 500 }, () => makeKey())
  for (const { id, key, hash } of keys) {
    expect(key).toMatch(/^blt_[0-9a-f]{12}_[0-9A-Za-z]{38}$/)
    expect([idOfKey(key), idOf(key), idOf(id)]).toEqual([id, id, id])
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
  }
  for (const part of ['id', 'key', 'hash'] as const) expect(new Set(keys.map((made) => made[part])).size).toBe(500)
})

test('every single wrong character and every two that changed places are found by the checksum', () => {
  const { key } = makeKey()
  for (let at = 'blt_'.length; at < key.length; at += 1) {
    const other = key[at] === 'a' ? 'b' : 'a'
    expect(idOfKey(key.slice(0, at) + other + key.slice(at + 1))).toBeUndefined()
    if (at + 1 < key.length && key[at] !== key[at + 1] && key[at] !== '_' && key[at + 1] !== '_') expect(idOfKey(key.slice(0, at) + key[at + 1]! + key[at]! + key.slice(at + 2))).toBeUndefined()
  }
})

test('what is no key has no id, whatever it is', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.string().map((text) => `blt_${text}`), fc.string({ minLength: 32, maxLength: 38 }).map((text) => `blt_0123456789ab_${text}\n`)), (text) => { expect(idOfKey(text)).toBeUndefined() }))
})

test('a key from before there were checksums is still told by its shape', () => {
  expect(idOfKey(`blt_0123456789ab_${'a'.repeat(32)}`)).toBe('0123456789ab')
})

import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRecord } from '../test/support/arbitrary.ts'
import { JsonWriter } from './json-writer.ts'
import { valueMap } from './record.ts'
import { toPlain } from './value.ts'
import type { Value } from './record.ts'

const writer = new JsonWriter()
function written(value: Value): string {
  writer.begin()
  writer.value(value)
  return writer.bytes().toString()
}

test('any value is written as an RFC 8785 library writes it', () => {
  fc.assert(fc.property(anyRecord, ({ body, attributes }) => {
    for (const value of [body, attributes]) expect(written(value)).toBe(canonicalize(toPlain(value)) ?? 'null')
  }), { numRuns: 500 })
})

test('strings of any length and any characters are written as JSON.stringify writes them', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => { expect(written(text)).toBe(JSON.stringify(text)) }))
  for (const text of ['"', '\\', '\u0000', '\u007f', '\u0080', 'é', '東京', '😀', 'a'.repeat(95), 'a'.repeat(96), 'a'.repeat(97), `${'a'.repeat(200)}"`]) expect(written(text)).toBe(JSON.stringify(text))
})

test('a value larger than the buffer makes it grow, and the next one is written as before', () => {
  const large = 'ü"'.repeat(3_000_000)
  expect(written(large)).toBe(JSON.stringify(large))
  expect(written(['x', large])).toBe(JSON.stringify(['x', large]))
  expect(written('x')).toBe('"x"')
})

test('orders of keys that fall into the same memory are told apart', () => {
  const maps = Array.from({ length: 3000 }, (_, i) => valueMap([[`k${i % 7}b`, i], [`k${i % 11}a`, 1], [`m${i}`, 2], [String(i % 3), 3]] as [string, Value][]))
  for (let round = 0; round < 2; round += 1) for (const map of maps) expect(written(map)).toBe(canonicalize(toPlain(map)))
})

test('more keys than are remembered are all written as they are', () => {
  for (let i = 0; i < 10_000; i += 1) expect(written(valueMap([[`key-${i}"`, i]]))).toBe(`{"key-${i}\\"":${i}}`)
})

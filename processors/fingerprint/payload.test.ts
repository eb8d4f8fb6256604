import fc from 'fast-check'
import { expect, test } from 'vitest'
import { recordLimits } from '../check.ts'
import { toPlain, toValue } from '../value.ts'
import { isPayload, parseJsonText, readPayload } from './payload.ts'

test('JSON as text, as bytes and as a value is one payload', () => {
  const roundedAlready = /[0-9]{16}/ // a number beyond 2^53 has lost its digits in an object, and keeps them in a text
  const payloads = fc.jsonValue().filter((value) => typeof value === 'object' && value !== null && !roundedAlready.test(JSON.stringify(value)))
  fc.assert(fc.property(payloads, (plain) => {
    const json = JSON.stringify(plain)
    const value = toValue(JSON.parse(json))
    expect(toPlain(readPayload(json))).toEqual(toPlain(value))
    expect(readPayload(Buffer.from(` ${json}\n`))).toEqual(readPayload(json))
    expect(readPayload(value)).toBe(value)
  }))
})

test.each(['', 'text', '"text"', '1', 'null', 'true', '{', '[1', '{"a":1}}', '[redacted:key_name]', '\uFEFF{}'])('%j is not JSON that could be a payload', (text) => {
  expect(readPayload(text)).toBe(text)
  expect(isPayload(readPayload(text))).toBe(false)
})

test('bytes that are not UTF-8, or not JSON, stay bytes', () => {
  for (const bytes of [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.from('{"a":'), new Uint8Array(), Buffer.from('   '), Buffer.from('a=1')]) {
    expect(readPayload(bytes)).toBe(bytes)
    expect(isPayload(bytes)).toBe(true)
  }
})

test('keys such as __proto__ are ordinary keys, and lone surrogates cannot travel', () => {
  expect(Object.keys(parseJsonText('{"__proto__":{"a":1}}') as object)).toEqual(['__proto__'])
  expect(parseJsonText('["\\ud800"]')).toEqual(['\uFFFD'])
})

test('JSON of more values or levels than a record may hold is text: what is left out would be left out of the fingerprint', () => {
  const levels = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
  expect(parseJsonText(levels(recordLimits.depth))).toBeDefined()
  for (const json of [levels(recordLimits.depth + 1), levels(500_000), JSON.stringify(Array.from({ length: recordLimits.values }, () => 1))]) expect(parseJsonText(json)).toBeUndefined()
})

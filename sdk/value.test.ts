import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRequest, emptyRecord, encodeRequest, toPlain, valueMap } from '@blotter/processors'
import { anyValue } from '../test/support/arbitrary.ts'
import { jsonSize, readValue, toOtelValue } from './value.ts'

test('ints that OTLP cannot carry become their decimal text, all others stay ints', () => {
  expect(readValue([2n ** 63n, -(2n ** 63n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), { a: 2n ** 64n }])).toEqual(['9223372036854775808', '-9223372036854775809', 2n ** 63n - 1n, -(2n ** 63n), { a: '18446744073709551616' }])
})

test('whatever it reads can be sent and read again', () => {
  const body = readValue({ big: 2n ** 99n, nan: Number.NaN, infinite: -Infinity, text: '\ud800', bytes: Buffer.from('x'), date: new Date(0), none: undefined, list: [undefined, null] })
  expect(decodeRequest(JSON.parse(encodeRequest([{ ...emptyRecord, body: body! }])))[0]?.body).toEqual(body)
})

test('byte arrays are copied, wherever they are', () => {
  const bytes = Buffer.from([1])
  const value = readValue({ a: [bytes], b: bytes })
  bytes[0] = 2
  expect(value).toEqual({ a: [new Uint8Array([1])], b: new Uint8Array([1]) })
})

test('what cannot be read is undefined', () => {
  expect(readValue({ get a() { throw new Error('x') } })).toBeUndefined()
})

test('for OpenTelemetry JS an int is a number as long as that is exact, and a map an ordinary object', () => {
  const value = toOtelValue(valueMap([['a', 5n], ['b', 2n ** 53n], ['__proto__', [1.5, null, true]]]))
  expect(value).toEqual(JSON.parse('{"a":5,"b":"9007199254740992","__proto__":[1.5,null,true]}'))
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
})

test('the size of a value is that of its JSON text', () => {
  fc.assert(fc.property(anyValue, (value) => { expect(jsonSize(value)).toBe(Buffer.byteLength(JSON.stringify(toPlain(value)))) }))
})

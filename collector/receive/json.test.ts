import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRequest } from '@blotter/processors'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { BlotterError } from '../errors.ts'
import { decodeJsonRequest, maxJsonDepth, maxJsonMembers, parseJson } from './json.ts'

const parse = (text: string): unknown => parseJson(Buffer.from(text))
const decode = (request: unknown, strict = false): unknown => decodeJsonRequest(Buffer.from(JSON.stringify(request)), strict)
const malformed = (violation: object = {}): unknown => expect.objectContaining({ code: 'MALFORMED_BODY', violations: [expect.objectContaining(violation) as unknown] }) as unknown
const inOneRecord = (record: object): object => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })

test('any records come back from their JSON', () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
    expect(decodeJsonRequest(Buffer.from(encodeRequest(records)), false)).toEqual(records)
  }))
})

describe('depth', () => {
  const deep = (levels: number, open = '[', close = ']'): string => `${open.repeat(levels)}${close.repeat(levels)}`
  test('up to the limit is taken, one level more is not', () => {
    expect(() => parse(deep(maxJsonDepth))).not.toThrow()
    expect(() => parse(deep(maxJsonDepth + 1))).toThrow(malformed({ field: 'body', description: `at most ${maxJsonDepth} levels of brackets` }))
    expect(() => parse(`${'{"a":'.repeat(maxJsonDepth)}1${'}'.repeat(maxJsonDepth)}`)).not.toThrow()
    expect(() => parse(`${'{"a":'.repeat(maxJsonDepth + 1)}1${'}'.repeat(maxJsonDepth + 1)}`)).toThrow(malformed())
  })
  test('of a million levels is refused without recursing into them', () => {
    expect(() => parse('['.repeat(1_000_000))).toThrow(malformed())
    expect(() => parse('{"a":'.repeat(1_000_000))).toThrow(malformed())
  })
  test('counts levels, not brackets', () => {
    expect(parse(`[${'[],'.repeat(1000)}[]]`)).toHaveLength(1001)
  })
  test('does not count brackets inside strings', () => {
    expect(parse(JSON.stringify({ a: '['.repeat(1000), ['{'.repeat(1000)]: 1 }))).toBeDefined()
  })
  test('is not fooled by quotes and backslashes in strings', () => {
    const tricky = ['"', '\\', '\\"', '\\\\"[[[', '"]}', '\\'.repeat(7), `${'\\'.repeat(8)}"${'['.repeat(100)}`]
    expect(parse(JSON.stringify(tricky))).toEqual(tricky)
    expect(() => parse(`["\\\\",${deep(maxJsonDepth)}]`)).toThrow(malformed({ description: `at most ${maxJsonDepth} levels of brackets` }))
    expect(() => parse(`["\\"",${deep(maxJsonDepth)}]`)).toThrow(malformed({ description: `at most ${maxJsonDepth} levels of brackets` }))
  })
  test('is counted rightly for any text', () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({ value: fc.oneof({ maxDepth: 6 }, fc.string(), fc.constantFrom('"', '\\', '\\"', '[{', '}]'), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('"', '\\', '[', 'k'), tie('value'), { maxKeys: 3 })) }))
    fc.assert(fc.property(value, fc.integer({ min: 0, max: maxJsonDepth + 10 }), (inner, wraps) => {
      const levelsOf = (thing: unknown): number => (typeof thing === 'object' && thing !== null ? 1 + Math.max(0, ...Object.values(thing).map(levelsOf)) : 0)
      const text = `${'['.repeat(wraps)}${JSON.stringify(inner)}${']'.repeat(wraps)}`
      if (levelsOf(inner) + wraps <= maxJsonDepth) expect(() => parse(text)).not.toThrow()
      else expect(() => parse(text)).toThrow(malformed())
    }))
  })
})

test.each([
  ['text', 'hello'], ['half an object', '{"resourceLogs": ['], ['two values', '{} {}'], ['a trailing comma', '[1,]'], ['a comment', '{} // x'], ['an open string', '{"a": "b'],
  ['an open string that ends in a backslash', '{"a": "b\\'], ['only closing brackets', ']]]]}}}}'], ['a bare NaN', '[NaN]'], ['nothing but a space', ' '], ['a lone quote', '"'],
])('%s is refused without being quoted', (_, text) => {
  expect(() => parse(text)).toThrow(malformed({ field: 'body', description: 'valid JSON in UTF-8' }))
})

test.each([[[0xff]], [[0xc3, 0x28]], [[0xed, 0xa0, 0x80]], [[0xf0, 0x9f, 0x98]], [[0xc0, 0x80]]])('bytes %j inside a string are not UTF-8', (bytes) => {
  expect(() => parseJson(Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bytes), Buffer.from('"}')]))).toThrow(malformed({ description: 'valid JSON in UTF-8' }))
})

test('whatever arrives, it is decoded or refused with a code of its own', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((text) => Buffer.from(text)), fc.jsonValue().map((value) => Buffer.from(JSON.stringify({ resourceLogs: value })))), fc.boolean(), (bytes, strict) => {
    try {
      decodeJsonRequest(Buffer.from(bytes), strict)
    } catch (error) {
      expect(error).toBeInstanceOf(BlotterError)
      expect(['MALFORMED_BODY', 'NO_RECORDS']).toContain((error as BlotterError).code)
    }
  }), { numRuns: 500 })
})

test('what is wrong is told by its place, never by what stands there', () => {
  const secret = 'sk_live_secret'
  const wrong: [object, string][] = [
    [inOneRecord({ timeUnixNano: secret }), 'resourceLogs[0].scopeLogs[0].logRecords[0].timeUnixNano'],
    [inOneRecord({ attributes: [{ key: 'a', value: { intValue: secret } }] }), 'resourceLogs[0].scopeLogs[0].logRecords[0].attributes[0].value'],
    [inOneRecord({ traceId: secret }), 'resourceLogs[0].scopeLogs[0].logRecords[0].traceId'],
    [{ resourceLogs: secret }, 'resourceLogs'],
    [[secret], 'request'],
  ]
  for (const [request, field] of wrong) {
    try {
      decode(request)
      expect.unreachable(field)
    } catch (error) {
      expect(error).toEqual(malformed({ field }))
      expect(JSON.stringify((error as BlotterError).violations)).not.toContain(secret)
      expect((error as BlotterError).message).not.toContain(secret)
    }
  }
})

test('__proto__ is a key like any other, and changes no object', () => {
  const text = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"__proto__","value":{"stringValue":"x"}},{"key":"constructor","value":{"stringValue":"y"}}],"body":{"kvlistValue":{"values":[{"key":"__proto__","value":{"boolValue":true}}]}},"__proto__":{"eventName":"stolen"}}]}],"__proto__":{"resource":{}}}],"__proto__":{"polluted":true}}'
  const [record] = decodeJsonRequest(Buffer.from(text), true)
  expect(Object.entries(record!.attributes)).toEqual([['__proto__', 'x'], ['constructor', 'y']])
  expect(Object.entries(record!.body as object)).toEqual([['__proto__', true]])
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  expect(record!.eventName).toBe('')
})

describe('a body without records', () => {
  test('is no mistake when it is empty', () => {
    for (const strict of [true, false]) {
      expect(decodeJsonRequest(Buffer.alloc(0), strict)).toEqual([])
      expect(decode({}, strict)).toEqual([])
      expect(decode({ resourceLogs: [] }, strict)).toEqual([])
    }
  })
  test('is one when it holds something under other names, and the path is strict', () => {
    expect(() => decode({ resource_logs: [{}] }, true)).toThrow(expect.objectContaining({ code: 'NO_RECORDS' }))
    expect(decode({ resource_logs: [{}] }, false)).toEqual([])
  })
})

test('a request of very many empty records is refused before it is worked on', () => {
  const many = (count: number): Buffer => Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${'{},'.repeat(count)}{}]}]}]}`)
  expect(decodeJsonRequest(many(9_999), true)).toHaveLength(10_000)
  expect(() => decodeJsonRequest(many(10_000), true)).toThrow('larger than the limit')
  expect(() => decodeJsonRequest(many(1_000_000), true)).toThrow('larger than the limit')
})

test('an object has as many members as any message could have, and no more, however many objects there are', () => {
  const object = (members: number): string => `{${Array.from({ length: members }, (_, i) => `"k${i}:":"a:{"`).join(',')}}`
  expect(Object.keys(parse(object(maxJsonMembers)) as object)).toHaveLength(maxJsonMembers)
  expect(() => parse(object(maxJsonMembers + 1))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }) as Error)
  expect(parse(`[${Array.from({ length: 5 }, () => object(400)).join(',')}]`)).toHaveLength(5)
  expect(() => parse(`{"a":${object(600)},"b":[${object(1001)}]}`)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }) as Error)
  for (const text of ['}:', '}}{"a":1', ']]:::']) expect(() => parse(text)).toThrow(BlotterError)
})

test('a key that is there twice is refused where it must prove something, and otherwise said to have been dropped', () => {
  const attributes = [{ key: 'a', value: { stringValue: 'one' } }, { key: 'a', value: { stringValue: 'two' } }]
  const twice = inOneRecord({ attributes })
  expect(() => decode(twice, true)).toThrow(malformed({ field: 'resourceLogs[0].scopeLogs[0].logRecords[0].attributes[1].key', description: 'each key once' }) as Error)
  expect(decode(twice)).toMatchObject([{ attributes: { a: 'two' }, droppedAttributesCount: 1 }])
  for (const nested of [{ body: { kvlistValue: { values: attributes } } }, { attributes: [{ key: 'b', value: { kvlistValue: { values: attributes } } }] }]) expect(() => decode(inOneRecord(nested), true)).toThrow(malformed({ description: 'each key once' }) as Error)
  expect(() => decode({ resourceLogs: [{ resource: { attributes }, scopeLogs: [] }] }, true)).toThrow(malformed({ field: 'resourceLogs[0].resource.attributes[1].key' }) as Error)
})

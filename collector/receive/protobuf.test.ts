import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Writer } from 'protobufjs/minimal.js'
import { encodeRequest, excess, recordLimits, valueMap } from '@blotter/processors'
import { anyRecord, sampleRecord } from '../../test/support/arbitrary.ts'
import { encodeProtobuf } from '../../test/support/otlp-protobuf.ts'
import { BlotterError } from '../errors.ts'
import { decodeJsonRequest } from './json.ts'
import { decodeProtobufRequest } from './protobuf.ts'
import type { AuditRecord, Value } from '@blotter/processors'

const malformed = expect.objectContaining({ code: 'MALFORMED_BODY', violations: [{ field: 'body', description: 'an ExportLogsServiceRequest in protobuf' }] }) as unknown

/** The code that a body is refused with, or how many records it holds. */
function outcome(body: Uint8Array): string | number {
  try {
    return decodeProtobufRequest(Buffer.from(body)).length
  } catch (error) {
    if (!(error instanceof BlotterError)) throw error
    return error.code
  }
}

test('any records come back from protobuf as they come back from JSON', () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
    const decoded = decodeProtobufRequest(encodeProtobuf(records))
    expect(decoded).toEqual(records)
    expect(decoded).toEqual(decodeJsonRequest(Buffer.from(encodeRequest(records)), false))
  }), { numRuns: 300 })
})

test('every 64-bit integer keeps all of its bits', () => {
  fc.assert(fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value, timeUnixNano) => {
    const record = sampleRecord({ body: value, timeUnixNano })
    expect(decodeProtobufRequest(encodeProtobuf([record]))).toEqual([record])
  }))
})

test('an empty body holds no records', () => { expect(decodeProtobufRequest(Buffer.alloc(0))).toEqual([]) })

describe('a body that is cut short', () => {
  test('is refused, or is what a whole request with fewer records would be', () => {
    fc.assert(fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 3 }), fc.nat(), (records, place) => {
      const whole = encodeProtobuf(records)
      const length = place % whole.length
      const boundary = records.findIndex((_, count) => encodeProtobuf(records.slice(0, count)).length === length)
      expect(outcome(whole.subarray(0, length))).toBe(boundary === -1 ? 'MALFORMED_BODY' : boundary)
    }), { numRuns: 300 })
  })
  test('is refused wherever a single record is cut', () => {
    const whole = encodeProtobuf([sampleRecord({ body: valueMap([['list', [1n, 'two', 3.5, new Uint8Array(4)]]]), traceId: 'a'.repeat(32) })])
    for (let length = 1; length < whole.length; length += 1) expect(outcome(whole.subarray(0, length)), `${length} bytes`).toBe('MALFORMED_BODY')
  })
})

test('random bytes are refused with the code for that, or happen to be a request; nothing else comes out', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    const found = outcome(bytes)
    expect(typeof found === 'number' || found === 'MALFORMED_BODY' || found === 'OVER_LIMIT').toBe(true)
  }), { numRuns: 2000 })
})

test('a request with any changed byte is decoded or refused; nothing else comes out', () => {
  fc.assert(fc.property(anyRecord, fc.nat(), fc.nat({ max: 255 }), (record, place, byte) => {
    const bytes = encodeProtobuf([record])
    bytes[place % bytes.length] = byte
    const found = outcome(bytes)
    expect(typeof found === 'number' || found === 'MALFORMED_BODY' || found === 'OVER_LIMIT').toBe(true)
  }), { numRuns: 1000 })
})

describe('depth', () => {
  const nested = (levels: number): Value => (levels === 0 ? 'end' : [nested(levels - 1)])
  const mapped = (levels: number): Value => (levels === 0 ? 'end' : valueMap([['k', mapped(levels - 1)]]))
  const decode = (body: Value): AuditRecord[] => decodeProtobufRequest(encodeProtobuf([sampleRecord({ body })]))

  test.each([['lists', nested], ['maps', mapped]])('of %s up to the limit is taken, and a little more is left to the check on records', (_, make) => {
    expect(excess(decode(make(recordLimits.depth))[0]!)).toEqual([])
    expect(excess(decode(make(recordLimits.depth + 2))[0]!)).toMatchObject([{ code: 'too_deep' }])
  })
  test.each([['lists', nested], ['maps', mapped]])('of many %s is refused by its limit', (_, make) => {
    for (const levels of [recordLimits.depth + 3, 100, 1000]) {
      expect(() => decode(make(levels))).toThrow(expect.objectContaining({ code: 'OVER_LIMIT', violations: [{ field: 'record', description: `at most ${recordLimits.depth} levels of arrays and maps` }] }))
    }
  })
  test('is refused in attributes and resources too', () => {
    expect(() => decodeProtobufRequest(encodeProtobuf([sampleRecord({}, { deep: nested(50) })]))).toThrow(expect.objectContaining({ code: 'OVER_LIMIT' }))
    expect(() => decodeProtobufRequest(encodeProtobuf([sampleRecord({ resource: valueMap([['deep', nested(50)]]) })]))).toThrow(expect.objectContaining({ code: 'OVER_LIMIT' }))
  })
  test('of unknown groups does not bring the decoder down', () => {
    const groups = Buffer.alloc(1_000_000, (100 << 3 | 3) & 0x7f) // start-group tags and nothing else
    expect(outcome(groups)).toBe('MALFORMED_BODY')
  })
})

/** A request with one record whose bytes are given. */
function requestWith(record: Uint8Array): Buffer {
  const wrap = (field: number, inner: Uint8Array): Uint8Array => Writer.create().uint32((field << 3) | 2).bytes(inner).finish()
  return Buffer.from(wrap(1, wrap(2, wrap(2, record))))
}

describe('as the format demands', () => {
  test('fields that nobody knows yet are skipped', () => {
    const unknown = Writer.create().uint32(1000 << 3).uint32(7).uint32((1001 << 3) | 1).fixed64(8).uint32((1002 << 3) | 2).string('x').uint32((1003 << 3) | 5).fixed32(9)
    expect(decodeProtobufRequest(requestWith(unknown.uint32((12 << 3) | 2).string('known').finish()))).toMatchObject([{ eventName: 'known' }])
  })
  test('fields may come in any order, the resource after its records', () => {
    const [whole] = [encodeProtobuf([sampleRecord({ resource: valueMap([['service.name', 'shop']]), scopeName: 'scope' })])]
    // ResourceLogs is a list of two fields; the same bytes with the fields exchanged are the same message.
    const inner = whole.subarray(3)
    const resourceLength = 2 + inner[1]!
    const exchanged = Buffer.concat([whole.subarray(0, 3), inner.subarray(resourceLength), inner.subarray(0, resourceLength)])
    expect(decodeProtobufRequest(exchanged)).toEqual(decodeProtobufRequest(whole))
  })
  test('of a field that comes twice the last one counts', () => {
    const twice = Writer.create().uint32((12 << 3) | 2).string('first').uint32((12 << 3) | 2).string('last').finish()
    expect(decodeProtobufRequest(requestWith(twice))).toMatchObject([{ eventName: 'last' }])
  })
  test('records share the resource they came with', () => {
    const resource = valueMap([['service.name', 'shop']])
    const [a, b] = decodeProtobufRequest(encodeProtobuf([sampleRecord({ resource }), sampleRecord({ resource })]))
    expect(a!.resource).toEqual(b!.resource)
  })
})

describe('refused is', () => {
  test.each([
    ['text that is not UTF-8', Writer.create().uint32((12 << 3) | 2).bytes(Buffer.from([0xff, 0xfe])).finish()],
    ['a trace id of the wrong length', Writer.create().uint32((9 << 3) | 2).bytes(Buffer.alloc(15, 1)).finish()],
    ['a span id of the wrong length', Writer.create().uint32((10 << 3) | 2).bytes(Buffer.alloc(9, 1)).finish()],
    ['field number 0', Writer.create().uint32(0).uint32(1).finish()],
    ['a wire type that does not exist', Buffer.from([(12 << 3) | 7])],
    ['a length beyond the end', Buffer.from([(12 << 3) | 2, 100, 65])],
    ['a length of four gigabytes', Buffer.from([(12 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['an end of a group that never began', Buffer.from([(12 << 3) | 4])],
    ['a number that never ends', Buffer.alloc(20, 0xff)],
  ])('%s', (_, record) => { expect(() => decodeProtobufRequest(requestWith(record))).toThrow(malformed) })

  test('a message that runs over the end of the one it is in', () => {
    const request = requestWith(Writer.create().uint32((12 << 3) | 2).string('name').finish())
    const longer = Buffer.concat([request, Buffer.alloc(50)])
    longer[3]! += 20 // the ScopeLogs claims bytes that lie behind its ResourceLogs
    expect(() => decodeProtobufRequest(longer)).toThrow(malformed)
  })
  test('a text that swallows what comes after the message it is in, although it is there', () => {
    const record = Writer.create().uint32((12 << 3) | 2).string('name').finish()
    const whole = Buffer.concat([requestWith(record), Buffer.from([15 << 3, 0x79])]) // and a field that nobody knows, `xy`
    expect(decodeProtobufRequest(whole)).toMatchObject([{ eventName: 'name' }])
    whole[whole.indexOf('name') - 1]! += 2
    expect(() => decodeProtobufRequest(whole)).toThrow(malformed)
  })
  test('JSON', () => { expect(() => decodeProtobufRequest(Buffer.from('{"resourceLogs":[]}'))).toThrow(malformed) })
})

test('a trace id of zeros means none', () => {
  expect(decodeProtobufRequest(requestWith(Writer.create().uint32((9 << 3) | 2).bytes(Buffer.alloc(16)).finish()))).toMatchObject([{ traceId: '' }])
})

test('__proto__ is a key like any other', () => {
  const record = sampleRecord({ body: valueMap([['__proto__', 'x']]) }, { ['__proto__']: 'y', constructor: 'z' })
  expect(decodeProtobufRequest(encodeProtobuf([record]))).toEqual([record])
  expect(({} as { x?: string }).x).toBeUndefined()
})

test('a key that is there twice is refused where it must prove something, and otherwise said to have been dropped', () => {
  const attribute = (value: string): Writer => Writer.create().uint32(10).string('a').uint32(18).fork().uint32(10).string(value).ldelim()
  const log = Writer.create().uint32(50).bytes(attribute('one').finish()).uint32(50).bytes(attribute('two').finish()).finish()
  const request = Writer.create().uint32(10).fork().uint32(18).fork().uint32(18).bytes(log).ldelim().ldelim().finish()
  expect(() => decodeProtobufRequest(Buffer.from(request), true)).toThrow(expect.objectContaining({ code: 'MALFORMED_BODY', violations: [{ field: 'attributes', description: 'each key once' }] }) as Error)
  expect(decodeProtobufRequest(Buffer.from(request))).toMatchObject([{ attributes: { a: 'two' }, droppedAttributesCount: 1 }])
})

import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyRecord } from '../test/support/arbitrary.ts'
import { canonicalRecord, parseRecord } from './canonical.ts'
import { decodeRequest, encodeRequest } from './otlp.ts'

test('the canonical text of any record is what an RFC 8785 library makes of it', () => {
  fc.assert(fc.property(anyRecord, (record) => {
    const text = canonicalRecord(record)
    expect(canonicalize(JSON.parse(text))).toBe(text)
  }))
})

test('a record survives its canonical text with every type', () => {
  fc.assert(fc.property(anyRecord, (record) => { expect(parseRecord(canonicalRecord(record))).toEqual(record) }))
})

test('a record survives OTLP/JSON with every type', () => {
  fc.assert(fc.property(anyRecord, (record) => { expect(decodeRequest(JSON.parse(encodeRequest([record])))).toEqual([record]) }))
})

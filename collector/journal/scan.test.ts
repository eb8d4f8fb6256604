import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalRecord, fields, withValues } from '@blotter/processors'
import { anyRecord } from '../../test/support/arbitrary.ts'
import { anyFrame } from '../../test/support/entries.ts'
import { encodeFrame } from './frame.ts'
import { identityOf } from './identity.ts'
import { frameBytes, scanFrame } from './scan.ts'

test('a frame that is scanned says the same as one that is decoded', () => {
  fc.assert(fc.property(anyFrame, (frame) => {
    const bytes = encodeFrame(frame)
    expect(frameBytes(bytes)).toBe(bytes.length)
    const scanned = scanFrame(bytes)!
    expect(scanned).toMatchObject({ firstIndex: frame.firstIndex, endIndex: frame.firstIndex + frame.entries.length, storedAtNano: frame.storedAtNano })
    expect(scanned.entries().map(({ isRecord, receivedDigest, leafHash, text }) => [isRecord, [...receivedDigest], [...leafHash], text.toString()]))
      .toEqual(frame.entries.map(({ kind, receivedDigest, leafHash, text }) => [kind === 'record', [...receivedDigest], [...leafHash], text]))
  }))
})

test('a frame with one changed byte is none, wherever the byte is', () => {
  fc.assert(fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, place, change) => {
    const bytes = encodeFrame(frame)
    bytes[place % bytes.length]! ^= change
    expect(scanFrame(bytes)).toBeUndefined()
  }))
})

const hostileText = fc.oneof(fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()), fc.constantFrom('\\', '"', '\\"', '","audit.record.id":{"stringValue":"x"}', '{"', ']}'))

test('whose record it is stands in its bytes, whatever else the record says', () => {
  fc.assert(fc.property(anyRecord, hostileText, hostileText, hostileText, (record, workspace, environment, recordId) => {
    const names = { [fields.workspace.key]: workspace, [fields.environment.key]: environment, [fields.recordId.key]: recordId }
    const owned = { ...record, attributes: withValues(record.attributes, { a: { [fields.recordId.key]: 'planted' }, ...names }) }
    expect(identityOf(Buffer.from(canonicalRecord(owned)))).toEqual({ workspace, environment, recordId })
  }))
})

test.each(['', '{}', '{"attributes":{}}', '{"attributes":{"audit.record.id":{"intValue":"1"}}}', '{"attributes":{"audit.record.id":{"stringValue":"', 'not JSON'])('%j belongs to nobody', (text) => {
  expect(identityOf(Buffer.from(text))).toBeUndefined()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { entryOf, findFrame, frameBytes, readFrame, seedOf, writeFrame } from './frame.ts'
import { decodeHeader, encodeHeader, headerBytes } from './header.ts'
import { sortNames } from './names.ts'

const seed = seedOf('0123456789abcdef', 1)

test('any text comes back as it was written, and takes the bytes that were foretold', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', maxLength: 100 }), fc.nat(2 ** 40), fc.nat(2 ** 30), (text, recordId, sequence, offset) => {
    const bytes = Buffer.alloc(frameBytes({ recordId, text }))
    expect(writeFrame(bytes, 0, { recordId, text }, sequence, 1_764_000_000_000, { seed, offset })).toBe(bytes.length)
    const frame = readFrame(bytes, 0, { seed, offset })
    expect(frame).toMatchObject({ kind: 'frame', sequence, atMs: 1_764_000_000_000, end: bytes.length })
    if (frame.kind === 'frame') expect(entryOf(bytes, 0, frame)).toEqual({ recordId, text })
    expect(readFrame(bytes, 0, { seed, offset: offset + 1 }).kind).toBe('bad')
    expect(readFrame(bytes, 0, { seed: seedOf('0123456789abcdef', 2), offset }).kind).toBe('bad')
  }))
})

test('a frame that is not all there says how many bytes it takes', () => {
  const entry = { recordId: 'a', text: 'x'.repeat(100) }
  const bytes = Buffer.alloc(frameBytes(entry))
  writeFrame(bytes, 0, entry, 0, 0, { seed, offset: 0 })
  expect(readFrame(bytes.subarray(0, 31), 0, { seed, offset: 0 })).toEqual({ kind: 'short', bytes: 32 })
  for (let length = 32; length < bytes.length; length += 1) expect(readFrame(bytes.subarray(0, length), 0, { seed, offset: 0 })).toEqual({ kind: 'short', bytes: bytes.length })
})

test('the next frame is found behind anything, also behind what looks like the start of one', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(Buffer.from('BLSF'), Buffer.from('BLS'), Buffer.from([0, 1, 2])), { maxLength: 10 }), (parts) => {
    const noise = Buffer.concat(parts)
    const entry = { recordId: 'a', text: 'BLSF' }
    const bytes = Buffer.concat([noise, Buffer.alloc(frameBytes(entry))])
    writeFrame(bytes, noise.length, entry, 7, 0, { seed, offset: 1_000 + noise.length })
    expect(findFrame(bytes, 0, { seed, offset: 1_000 })).toBe(noise.length)
    expect(findFrame(bytes, noise.length + 1, { seed, offset: 1_000 })).toBe(bytes.length)
  }))
})

test('a header comes back, and one of another segment is none', () => {
  const header = { resource: '{"a":"ü"}', firstSequence: 5, previousEnd: 3, createdMs: 1 }
  const bytes = encodeHeader(header, seed)
  expect(headerBytes(bytes, seed)).toBe(bytes.length)
  expect(headerBytes(bytes, seed + 1)).toBeUndefined()
  expect(decodeHeader(bytes, seed)).toEqual(header)
  expect(decodeHeader(bytes, seed + 1)).toBeUndefined()
  expect(decodeHeader(bytes.subarray(0, -1), seed)).toBeUndefined()
})

test('segments are in order of their numbers, and other names are not ours', () => {
  const stream = '0123456789abcdef'
  const { segments } = sortNames([`${stream}-00000010.spool`, `${stream}-00000009.spool`, `${stream}-1.spool`, 'x.spool', `${stream}-00000011.spool.bak`])
  expect([...segments]).toEqual([[stream, [9, 10]]])
})

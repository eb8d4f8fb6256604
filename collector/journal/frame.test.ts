import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import xxhash from 'xxhash-wasm'
import { anyFrame, entry } from '../../test/support/entries.ts'
import { decodeFrame, encodeFrame, headerBytes, maxFrameBytes, packEntries, packedCount, packedDigests, readHeader, sealFrame, selectPacked } from './frame.ts'
import type { Frame } from './frame.ts'

/** What a reader makes of these bytes: the frame, or undefined when it refuses them. */
function read(bytes: Buffer): Frame | undefined {
  const header = readHeader(bytes)
  if (header === undefined || headerBytes + header.payloadBytes !== bytes.length) return undefined
  return decodeFrame(bytes.subarray(headerBytes), header.checksum)
}

const bytesAsArrays = ({ firstIndex, storedAtNano, entries }: Frame) => ({
  firstIndex, storedAtNano,
  entries: entries.map(({ kind, receivedDigest, salt, leafHash, scope, text }) => ({ kind, receivedDigest: [...receivedDigest], salt: [...salt], leafHash: [...leafHash], scope, text })),
})

test('a frame comes back as it was written', () => {
  fc.assert(fc.property(anyFrame, (frame) => { expect(bytesAsArrays(read(encodeFrame(frame))!)).toEqual(bytesAsArrays(frame)) }))
})

test('a frame with one changed byte is refused, wherever the byte is', () => {
  fc.assert(fc.property(anyFrame, fc.nat(), fc.integer({ min: 1, max: 255 }), (frame, place, change) => {
    const bytes = encodeFrame(frame)
    bytes[place % bytes.length]! ^= change
    expect(read(bytes)).toBeUndefined()
  }))
})

test('every single byte of a frame counts', () => {
  const bytes = encodeFrame({ firstIndex: 7, storedAtNano: 8n, entries: [entry('one'), entry('two')] })
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at]! ^= 0x10
    expect(read(bytes), `byte ${at}`).toBeUndefined()
    bytes[at]! ^= 0x10
  }
  expect(read(bytes)).toBeDefined()
})

test('a frame that claims another place in the log is refused', () => {
  fc.assert(fc.property(anyFrame, fc.nat({ max: Number.MAX_SAFE_INTEGER }), (frame, index) => {
    fc.pre(index !== frame.firstIndex)
    const bytes = encodeFrame(frame)
    bytes.writeBigUInt64LE(BigInt(index), headerBytes)
    expect(read(bytes)).toBeUndefined()
  }))
})

test('the place is part of the checksum: the same entries elsewhere have another one', () => {
  const checksum = (firstIndex: number): bigint => {
    const bytes = encodeFrame({ firstIndex, storedAtNano: 0n, entries: [entry('same')] })
    return readHeader(bytes)!.checksum
  }
  expect(checksum(1)).not.toBe(checksum(2))
})

test('a frame that is cut short is refused, wherever it is cut', () => {
  const bytes = encodeFrame({ firstIndex: 0, storedAtNano: 0n, entries: [entry('whole')] })
  for (let length = 0; length < bytes.length; length += 1) expect(read(bytes.subarray(0, length))).toBeUndefined()
})

describe('a header', () => {
  const header = (change: (bytes: Buffer) => void): Buffer => {
    const bytes = encodeFrame({ firstIndex: 0, storedAtNano: 0n, entries: [entry('x')] })
    change(bytes)
    return bytes
  }
  test('that announces more than any frame may have is no header, so that nothing is allocated for it', () => {
    expect(readHeader(header((bytes) => bytes.writeUInt32LE(maxFrameBytes + 1, 4)))).toBeUndefined()
    expect(readHeader(header((bytes) => bytes.writeUInt32LE(0xffffffff, 4)))).toBeUndefined()
  })
  test('that announces less than the smallest frame is no header', () => {
    expect(readHeader(header((bytes) => bytes.writeUInt32LE(19, 4)))).toBeUndefined()
  })
  test('is not made of zeros, which is what a file system may leave', () => {
    expect(readHeader(Buffer.alloc(64))).toBeUndefined()
  })
})

describe('our own mistakes', () => {
  const frame = (changes: object): Frame => ({ firstIndex: 0, storedAtNano: 0n, entries: [{ ...entry('x'), ...changes }] })
  test.each([
    ['a digest', { receivedDigest: new Uint8Array(15) }, 'BUG: journal entry field of 15 bytes; want 16'],
    ['a salt', { salt: new Uint8Array(33) }, 'BUG: journal entry field of 33 bytes; want 32'],
    ['a leaf hash', { leafHash: new Uint8Array() }, 'BUG: journal entry field of 0 bytes; want 32'],
  ])('%s of the wrong size is not written', (_, changes, message) => {
    expect(() => encodeFrame(frame(changes))).toThrow(message)
  })

  /** A payload that nobody but us can have written, since its checksum holds. */
  const decodeAnyway = async (change: (payload: Buffer) => Buffer): Promise<unknown> => {
    const payload = change(encodeFrame(frame({})).subarray(headerBytes))
    return decodeFrame(payload, (await xxhash()).h64Raw(payload, 0n))
  }
  test('bytes behind the last entry are noticed', async () => {
    await expect(decodeAnyway((payload) => Buffer.concat([payload, Buffer.alloc(3)]))).rejects.toThrow('BUG: journal frame of')
  })
  test('an entry of a kind that does not exist is noticed', async () => {
    await expect(decodeAnyway((payload) => { payload[20] = 9; return payload })).rejects.toThrow('BUG: journal entry of an unknown kind')
  })
})

test('what no reader would take back is not written in the first place', () => {
  const large = entry('x'.repeat(1024 * 1024))
  const limit = Math.floor(maxFrameBytes / (1024 * 1024))
  expect(() => encodeFrame({ firstIndex: 0, storedAtNano: 0n, entries: Array.from({ length: limit + 1 }, () => large) })).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
})

test('packed entries make the frame that the entries would, whole or in part', () => {
  fc.assert(fc.property(anyFrame, fc.nat(), ({ firstIndex, storedAtNano, entries }, seed) => {
    const chosen = entries.map((_, i) => i).filter((i) => (seed >> (i % 30)) % 2 === 0)
    const part = selectPacked(packEntries(entries), chosen)
    expect(sealFrame(part, firstIndex, storedAtNano)).toEqual(encodeFrame({ firstIndex, storedAtNano, entries: chosen.map((i) => entries[i]!) }))
    const packed = packEntries(entries)
    expect(packedCount(packed)).toBe(entries.length)
    entries.forEach(({ receivedDigest, leafHash }, i) => { expect(packedDigests(packed, i)).toEqual({ receivedDigest: Buffer.from(receivedDigest), leafHash: Buffer.from(leafHash) }) })
  }))
})

// The frame: one entry, length- and checksum-framed, so that damage costs one record and not its neighbours.
//
//   "BLSF" | u32 bytes of payload | u48 sequence | u16 bytes of id | u48 appended at (ms) | u16 0 | u32 crc32(payload)
//   | u32 crc32(the 28 bytes before, seeded with the segment and the offset in it) | payload: id, text
//
// All integers little-endian. The seed ties a frame to its place: old bytes that show up elsewhere do not verify. The
// head has a checksum of its own, so that a torn frame, whose head is whole, is told from a damaged one.

import { crc32 } from 'node:zlib'
import type { SpoolEntry } from './spool.ts'

export const frameHeadBytes = 32
const magic = Buffer.from('BLSF')
const magicNumber = magic.readUInt32LE(0)

/** Larger than any entry with its id: a length beyond it is damage. */
const maxPayloadBytes = 32 * 1024 * 1024

export interface Place {
  /** Of the segment; see {@link seedOf}. */
  readonly seed: number
  /** Offset in the segment. */
  readonly offset: number
}

/** What is different in each segment. */
export function seedOf(stream: string, number: number): number {
  return crc32(`${stream}-${number}`)
}

export function frameBytes({ recordId, text }: SpoolEntry): number {
  return frameHeadBytes + Buffer.byteLength(recordId) + Buffer.byteLength(text)
}

/** Writes a frame into `into` and returns where it ends. There must be room for it. */
export function writeFrame(into: Buffer, at: number, entry: SpoolEntry, sequence: number, atMs: number, place: Place): number {
  const idBytes = into.write(entry.recordId, at + frameHeadBytes)
  const end = at + frameHeadBytes + idBytes + into.write(entry.text, at + frameHeadBytes + idBytes)
  into.writeUInt32LE(magicNumber, at)
  into.writeUInt32LE(end - at - frameHeadBytes, at + 4)
  into.writeUIntLE(sequence, at + 8, 6)
  into.writeUInt16LE(idBytes, at + 14)
  into.writeUIntLE(atMs, at + 16, 6)
  into.writeUInt16LE(0, at + 22)
  into.writeUInt32LE(crc32(into.subarray(at + frameHeadBytes, end)), at + 24)
  into.writeUInt32LE(headChecksum(into, at, place), at + 28)
  return end
}

export type FrameRead =
  | { readonly kind: 'frame'; readonly sequence: number; readonly atMs: number; readonly textAt: number; readonly end: number }
  /** Whole as far as it goes; it takes `bytes` from here. */
  | { readonly kind: 'short'; readonly bytes: number }
  | { readonly kind: 'bad' }

const bad: FrameRead = { kind: 'bad' }

/** The frame at `at`; `end` and `textAt` count in `bytes`. */
export function readFrame(bytes: Buffer, at: number, place: Place): FrameRead {
  if (bytes.length - at < frameHeadBytes) return { kind: 'short', bytes: frameHeadBytes }
  if (bytes.readUInt32LE(at) !== magicNumber || bytes.readUInt32LE(at + 28) !== headChecksum(bytes, at, place)) return bad
  const payloadBytes = bytes.readUInt32LE(at + 4)
  const idBytes = bytes.readUInt16LE(at + 14)
  if (payloadBytes > maxPayloadBytes || idBytes > payloadBytes) return bad
  const end = at + frameHeadBytes + payloadBytes
  if (end > bytes.length) return { kind: 'short', bytes: end - at }
  if (crc32(bytes.subarray(at + frameHeadBytes, end)) !== bytes.readUInt32LE(at + 24)) return bad
  return { kind: 'frame', sequence: bytes.readUIntLE(at + 8, 6), atMs: bytes.readUIntLE(at + 16, 6), textAt: at + frameHeadBytes + idBytes, end }
}

export function entryOf(bytes: Buffer, at: number, { textAt, end }: { readonly textAt: number; readonly end: number }): SpoolEntry {
  return { recordId: bytes.toString('utf8', at + frameHeadBytes, textAt), text: bytes.toString('utf8', textAt, end) }
}

/** Where the next whole frame begins, from `from` on; the length of `bytes` when there is none. `place` is that of the first byte. */
export function findFrame(bytes: Buffer, from: number, { seed, offset }: Place): number {
  for (let at = bytes.indexOf(magic, from); at >= 0; at = bytes.indexOf(magic, at + 1)) {
    if (readFrame(bytes, at, { seed, offset: offset + at }).kind === 'frame') return at
  }
  return bytes.length
}

function headChecksum(bytes: Buffer, at: number, { seed, offset }: Place): number {
  return crc32(bytes.subarray(at, at + 28), (seed ^ offset) >>> 0)
}

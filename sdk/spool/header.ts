// What a segment begins with: who it belongs to, what all of its entries share, and where it stands in its stream.
//
//   "BLSP" | u32 bytes of JSON | u32 crc32(JSON) | u32 crc32(the 12 bytes before) | JSON
//
// Both checksums are seeded with the segment. The head has its own, so that a header that was never finished is told from
// a damaged one.

import { crc32 } from 'node:zlib'

export interface SegmentHeader {
  /** OTLP JSON. */
  readonly resource: string
  /** Sequence number of the first entry in it. */
  readonly firstSequence: number
  /**
   * Entries before this segment have sequence numbers below it. What stands in earlier segments from here on was never
   * durable by anybody's word: the write failed, and its entries were given up or written again here.
   */
  readonly previousEnd: number
  readonly createdMs: number
}

const magic = 0x50534c42 // "BLSP"
export const fixedBytes = 16
/** A resource is a few hundred bytes; beyond this a length is damage. */
const maxJsonBytes = 16 * 1024 * 1024

export function encodeHeader(header: SegmentHeader, seed: number): Buffer {
  const json = Buffer.from(JSON.stringify({ version: 1, ...header }))
  const head = Buffer.alloc(fixedBytes)
  head.writeUInt32LE(magic, 0)
  head.writeUInt32LE(json.length, 4)
  head.writeUInt32LE(crc32(json, seed), 8)
  head.writeUInt32LE(crc32(head.subarray(0, 12), seed), 12)
  return Buffer.concat([head, json])
}

/** Bytes of the header that begins with these; undefined when it is none. */
export function headerBytes(start: Buffer, seed: number): number | undefined {
  if (start.length < fixedBytes || start.readUInt32LE(0) !== magic || start.readUInt32LE(12) !== crc32(start.subarray(0, 12), seed)) return undefined
  const bytes = start.readUInt32LE(4)
  return bytes > maxJsonBytes ? undefined : fixedBytes + bytes
}

/** Undefined when it is damaged, or of a version that we do not know. */
export function decodeHeader(bytes: Buffer, seed: number): SegmentHeader | undefined {
  const size = headerBytes(bytes, seed)
  if (size === undefined || bytes.length < size) return undefined
  const json = bytes.subarray(fixedBytes, size)
  if (crc32(json, seed) !== bytes.readUInt32LE(8)) return undefined
  const { version, ...header } = JSON.parse(json.toString('utf8')) as SegmentHeader & { version: number }
  return version === 1 ? header : undefined
}

// Frames as bytes: verified, and looked into without making a string or an object of every entry. What a start needs of
// millions of entries is a few fields of the newest ones. The format is told in frame.ts, and a test holds both together.

import xxhash from 'xxhash-wasm'
import { headerBytes, readHeader } from './frame.ts'

const hasher = await xxhash()
const payloadHeaderBytes = 20

/** All buffers are views, valid until the next frame is read. */
export interface ScannedEntry {
  readonly isRecord: boolean
  readonly receivedDigest: Buffer
  readonly leafHash: Buffer
  /** The canonical record in UTF-8. */
  readonly text: Buffer
}

export interface ScannedFrame {
  readonly firstIndex: number
  /** One past its last entry. */
  readonly endIndex: number
  readonly storedAtNano: bigint
  readonly entries: () => ScannedEntry[]
}

/** How long the frame is whose first bytes these are, header included. Undefined: it is none. */
export function frameBytes(start: Buffer): number | undefined {
  const header = readHeader(start)
  return header === undefined ? undefined : headerBytes + header.payloadBytes
}

/** The frame that is these bytes, or undefined when its checksum does not hold. */
export function scanFrame(frame: Buffer): ScannedFrame | undefined {
  const header = readHeader(frame)
  const payload = frame.subarray(headerBytes)
  if (header === undefined || header.payloadBytes !== payload.length) return undefined
  const seed = payload.readBigUInt64LE(0)
  if (hasher.h64Raw(payload, seed) !== header.checksum) return undefined
  const firstIndex = Number(seed)
  return { firstIndex, endIndex: firstIndex + payload.readUInt32LE(16), storedAtNano: payload.readBigUInt64LE(8), entries: () => entriesIn(payload) }
}

function entriesIn(payload: Buffer): ScannedEntry[] {
  const entries: ScannedEntry[] = []
  for (let at = payloadHeaderBytes; at < payload.length;) {
    const scopeEnd = at + 83 + payload.readUInt16LE(at + 81)
    const end = scopeEnd + 4 + payload.readUInt32LE(scopeEnd)
    entries.push({ isRecord: payload[at] === 0, receivedDigest: payload.subarray(at + 1, at + 17), leafHash: payload.subarray(at + 49, at + 81), text: payload.subarray(scopeEnd + 4, end) })
    at = end
  }
  return entries
}

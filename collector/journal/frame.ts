// The frame: one request's entries, length- and xxh64-framed. A frame is whole or it is not there, which is what makes
// a request all-or-nothing over a crash.
//
//   magic "BLJ1" | u32 payload length | u64 xxh64(payload, seed = index of its first entry) | payload
//   payload: u64 first index | u64 stored at (ns) | u32 count | entries
//   entry:   u8 kind | 16 received digest | 32 salt | 32 leaf hash | u16 length, scope | u32 length, text
//
// All integers little-endian. The seed ties a frame to its place: one that was copied elsewhere does not verify.

import xxhash from 'xxhash-wasm'
import { BlotterError } from '../errors.ts'

const hasher = await xxhash()

/** `record`: `text` is the canonical record. `tombstone`: `text` is what an erasure left to say. */
export type EntryKind = 'record' | 'tombstone'

export interface JournalEntry {
  readonly kind: EntryKind
  /** Keyed digest of the record as it was received, 16 bytes: tells a retry from another record with the same id. */
  readonly receivedDigest: Uint8Array
  /** 32 random bytes that make the commitment hiding. They exist here and in the store, and are erased with the record. */
  readonly salt: Uint8Array
  /** RFC 6962 leaf hash, 32 bytes: computed before the write, compared after every read. */
  readonly leafHash: Uint8Array
  /** `<retention class> <period>`, as the sealed entry carries it. Empty on tombstones. */
  readonly scope: string
  readonly text: string
}

export interface Frame {
  readonly firstIndex: number
  readonly storedAtNano: bigint
  readonly entries: readonly JournalEntry[]
}

export const headerBytes = 16
const magic = 0x314a4c42 // "BLJ1"
const payloadHeaderBytes = 20
const entryHeaderBytes = 1 + 16 + 32 + 32 + 2 + 4

/** A frame larger than this is damage to whoever reads, so none is written: few bytes of a request can become many here. */
export const maxFrameBytes = 256 * 1024 * 1024

const kinds: readonly EntryKind[] = ['record', 'tombstone']

export function encodeFrame({ firstIndex, storedAtNano, entries }: Frame): Buffer {
  const lengths = entries.map(({ scope, text }) => ({ scope: Buffer.byteLength(scope), text: Buffer.byteLength(text) }))
  const size = lengths.reduce((sum, { scope, text }) => sum + entryHeaderBytes + scope + text, payloadHeaderBytes)
  if (size > maxFrameBytes) throw new BlotterError('TOO_LARGE')
  const frame = Buffer.allocUnsafe(headerBytes + size)
  let at = headerBytes
  at = frame.writeBigUInt64LE(BigInt(firstIndex), at)
  at = frame.writeBigUInt64LE(storedAtNano, at)
  at = frame.writeUInt32LE(entries.length, at)
  entries.forEach((entry, i) => { at = writeEntry(frame, at, entry, lengths[i]!) })
  frame.writeUInt32LE(magic, 0)
  frame.writeUInt32LE(size, 4)
  frame.writeBigUInt64LE(hasher.h64Raw(frame.subarray(headerBytes), BigInt(firstIndex)), 8)
  return frame
}

function writeEntry(frame: Buffer, start: number, entry: JournalEntry, lengths: { scope: number; text: number }): number {
  let at = frame.writeUInt8(kinds.indexOf(entry.kind), start)
  for (const [bytes, length] of [[entry.receivedDigest, 16], [entry.salt, 32], [entry.leafHash, 32]] as const) {
    if (bytes.length !== length) throw new Error(`BUG: journal entry field of ${bytes.length} bytes; want ${length}`)
    frame.set(bytes, at)
    at += length
  }
  at = frame.writeUInt16LE(lengths.scope, at)
  at += frame.write(entry.scope, at, 'utf8')
  at = frame.writeUInt32LE(lengths.text, at)
  return at + frame.write(entry.text, at, 'utf8')
}

export interface FrameHeader { readonly payloadBytes: number; readonly checksum: bigint }

/** The header at the start of `bytes`, or undefined when these are not the start of a frame. */
export function readHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < headerBytes || bytes.readUInt32LE(0) !== magic) return undefined
  const payloadBytes = bytes.readUInt32LE(4)
  return payloadBytes < payloadHeaderBytes || payloadBytes > maxFrameBytes ? undefined : { payloadBytes, checksum: bytes.readBigUInt64LE(8) }
}

/** The frame in `payload`, or undefined when its checksum does not hold. */
export function decodeFrame(payload: Buffer, checksum: bigint): Frame | undefined {
  const firstIndex = Number(payload.readBigUInt64LE(0))
  if (hasher.h64Raw(payload, BigInt(firstIndex)) !== checksum) return undefined
  const count = payload.readUInt32LE(16)
  const entries: JournalEntry[] = []
  let at = payloadHeaderBytes
  for (let i = 0; i < count; i += 1) at = readEntry(payload, at, entries)
  if (at !== payload.length) throw new Error(`BUG: journal frame of ${payload.length} bytes has ${at} bytes of entries`)
  return { firstIndex, storedAtNano: payload.readBigUInt64LE(8), entries }
}

function readEntry(payload: Buffer, start: number, into: JournalEntry[]): number {
  const kind = kinds[payload.readUInt8(start)]
  if (kind === undefined) throw new Error('BUG: journal entry of an unknown kind')
  let at = start + 1
  const take = (length: number): Buffer => payload.subarray(at, (at += length))
  const receivedDigest = take(16), salt = take(32), leafHash = take(32)
  const scope = take(take(2).readUInt16LE(0)).toString('utf8')
  const text = take(take(4).readUInt32LE(0)).toString('utf8')
  into.push({ kind, receivedDigest, salt, leafHash, scope, text })
  return at
}

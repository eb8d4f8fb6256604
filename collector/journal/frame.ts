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
  /** The same as UTF-8: there when the entry was read from a frame, so that nobody has to make one from the other. */
  readonly textBytes?: Uint8Array
}

/** As it is appended: the text may already be bytes. */
export type NewEntry = Omit<JournalEntry, 'text' | 'textBytes'> & { readonly text: string | Uint8Array }

export interface Frame {
  readonly firstIndex: number
  readonly storedAtNano: bigint
  readonly entries: readonly JournalEntry[]
}

export const headerBytes = 16
const magic = 0x314a4c42 // "BLJ1"
const payloadHeaderBytes = 20
/** Where the fields of an entry begin. */
const digestAt = 1, saltAt = 1 + 16, leafHashAt = saltAt + 32, scopeLengthAt = leafHashAt + 32
/** All of an entry but its scope and its text. */
const entryHeaderBytes = scopeLengthAt + 2 + 4

/** A frame larger than this is damage to whoever reads, so none is written: few bytes of a request can become many here. */
export const maxFrameBytes = 256 * 1024 * 1024

const kinds: readonly EntryKind[] = ['record', 'tombstone']

/**
 * Entries one after the other in the form in which they stand in a frame, with room before them for the frame's head. The
 * memory is theirs alone, and the journal's from the append on: it is given back when they are written.
 */
export interface PackedEntries {
  readonly bytes: Buffer
  /** Where each entry begins, and where the last one ends. */
  readonly offsets: Uint32Array
}

/** Where the entries of a frame begin. */
export const headBytes = headerBytes + payloadHeaderBytes

/** Packs entries as they are made, so that a record is written once on its way to the disk. */
export class EntryPacker {
  #bytes: Buffer
  #at = headBytes
  readonly #offsets: number[] = [headBytes]

  /** `expectedBytes`: of all entries together, when one can guess. */
  constructor(expectedBytes = 64 * 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(headBytes + expectedBytes) // not from the pool: it may be handed to another thread
  }

  add(entry: NewEntry): void {
    const { scope, text } = entry
    const lengths = { scope: Buffer.byteLength(scope), text: typeof text === 'string' ? Buffer.byteLength(text) : text.length }
    this.#reserve(entryHeaderBytes + lengths.scope + lengths.text)
    this.#at = writeEntry(this.#bytes, this.#at, entry, lengths)
    this.#offsets.push(this.#at)
  }

  finish(): PackedEntries {
    return { bytes: this.#bytes.subarray(0, this.#at), offsets: Uint32Array.from(this.#offsets) }
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes
    if (needed > headerBytes + maxFrameBytes) throw new BlotterError('TOO_LARGE')
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.min(Math.max(needed, this.#bytes.length * 2), headerBytes + maxFrameBytes))
    this.#bytes.copy(grown, 0, 0, this.#at)
    this.#bytes = grown
  }
}

export function packEntries(entries: readonly NewEntry[]): PackedEntries {
  const packer = new EntryPacker()
  for (const entry of entries) packer.add(entry)
  return packer.finish()
}

export function packedCount({ offsets }: PackedEntries): number {
  return offsets.length - 1
}

/** What tells a retry from another record, and what proves the record: views of the entry. */
export function packedDigests({ bytes, offsets }: PackedEntries, index: number): { readonly receivedDigest: Buffer; readonly leafHash: Buffer } {
  const start = offsets[index]! + 1
  return { receivedDigest: bytes.subarray(start, start + 16), leafHash: bytes.subarray(start + 48, start + 80) }
}

/** The entries at `indices`, in that order. */
export function selectPacked({ bytes, offsets }: PackedEntries, indices: readonly number[]): PackedEntries {
  const ends = new Uint32Array(indices.length + 1)
  ends[0] = headBytes
  indices.forEach((index, i) => { ends[i + 1] = ends[i]! + offsets[index + 1]! - offsets[index]! })
  const selected = Buffer.allocUnsafeSlow(ends[indices.length]!)
  indices.forEach((index, i) => { bytes.copy(selected, ends[i]!, offsets[index]!, offsets[index + 1]!) })
  return { bytes: selected, offsets: ends }
}

/** Completes packed entries to a frame, in place: they belong to the frame from here on. */
export function sealFrame({ bytes: frame, offsets }: PackedEntries, firstIndex: number, storedAtNano: bigint): Buffer {
  const size = frame.length - headerBytes
  if (size > maxFrameBytes) throw new BlotterError('TOO_LARGE')
  frame.writeBigUInt64LE(BigInt(firstIndex), headerBytes)
  frame.writeBigUInt64LE(storedAtNano, headerBytes + 8)
  frame.writeUInt32LE(offsets.length - 1, headerBytes + 16)
  frame.writeUInt32LE(magic, 0)
  frame.writeUInt32LE(size, 4)
  frame.writeBigUInt64LE(hasher.h64Raw(frame.subarray(headerBytes), BigInt(firstIndex)), 8)
  return frame
}

export function encodeFrame({ firstIndex, storedAtNano, entries }: Omit<Frame, 'entries'> & { readonly entries: readonly NewEntry[] }): Buffer {
  return sealFrame(packEntries(entries), firstIndex, storedAtNano)
}

function writeEntry(frame: Buffer, start: number, entry: NewEntry, lengths: { readonly scope: number; readonly text: number }): number {
  let at = frame.writeUInt8(kinds.indexOf(entry.kind), start)
  at = writeFixed(frame, at, entry.receivedDigest, 16)
  at = writeFixed(frame, at, entry.salt, 32)
  at = writeFixed(frame, at, entry.leafHash, 32)
  at = frame.writeUInt16LE(lengths.scope, at)
  at += frame.write(entry.scope, at, 'utf8')
  at = frame.writeUInt32LE(lengths.text, at)
  if (typeof entry.text === 'string') return at + frame.write(entry.text, at, 'utf8')
  frame.set(entry.text, at)
  return at + entry.text.length
}

function writeFixed(frame: Buffer, at: number, bytes: Uint8Array, length: number): number {
  if (bytes.length !== length) throw new Error(`BUG: journal entry field of ${bytes.length} bytes; want ${length}`)
  frame.set(bytes, at)
  return at + length
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
  const scopeBytes = payload.readUInt16LE(start + scopeLengthAt)
  const textAt = start + entryHeaderBytes + scopeBytes
  const end = textAt + payload.readUInt32LE(textAt - 4)
  if (end > payload.length) throw new Error('BUG: journal entry that ends behind its frame')
  into.push(new ReadEntry(kind, payload, start, textAt, end))
  return end
}

/** Its fields are made when somebody asks for them: thousands of entries wait to be worked on, and each step wants others of them. */
class ReadEntry implements JournalEntry {
  readonly kind: EntryKind
  readonly #payload: Buffer
  readonly #start: number
  readonly #textAt: number
  readonly #end: number

  constructor(kind: EntryKind, payload: Buffer, start: number, textAt: number, end: number) {
    this.kind = kind
    this.#payload = payload
    this.#start = start
    this.#textAt = textAt
    this.#end = end
  }

  get receivedDigest(): Buffer { return this.#payload.subarray(this.#start + digestAt, this.#start + saltAt) }
  get salt(): Buffer { return this.#payload.subarray(this.#start + saltAt, this.#start + leafHashAt) }
  get leafHash(): Buffer { return this.#payload.subarray(this.#start + leafHashAt, this.#start + scopeLengthAt) }
  get scope(): string { return this.#payload.toString('utf8', this.#start + scopeLengthAt + 2, this.#textAt - 4) }
  get textBytes(): Buffer { return this.#payload.subarray(this.#textAt, this.#end) }
  get text(): string { return this.#payload.toString('utf8', this.#textAt, this.#end) }
}

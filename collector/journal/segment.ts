// Segments: the files of the journal. A segment is named after the index of its first entry, so that the order of the
// names is the order of the log. Nothing is ever written into the middle of one.

import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createBlocks } from './blocks.ts'
import { decodeFrame, headerBytes, readHeader } from './frame.ts'
import { frameBytes, scanFrame } from './scan.ts'
import type { Blocks } from './blocks.ts'
import type { Frame } from './frame.ts'
import type { ScannedFrame } from './scan.ts'

export interface Segment { readonly path: string; readonly firstIndex: number }

const suffix = '.journal'

/** Frames are small, and a disk wants large reads. */
const blockBytes = 4 * 1024 * 1024

export function segmentPath(directory: string, firstIndex: number): string {
  return join(directory, `${String(firstIndex).padStart(16, '0')}${suffix}`)
}

/** All segments in order; none when there is no folder. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const files = await readdir(directory).catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return []; throw error })
  const names = files.filter((name) => /^\d{16}\.journal$/.test(name)).sort()
  return names.map((name) => ({ path: join(directory, name), firstIndex: Number(name.slice(0, -suffix.length)) }))
}

/** `bad`: bytes that are no frame. A torn write when nothing good follows at the very end, damage otherwise. */
export type Read =
  | { readonly kind: 'frame'; readonly bytes: Buffer; readonly endOffset: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'bad' }

/** The bytes of the frame at `offset`, not verified, reading no further than `limit`. */
export async function readFrame(blocks: Blocks, offset: number, limit: number): Promise<Read> {
  if (offset >= limit) return { kind: 'end' }
  const length = frameBytes(blocks.peek(offset, headerBytes, limit) ?? await blocks.read(offset, headerBytes, limit))
  if (length === undefined || offset + length > limit) return { kind: 'bad' }
  const bytes = blocks.peek(offset, length, limit) ?? await blocks.read(offset, length, limit)
  return bytes.length === length ? { kind: 'frame', bytes, endOffset: offset + length } : { kind: 'bad' }
}

/** The same when all of it has been read already. */
function peekFrame(blocks: Blocks, offset: number, limit: number): Read | undefined {
  const start = blocks.peek(offset, headerBytes, limit)
  const length = start === undefined ? undefined : frameBytes(start)
  const bytes = length === undefined || offset + length > limit ? undefined : blocks.peek(offset, length, limit)
  return bytes === undefined ? undefined : { kind: 'frame', bytes, endOffset: offset + bytes.length }
}

/** The frame that is these bytes, or undefined when its checksum does not hold. */
export function decode(bytes: Buffer): Frame | undefined {
  return decodeFrame(bytes.subarray(headerBytes), readHeader(bytes)!.checksum)
}

export type Piece =
  | { readonly kind: 'frame'; readonly frame: ScannedFrame; readonly offset: number; readonly endOffset: number; readonly bytes: Buffer }
  | { readonly kind: 'bad'; readonly offset: number; readonly endOffset: number }

/** Tells everything in the file at `path`, in order: frames, and between them what is none. Bytes are valid only meanwhile. */
export async function scanSegment(path: string, onPiece: (piece: Piece) => void): Promise<void> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const blocks = createBlocks(file, { blockBytes, reuse: true })
    let badFrom: number | undefined
    for (let offset = 0; offset < size;) {
      const read = peekFrame(blocks, offset, size) ?? await readFrame(blocks, offset, size)
      const frame = read.kind === 'frame' ? scanFrame(read.bytes) : undefined
      if (read.kind !== 'frame' || frame === undefined) {
        badFrom ??= offset
        offset = await nextMagic(blocks, offset + 1, size)
        continue
      }
      if (badFrom !== undefined) onPiece({ kind: 'bad', offset: badFrom, endOffset: offset })
      badFrom = undefined
      onPiece({ kind: 'frame', frame, offset, endOffset: read.endOffset, bytes: read.bytes })
      offset = read.endOffset
    }
    if (badFrom !== undefined) onPiece({ kind: 'bad', offset: badFrom, endOffset: size })
  } finally {
    await file.close()
  }
}

/**
 * Where the next frame may begin. No sender can plant one in a record: a header has control characters, which canonical
 * JSON never holds.
 */
async function nextMagic(blocks: Blocks, from: number, size: number): Promise<number> {
  for (let position = from; position < size; position += blockBytes - 3) {
    const found = (await blocks.read(position, blockBytes, size)).indexOf('BLJ1')
    if (found !== -1) return position + found
  }
  return size
}

/** Every whole frame of a segment, decoded: for looking at a journal that nobody writes to. */
export function recoverSegment(segment: Segment, onFrame: (frame: Frame) => void): Promise<void> {
  return scanSegment(segment.path, (piece) => { if (piece.kind === 'frame') onFrame(decode(Buffer.from(piece.bytes))!) })
}

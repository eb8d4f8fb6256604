// Segments: the files of the journal. A segment is named after the index of its first entry, so that the order of the
// names is the order of the log. Nothing is ever written into the middle of one.

import { open, readdir } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeFrame, headerBytes, readHeader } from './frame.ts'
import type { Frame } from './frame.ts'

export interface Segment { readonly path: string; readonly firstIndex: number }

const suffix = '.journal'

export function segmentPath(directory: string, firstIndex: number): string {
  return join(directory, `${String(firstIndex).padStart(16, '0')}${suffix}`)
}

/** All segments in order. */
export async function listSegments(directory: string): Promise<Segment[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{16}\.journal$/.test(name)).sort()
  return names.map((name) => ({ path: join(directory, name), firstIndex: Number(name.slice(0, -suffix.length)) }))
}

export type Read =
  | { readonly kind: 'frame'; readonly frame: Frame; readonly endOffset: number }
  | { readonly kind: 'end' }
  /** Bytes that are no frame: a torn write when nothing good follows, damage when something does. */
  | { readonly kind: 'bad' }

/** The frame at `offset`, reading no further than `limit`. */
export async function readFrame(file: FileHandle, offset: number, limit: number): Promise<Read> {
  if (offset >= limit) return { kind: 'end' }
  const header = readHeader(await readExactly(file, offset, Math.min(headerBytes, limit - offset)))
  if (header === undefined || offset + headerBytes + header.payloadBytes > limit) return { kind: 'bad' }
  const payload = await readExactly(file, offset + headerBytes, header.payloadBytes)
  const frame = payload.length === header.payloadBytes ? decodeFrame(payload, header.checksum) : undefined
  return frame === undefined ? { kind: 'bad' } : { kind: 'frame', frame, endOffset: offset + headerBytes + header.payloadBytes }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

export interface Recovered {
  /** Where the last whole frame ends. */
  readonly endOffset: number
  /** Bytes after it that are no frame. */
  readonly tornBytes: number
  /** A good frame follows the bad bytes: this is damage to what was acknowledged, not a torn write. */
  readonly damaged: boolean
}

/** Reads a segment from its start, telling `onFrame` each frame, up to the first bytes that are none. */
export async function recoverSegment(segment: Segment, onFrame: (frame: Frame) => void): Promise<Recovered> {
  const file = await open(segment.path, 'r')
  try {
    const { size } = await file.stat()
    let offset = 0
    for (;;) {
      const read = await readFrame(file, offset, size)
      if (read.kind === 'end') return { endOffset: offset, tornBytes: 0, damaged: false }
      if (read.kind === 'bad') return { endOffset: offset, tornBytes: size - offset, damaged: await hasFrameAfter(file, offset + 1, size) }
      onFrame(read.frame)
      offset = read.endOffset
    }
  } finally {
    await file.close()
  }
}

const scanBytes = 1024 * 1024

async function hasFrameAfter(file: FileHandle, from: number, size: number): Promise<boolean> {
  for (let position = from; position < size; position += scanBytes - 3) {
    const chunk = await readExactly(file, position, Math.min(scanBytes, size - position))
    for (let at = chunk.indexOf('BLJ1'); at !== -1; at = chunk.indexOf('BLJ1', at + 1)) {
      if ((await readFrame(file, position + at, size)).kind === 'frame') return true
    }
  }
  return false
}

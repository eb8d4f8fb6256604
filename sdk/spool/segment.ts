// One segment of a stream as a reader sees it: where its frames are, and between which sequence numbers they count.

import { codeOf, readFully } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { seedOf } from './frame.ts'
import { decodeHeader, fixedBytes, headerBytes } from './header.ts'
import type { SegmentHeader } from './header.ts'
import { segmentPath } from './names.ts'

export interface Segment {
  readonly number: number
  readonly path: string
  readonly seed: number
  readonly header: SegmentHeader
  /** Where its frames begin. */
  readonly startOffset: number
  /** Where what is known to have been written ends: the end of the file, or of what is durable while we still write to it. */
  bytes: number
  /** Whether everything up to `bytes` was durable, so that even the last frame must be whole. */
  readonly known: boolean
}

export type OpenedSegment =
  | { readonly kind: 'segment'; readonly segment: Segment }
  /** Its header was never finished: nothing in it was ever durable. */
  | { readonly kind: 'torn'; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly bytes: number }
  | { readonly kind: 'gone' }

/** Of a writer that is dead: the file does not change any more. */
export async function openSegment(files: SpoolFiles, directory: string, stream: string, number: number): Promise<OpenedSegment> {
  const path = segmentPath(directory, stream, number)
  const facts = await files.stat(path)
  if (facts === undefined) return { kind: 'gone' }
  const file = await files.openToRead(path)
  try {
    const start = await readFully(files, file, 0, Math.min(fixedBytes, facts.size))
    if (facts.size < fixedBytes || isZero(start)) return { kind: 'torn', bytes: facts.size }
    const seed = seedOf(stream, number)
    const size = headerBytes(start, seed)
    if (size === undefined) return { kind: 'damaged', bytes: facts.size }
    if (size > facts.size) return { kind: 'torn', bytes: facts.size }
    const header = decodeHeader(await readFully(files, file, 0, size), seed)
    if (header === undefined) return { kind: 'damaged', bytes: facts.size }
    return { kind: 'segment', segment: { number, path, seed, header, startOffset: size, bytes: facts.size, known: false } }
  } finally {
    await files.close(file).catch(() => {}) // it was only read
  }
}

/** A part of a segment: at least `atLeast` bytes where there are so many. Undefined: the file is gone. */
export async function readSegment(files: SpoolFiles, { path, bytes }: Segment, offset: number, atLeast: number): Promise<Buffer | undefined> {
  const file = await files.openToRead(path).catch((error: unknown) => { if (codeOf(error) === 'ENOENT') return undefined; throw error })
  if (file === undefined) return undefined
  try {
    return await readFully(files, file, offset, Math.min(Math.max(atLeast, readBytes), bytes - offset))
  } finally {
    await files.close(file).catch(() => {})
  }
}

/** Enough for the next few batches. */
const readBytes = 4 * 1024 * 1024

export function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

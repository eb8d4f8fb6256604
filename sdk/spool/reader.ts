// Walks the entries of one stream in order, over all of its segments. Damage is reported before anything behind it is
// handed out; nothing is skipped silently.

import type { SpoolFiles } from './files.ts'
import { findFrame, readFrame } from './frame.ts'
import type { FrameRead } from './frame.ts'
import { isZero, readSegment } from './segment.ts'
import type { Segment } from './segment.ts'

export type FrameFound = Extract<FrameRead, { kind: 'frame' }>

/** Entries from `fromSequence` up to `toSequence`, if that is known, cannot be read; `bytes` are what stands in their place. */
export interface Damage {
  readonly segment: Segment
  readonly offset: number
  readonly bytes: Buffer
  readonly fromSequence: number
  readonly toSequence: number | undefined
}

export interface ReaderOptions {
  readonly files: SpoolFiles
  /** In order; changes while we read: our own stream grows, settled segments go. */
  readonly segments: readonly Segment[]
  /** Must have been kept elsewhere when it resolves. Told again when the same place is read again. */
  readonly onDamage: (damage: Damage) => Promise<unknown>
  /** Told again when the same place is read again. */
  readonly onTorn: (segment: Segment, bytes: number) => void
}

/** Told of each frame; false: stop, and come back to this one. */
export type Visit = (image: Buffer, at: number, frame: FrameFound) => boolean

export interface Reader {
  /** All frames from `sequence` on. */
  readonly walk: (sequence: number, visit: Visit) => Promise<void>
}

interface Position {
  segment: Segment
  offset: number
  /** Sequence number of the frame that must come next. */
  expected: number
}

export function createReader({ files, segments, onDamage, onTorn }: ReaderOptions): Reader {
  let position: Position | undefined
  /** `isCut`: the file ended before it should have. */
  let image = { segment: undefined as Segment | undefined, offset: 0, bytes: Buffer.alloc(0) as Buffer, isCut: false }

  async function walk(sequence: number, visit: Visit): Promise<void> {
    if (position === undefined || position.expected !== sequence || !segments.includes(position.segment)) position = startOf(sequence)
    while (position !== undefined) {
      const { segment, offset, expected } = position
      const limit = endOf(segment)
      if (offset >= segment.bytes || expected >= limit) {
        if (!await leave(position, limit, sequence)) return
        continue
      }
      await load(position, sequence)
      if (position.offset >= segment.bytes) continue // it is gone
      const at = position.offset - image.offset
      const frame = readFrame(image.bytes, at, { seed: segment.seed, offset: position.offset })
      if (frame.kind === 'frame' && frame.sequence >= expected) {
        if (frame.sequence >= limit) position.offset = segment.bytes // given up by its writer
        else if (!await visitFrame(position, at, frame, sequence, visit)) return
      } else if (frame.kind === 'short' && !image.isCut && image.offset + image.bytes.length < segment.bytes) {
        await load(position, sequence, frame.bytes)
      } else {
        await passDamage(position, frame, limit, sequence)
      }
    }
  }

  function startOf(sequence: number): Position | undefined {
    const segment = segments.findLast(({ header }) => header.firstSequence <= sequence) ?? segments[0]
    return segment === undefined ? undefined : { segment, offset: segment.startOffset, expected: segment.header.firstSequence }
  }

  /** Entries of a segment have sequence numbers below it. Segments go from the front: behind one that is gone comes the first. */
  function endOf(segment: Segment): number {
    return segments[segments.indexOf(segment) + 1]?.header.previousEnd ?? Number.MAX_SAFE_INTEGER
  }

  /** False: there is no further segment yet. */
  async function leave(from: Position, limit: number, sequence: number): Promise<boolean> {
    const next = segments[segments.indexOf(from.segment) + 1]
    if (next === undefined) return false
    if (from.expected < limit) await tell({ segment: from.segment, offset: from.segment.bytes, bytes: Buffer.alloc(0), fromSequence: from.expected, toSequence: limit }, sequence)
    position = { segment: next, offset: next.startOffset, expected: next.header.firstSequence }
    return true
  }

  /** Makes sure that the image has at least `atLeast` bytes from the position on, or all that there are. */
  async function load(at: Position, sequence: number, atLeast = 1): Promise<void> {
    const { segment, offset } = at
    if (image.segment === segment && offset >= image.offset && offset + atLeast <= image.offset + image.bytes.length) return
    const bytes = await readSegment(files, segment, offset, atLeast) ?? Buffer.alloc(0)
    image = { segment, offset, bytes, isCut: bytes.length < Math.min(atLeast, segment.bytes - offset) }
    if (bytes.length > 0) return
    at.offset = segment.bytes
    if (endOf(segment) === Number.MAX_SAFE_INTEGER) await tell({ segment, offset, bytes: Buffer.alloc(0), fromSequence: at.expected, toSequence: undefined }, sequence)
  }

  async function visitFrame(at: Position, imageAt: number, frame: FrameFound, sequence: number, visit: Visit): Promise<boolean> {
    if (frame.sequence > at.expected) {
      await tell({ segment: at.segment, offset: at.offset, bytes: Buffer.alloc(0), fromSequence: at.expected, toSequence: frame.sequence }, sequence)
      at.expected = frame.sequence
    }
    if (frame.sequence >= sequence && !visit(image.bytes, imageAt, frame)) return false
    at.offset = image.offset + frame.end
    at.expected = frame.sequence + 1
    return true
  }

  async function passDamage(at: Position, frame: FrameRead, limit: number, sequence: number): Promise<void> {
    const { segment, offset } = at
    await load(at, sequence, segment.bytes - offset)
    const rest = image.bytes.subarray(offset - image.offset)
    const isLast = limit === Number.MAX_SAFE_INTEGER
    if (frame.kind === 'short' || isZero(rest)) {
      if (isLast && !segment.known) onTorn(segment, rest.length)
      if (isLast && segment.known) await tell({ segment, offset, bytes: rest, fromSequence: at.expected, toSequence: undefined }, sequence)
      at.offset = segment.bytes
      return
    }
    const found = findFrame(rest, 1, { seed: segment.seed, offset })
    const next = found < rest.length ? readFrame(rest, found, { seed: segment.seed, offset: offset + found }) : undefined
    const toSequence = next?.kind === 'frame' ? next.sequence : isLast ? undefined : limit
    await tell({ segment, offset, bytes: Buffer.from(rest.subarray(0, found)), fromSequence: at.expected, toSequence }, sequence)
    at.offset = offset + found
    at.expected = toSequence ?? at.expected + 1
  }

  /** What is settled is no loss. */
  async function tell(damage: Damage, sequence: number): Promise<void> {
    if (damage.toSequence === undefined || damage.toSequence > sequence) await onDamage({ ...damage, fromSequence: Math.max(damage.fromSequence, sequence) })
  }

  return { walk }
}

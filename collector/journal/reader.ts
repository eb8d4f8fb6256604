// Reads durable frames in order, for one background step. It remembers where it is, so that following the journal
// costs few reads.

import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { BlotterError } from '../errors.ts'
import { BlockPool } from './block-pool.ts'
import { createBlocks } from './blocks.ts'
import { DamagedJournal } from './problem.ts'
import { decode, readFrame } from './segment.ts'
import type { Blocks } from './blocks.ts'
import type { Frame } from './frame.ts'
import type { Read, Segment } from './segment.ts'

export interface JournalReader {
  /** Durable frames up to about `maxBytes`, at least one when there is one. They are good until the call after the next: then their memory is used again. */
  next(maxBytes: number): Promise<Frame[]>
  /** Goes back to the frame that holds `index`: what was read since was not done. */
  seek(index: number): Promise<void>
  close(): Promise<void>
}

export interface ReaderSource {
  readonly fromIndex: number
  /** Segments in order with their durable sizes, the active one last. */
  readonly segments: () => readonly (Segment & { readonly bytes: number })[]
}

/** Steps ask for 1 to 32 MiB at a time. */
const blockBytes = 1024 * 1024

export function createReader({ fromIndex, segments }: ReaderSource): JournalReader {
  const pool = new BlockPool(blockBytes)
  let index = fromIndex
  let current: { readonly firstIndex: number; readonly file: FileHandle; readonly blocks: Blocks; offset: number } | undefined

  async function leave(): Promise<void> {
    const { file } = current ?? {}
    current = undefined
    await file?.close()
  }

  /** The segment that holds `index`, or the first one when `index` is older than all: what is gone is gone for a reason. */
  async function enter(): Promise<void> {
    const list = segments()
    await enterSegment(list.findLast(({ firstIndex }) => firstIndex <= index) ?? list[0]!)
  }

  async function enterSegment({ path, firstIndex }: Segment): Promise<void> {
    const file = await open(path, 'r')
    current = { firstIndex, file, blocks: createBlocks(file, { blockBytes, take: (length) => pool.take(length) }), offset: 0 }
  }

  async function step(): Promise<Frame | undefined> {
    if (current === undefined) await enter()
    const list = segments()
    const position = list.findIndex(({ firstIndex }) => firstIndex === current!.firstIndex)
    const segment = list[position]
    if (segment === undefined) { await leave(); return step() } // deleted behind us
    const read = await readFrame(current!.blocks, current!.offset, segment.bytes)
    if (read.kind !== 'end') return frameOf(read, segment.path)
    const following = list[position + 1]
    if (following === undefined) return undefined
    await leave()
    await enterSegment(following)
    return step()
  }

  /** What cannot be read is not skipped: this step stands still here, and says where. */
  function frameOf(read: Exclude<Read, { kind: 'end' }>, segment: string): Frame {
    const frame = read.kind === 'frame' ? decode(read.bytes) : undefined
    if (read.kind !== 'frame' || frame === undefined) {
      throw new BlotterError('JOURNAL_FAILED', { cause: new DamagedJournal([{ segment, offset: current!.offset, bytes: 0, firstIndex: index, endIndex: index }]) })
    }
    current!.offset = read.endOffset
    return frame
  }

  return {
    async next(maxBytes) {
      pool.turn(current?.blocks.current)
      const frames: Frame[] = []
      let bytes = 0
      while (bytes < maxBytes) {
        const before = current?.offset ?? 0
        const frame = await step()
        if (frame === undefined) break
        if (frame.firstIndex + frame.entries.length <= index) continue // below where we want to be
        frames.push(frame)
        index = frame.firstIndex + frame.entries.length
        bytes += Math.max(1, current!.offset - before)
      }
      return frames
    },
    async seek(to) {
      await leave()
      index = to
    },
    close: leave,
  }
}

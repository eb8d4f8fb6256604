// The segment that is written to, and those before it. After a failed write or sync nothing is written to that file any
// more: its last block is written anew, it is cut back to what was durable, read back, and the next entries go into a new
// segment, so that no acknowledgement ever rests on a second sync of pages whose first one failed.

import { rename, unlink } from 'node:fs/promises'
import type { open, FileHandle } from 'node:fs/promises'
import { syncDirectory } from '../durable.ts'
import { createBlocks, readFully } from './blocks.ts'
import { assertInPlace, isInPlace } from './place.ts'
import { SegmentMoved } from './problem.ts'
import { scanFrame } from './scan.ts'
import { readFrame, segmentPath } from './segment.ts'
import type { Identity, StatPath } from './place.ts'
import type { Segment } from './segment.ts'

export interface ActiveOptions {
  readonly directory: string
  readonly openFile: typeof open
  readonly stat: StatPath
  /** Segments that are there, in order; the last one is written to. */
  readonly segments: readonly (Segment & { readonly bytes: number })[]
  /** Index of the next entry: the name of the first segment, when there is none. */
  readonly endIndex: number
  /** Where the last frame of the last segment begins. */
  readonly lastFrameOffset: number
}

export interface Active {
  /** Durable bytes of each segment, in order. */
  segments(): readonly (Segment & { readonly bytes: number })[]
  readonly bytes: number
  readonly activeBytes: number
  /**
   * Appends and syncs. When it throws, `repair` must come before the next write. `assertWanted` is asked when all is done:
   * when it throws, the write has failed like any other.
   */
  write(bytes: Buffer, assertWanted: () => void): Promise<void>
  /** Goes on in a new segment. When it throws, nothing has changed. */
  rotate(nextIndex: number): Promise<void>
  repair(nextIndex: number): Promise<void>
  /** The file that is written to is where it should be, as we left it. */
  isInPlace(): boolean
  /** Throws when an older segment is not. */
  checkOlder(): void
  /** Deletes segments all of whose entries are below `index`. */
  release(index: number): Promise<void>
  close(): Promise<void>
}

interface Known extends Segment, Identity { readonly bytes: number }

/** One write takes at most this much, so that the first of many waiting appends is not held up by the last. A larger frame goes alone. */
export const maxWriteBytes = 4 * 1024 * 1024

/** What the disk writes at once: a failed write of what is behind may have hurt what is before, within one block. */
const diskBlockBytes = 64 * 1024
const rewriteBytes = 4 * 1024 * 1024

export async function openActive({ directory, openFile, stat, segments, endIndex, lastFrameOffset }: ActiveOptions): Promise<Active> {
  const older: Known[] = segments.slice(0, -1).map((segment) => ({ ...segment, ...identify(segment.path) }))
  let current = await openSegment(segments.at(-1) ?? { path: segmentPath(directory, endIndex), firstIndex: endIndex })
  let bytes = segments.at(-1)?.bytes ?? 0
  let attempted = 0 // bytes behind the durable ones that may be there
  let lastWrite = 0 // where the last durable write begins
  if (bytes > 0) await syncAnew(current.segment.path)
  await syncDirectory(directory)

  /** A process that was killed may have written what it never synced, or what a sync has failed for: then only writing it anew helps. */
  async function syncAnew(path: string): Promise<void> {
    const file = await openFile(path, 'r+')
    try {
      await rewrite(file, Math.max(0, Math.min(lastFrameOffset, bytes - maxWriteBytes)), bytes)
      await file.datasync()
    } finally {
      await file.close()
    }
  }

  function identify(path: string): Identity {
    const found = stat(path)
    if (found === undefined) throw new SegmentMoved(path)
    return { dev: found.dev, ino: found.ino }
  }

  async function openSegment(segment: Segment, flags = 'a+'): Promise<{ segment: Segment; identity: Identity; file: FileHandle }> {
    const file = await openFile(segment.path, flags, 0o600)
    const { dev, ino } = await file.stat()
    return { segment, identity: { dev, ino }, file }
  }

  async function write(written: Buffer, assertWanted: () => void): Promise<void> {
    attempted = written.length
    for (let done = 0; done < written.length;) done += (await current.file.write(written, done, written.length - done)).bytesWritten
    await current.file.datasync()
    assertInPlace(stat, current.segment.path, current.identity, bytes + written.length)
    assertWanted()
    lastWrite = bytes
    bytes += written.length
    attempted = 0
  }

  async function rotate(nextIndex: number): Promise<void> {
    const next = await openSegment({ path: segmentPath(directory, nextIndex), firstIndex: nextIndex })
    try {
      assertInPlace(stat, next.segment.path, next.identity, 0) // what is in it is not ours
      await syncDirectory(directory)
    } catch (error) {
      await next.file.close().catch(() => {})
      throw error
    }
    leave()
    current = next
  }

  /** Its content is durable; what closing it says changes nothing. */
  function leave(): void {
    void current.file.close().catch(() => {})
    older.push({ ...current.segment, ...current.identity, bytes })
    bytes = 0
    attempted = 0
    lastWrite = 0
  }

  async function repair(nextIndex: number): Promise<void> {
    if (stat(current.segment.path) === undefined) await replace(await readFully(current.file, 0, bytes)) // we still have it open: what it holds gets its name back
    assertOurs()
    if (bytes === 0) return replace(Buffer.alloc(0)) // nothing in it was ever durable: another file takes its place
    await cutBack()
    await rotate(nextIndex)
  }

  /** No longer than what we wrote, no shorter than what was durable: else somebody else writes here, and we do not. */
  function assertOurs(): void {
    const { segment: { path }, identity } = current
    const found = stat(path)
    if (found?.dev !== identity.dev || found.ino !== identity.ino || found.size < bytes || found.size > bytes + attempted) throw new SegmentMoved(path)
  }

  /** A new file with this content, under the name of the current one: at no moment is there none. */
  async function replace(content: Buffer): Promise<void> {
    const { segment } = current
    if (content.length !== bytes) throw new SegmentMoved(segment.path)
    const next = await openSegment({ ...segment, path: `${segment.path}.repair.tmp` }, 'w+')
    try {
      for (let done = 0; done < bytes;) done += (await next.file.write(content, done, bytes - done)).bytesWritten
      await next.file.datasync()
      await rename(next.segment.path, segment.path)
    } catch (error) {
      if (!isInPlace(stat, segment.path, next.identity, bytes)) { // else it was done, whatever it says
        await next.file.close().catch(() => {})
        throw error
      }
    }
    await current.file.close().catch(() => {})
    current = { ...next, segment }
    attempted = 0
    await syncDirectory(directory)
  }

  async function cutBack(): Promise<void> {
    const { segment: { path }, identity } = current
    const file = await openFile(path, 'r+')
    try {
      await rewrite(file, Math.floor((bytes - 1) / diskBlockBytes) * diskBlockBytes, bytes)
      await file.truncate(bytes)
      await file.datasync()
      assertInPlace(stat, path, identity, bytes)
      await assertReadable(file)
      attempted = 0
    } finally {
      await file.close().catch(() => {})
    }
  }

  /** The last durable write reads back as it was written. */
  async function assertReadable(file: FileHandle): Promise<void> {
    const blocks = createBlocks(file, { blockBytes: bytes - lastWrite })
    for (let offset = lastWrite; offset < bytes;) {
      const read = await readFrame(blocks, offset, bytes)
      if (read.kind !== 'frame' || scanFrame(read.bytes) === undefined) throw new SegmentMoved(current.segment.path)
      offset = read.endOffset
    }
  }

  return {
    segments: () => [...older, { ...current.segment, bytes }],
    get bytes() { return older.reduce((sum, segment) => sum + segment.bytes, bytes) },
    get activeBytes() { return bytes },
    write, rotate, repair,
    isInPlace: () => isInPlace(stat, current.segment.path, current.identity, bytes),
    checkOlder() { for (const segment of older) assertInPlace(stat, segment.path, segment, segment.bytes) },
    async release(index) {
      while (older.length > 0 && (older[1]?.firstIndex ?? current.segment.firstIndex) <= index) {
        await unlink(older[0]!.path).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'ENOENT') throw error }) // someone was quicker
        older.shift()
      }
    },
    close: () => current.file.close(),
  }
}

/** The same bytes in the same place: the disk has to write them once more, also when it claims that it has. */
async function rewrite(file: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += rewriteBytes) {
    const part = await readFully(file, at, Math.min(rewriteBytes, to - at))
    for (let done = 0; done < part.length;) done += (await file.write(part, done, part.length - done, at + done)).bytesWritten
  }
}

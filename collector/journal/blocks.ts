// Reads a file forward in large blocks: a frame costs a slice, not two calls of the system.

import type { FileHandle } from 'node:fs/promises'

export interface Blocks {
  /** The bytes from `offset` on: `length` of them, or as many as there are before `limit`. A view. */
  read(offset: number, length: number, limit: number): Promise<Buffer>
  /** The same when it is there already: a promise for each of a million frames takes longer than reading them. */
  peek(offset: number, length: number, limit: number): Buffer | undefined
  /** What it reads from at present. */
  readonly current: Buffer
}

export interface BlockOptions {
  readonly blockBytes: number
  /** Views are valid only until the next read, which spares a new block each time. Default false. */
  readonly reuse?: boolean
  /** Where blocks come from. Default: new ones. */
  readonly take?: (length: number) => Buffer
}

export function createBlocks(file: Pick<FileHandle, 'read'>, { blockBytes, reuse = false, take = (length) => Buffer.allocUnsafeSlow(length) }: BlockOptions): Blocks {
  let start = 0
  let block: Buffer = Buffer.alloc(0)
  let memory: Buffer = Buffer.alloc(0)

  function room(length: number): Buffer {
    if (!reuse) return take(length)
    if (memory.length < length) memory = take(length)
    return memory.subarray(0, length)
  }

  function peek(offset: number, length: number, limit: number): Buffer | undefined {
    const wanted = Math.min(length, limit - offset)
    return offset < start || offset + wanted > start + block.length ? undefined : block.subarray(offset - start, offset - start + wanted)
  }

  return {
    peek,
    get current() { return block },
    async read(offset, length, limit) {
      const there = peek(offset, length, limit)
      if (there !== undefined) return there
      const wanted = Math.min(length, limit - offset)
      block = await fill(file, offset, room(Math.min(Math.max(wanted, blockBytes), limit - offset)))
      start = offset
      return block.subarray(0, wanted)
    },
  }
}

/** May come short when the file does. */
export function readFully(file: Pick<FileHandle, 'read'>, position: number, length: number): Promise<Buffer> {
  return fill(file, position, Buffer.allocUnsafeSlow(length))
}

async function fill(file: Pick<FileHandle, 'read'>, position: number, buffer: Buffer): Promise<Buffer> {
  let filled = 0
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

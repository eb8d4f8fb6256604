// The thread of row-encoder.ts.

import { parentPort } from 'node:worker_threads'
import { encodeBlocks, mostSpare, unpack } from './row-encoder.ts'
import type { EncodeAnswer, EncodeRequest } from './row-encoder.ts'

const port = parentPort!
let spare: SharedArrayBuffer[] = []

/** The smallest that is large enough. */
function take(bytes: number): Buffer {
  const place = spare.findIndex(({ byteLength }) => byteLength >= bytes)
  return Buffer.from(place < 0 ? new SharedArrayBuffer(bytes) : spare.splice(place, 1)[0]!)
}

port.on('message', ({ packed, present, spare: given }: EncodeRequest) => {
  spare = [...spare, ...given].sort((a, b) => a.byteLength - b.byteLength).slice(-mostSpare) // what rows have outgrown goes first
  const blocks = encodeBlocks(unpack(packed), present, take)
  const memory = packed.bytes.buffer
  const own = Object.values(blocks).map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)
  port.postMessage({ blocks, memory } satisfies EncodeAnswer, [memory, ...own])
})

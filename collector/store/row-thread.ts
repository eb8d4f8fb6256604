// The thread of row-encoder.ts.

import { parentPort } from 'node:worker_threads'
import { encodeBlocks, unpack } from './row-encoder.ts'
import type { EncodeAnswer, EncodeRequest } from './row-encoder.ts'

const port = parentPort!

port.on('message', ({ packed, present }: EncodeRequest) => {
  const blocks = encodeBlocks(unpack(packed), present)
  const memory = packed.bytes.buffer
  port.postMessage({ blocks, memory } satisfies EncodeAnswer, [memory, ...Object.values(blocks).map(({ buffer }) => buffer as ArrayBuffer)])
})

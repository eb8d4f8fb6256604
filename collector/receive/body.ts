// Reads a request body within its limits, as it came and as it inflates. Everything here happens before a byte is
// parsed, and holds no more than the limit in memory.

import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { BlotterError } from '../errors.ts'

export interface BodyLimits {
  /** Bytes on the wire. Default 20 MiB, as the OpenTelemetry Collector has it. */
  readonly wireBytes: number
  /** Bytes after decompression. Default 64 MiB, as the OTLP specification recommends. */
  readonly inflatedBytes: number
}

const inflaters: Record<string, (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  zstd: promisify(zlib.zstdDecompress),
}

/** The body, inflated. `declaredBytes`: Content-Length, when there is one: a body that says it is too large is not read. */
export async function readBody(stream: ReadableStream<Uint8Array> | null, declaredBytes: number | undefined, encoding: string | undefined, limits: BodyLimits): Promise<Buffer> {
  if (declaredBytes !== undefined && declaredBytes > limits.wireBytes) throw new BlotterError('TOO_LARGE')
  const wire = await readWithin(stream, limits.wireBytes)
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return wire
  const inflate = Object.hasOwn(inflaters, name) ? inflaters[name] : undefined
  if (inflate === undefined) throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Encoding', description: 'gzip, deflate, zstd or none' }] })
  try {
    return await inflate(wire, { maxOutputLength: limits.inflatedBytes })
  } catch (error) {
    throw new BlotterError((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE' ? 'TOO_LARGE' : 'MALFORMED_ENCODING')
  }
}

async function readWithin(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Buffer> {
  if (stream === null) return Buffer.alloc(0)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of stream) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new BlotterError('TOO_LARGE') // leaving the loop cancels the stream
    chunks.push(chunk)
  }
  return chunks.length === 1 ? Buffer.from(chunks[0]!.buffer, chunks[0]!.byteOffset, chunks[0]!.byteLength) : Buffer.concat(chunks, bytes)
}

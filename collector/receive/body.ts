// Reads a request body within its limits, as it came and as it inflates. Everything here happens before a byte is
// parsed, and what it holds in memory is set aside in the budget before it is held.

import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { BlotterError } from '../errors.ts'
import { free } from '../memory.ts'

export interface BodyLimits {
  /** Bytes on the wire. Default 20 MiB, as the OpenTelemetry Collector has it. */
  readonly wireBytes: number
  /** Bytes after decompression. Default 64 MiB, as the OTLP specification recommends. */
  readonly inflatedBytes: number
}

/** What is set aside for the body; throws BUSY when there is no room for more. */
export interface Reservation { resize(bytes: number): void }

type Inflate = (body: Uint8Array, options: { maxOutputLength: number }) => Promise<Buffer>

const inflaters: Record<string, Inflate> = {
  gzip: promisify(zlib.gunzip),
  deflate: promisify(zlib.inflate),
  zstd: promisify(zlib.zstdDecompress),
}

/** The body, inflated. What the stream gives is ours, and its memory goes back when the body is whole. `declaredBytes`: Content-Length, when there is one: a body that says it is too large is not read. */
export async function readBody(stream: AsyncIterable<Uint8Array> | null, declaredBytes: number | undefined, encoding: string | undefined, limits: BodyLimits, reserved: Reservation = { resize() {} }): Promise<Buffer> {
  if (declaredBytes !== undefined && declaredBytes > limits.wireBytes) throw new BlotterError('TOO_LARGE')
  const wire = await readWithin(stream, limits.wireBytes, declaredBytes ?? 0, reserved)
  const name = encoding?.trim().toLowerCase() ?? ''
  if (name === '' || name === 'identity') return wire
  const inflate = Object.hasOwn(inflaters, name) ? inflaters[name] : undefined
  if (inflate === undefined) throw new BlotterError('UNSUPPORTED_MEDIA_TYPE', { violations: [{ field: 'Content-Encoding', description: 'gzip, deflate, zstd or none' }] })
  const body = await inflateWithin(wire, inflate, limits.inflatedBytes, reserved)
  free(wire)
  return body
}

/** Records deflate to a twentieth, roughly: twice that is set aside at first. */
const usualRatio = 40
const leastInflatedBytes = 64 * 1024

/**
 * Room is made before anything is put into it: what turns out larger than was set aside is inflated again with four times
 * as much, which costs a third more time for what hardly ever comes.
 */
async function inflateWithin(wire: Buffer, inflate: Inflate, maxBytes: number, reserved: Reservation): Promise<Buffer> {
  for (let room = Math.min(maxBytes, Math.max(leastInflatedBytes, wire.length * usualRatio)); ; room = Math.min(maxBytes, room * 4)) {
    reserved.resize(wire.length + room)
    try {
      const body = await inflate(wire, { maxOutputLength: room })
      reserved.resize(body.length)
      return body
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_BUFFER_TOO_LARGE') throw new BlotterError('MALFORMED_ENCODING')
      if (room === maxBytes) throw new BlotterError('TOO_LARGE')
    }
  }
}

/** How much more is set aside for a body that did not say how large it is, each time. */
const stepBytes = 1024 * 1024

/** Each piece is copied into the body as it comes and given back: both at once would be twice the memory, and that of many senders rises and falls together. */
async function readWithin(stream: AsyncIterable<Uint8Array> | null, maxBytes: number, declaredBytes: number, reserved: Reservation): Promise<Buffer> {
  if (stream === null) return Buffer.alloc(0)
  let body: Buffer = Buffer.alloc(0)
  let bytes = 0
  let room = Math.max(declaredBytes, stepBytes)
  for await (const chunk of stream) {
    const start = bytes
    bytes += chunk.length
    if (bytes > maxBytes) throw new BlotterError('TOO_LARGE') // leaving the loop cancels the stream
    if (bytes > room) reserved.resize(room = Math.min(maxBytes, bytes + stepBytes))
    if (start === 0 && bytes >= declaredBytes) body = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) // most bodies are one piece
    else {
      if (body.length < bytes) body = moved(body, start, bytes <= declaredBytes ? declaredBytes : room)
      body.set(chunk, start)
      free(chunk)
    }
  }
  return body.subarray(0, bytes)
}

/** The first `bytes` in memory of another size. */
function moved(body: Buffer, bytes: number, size: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(size)
  body.copy(larger, 0, 0, bytes)
  free(body)
  return larger
}

import * as zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { BlotterError } from '../errors.ts'
import { readBody } from './body.ts'

const limits = { wireBytes: 10_000, inflatedBytes: 50_000 }

interface Source { readonly stream: ReadableStream<Uint8Array>; readonly given: () => number; readonly cancelled: () => boolean }

/** A body in chunks, which counts what was asked of it. */
function source(bytes: Uint8Array, chunkBytes = 1000): Source {
  let at = 0
  let cancelled = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) { controller.close(); return }
      controller.enqueue(bytes.subarray(at, at += chunkBytes))
    },
    cancel() { cancelled = true },
  }, { highWaterMark: 0 })
  return { stream, given: () => Math.min(at, bytes.length), cancelled: () => cancelled }
}

const read = (bytes: Uint8Array, encoding?: string, declared: number | undefined = bytes.length): Promise<Buffer> => readBody(source(bytes).stream, declared, encoding, limits)
const refused = (code: string): unknown => expect.objectContaining({ code }) as unknown

const text = Buffer.from('{"resourceLogs":[]}'.repeat(20))
const compressions: Record<string, (bytes: Uint8Array) => Buffer> = {
  gzip: (bytes) => zlib.gzipSync(bytes), deflate: (bytes) => zlib.deflateSync(bytes), zstd: (bytes) => zlib.zstdCompressSync(bytes),
}

describe('as it came', () => {
  test('a body is put together from its chunks', async () => {
    expect(await readBody(source(text, 7).stream, text.length, undefined, limits)).toEqual(text)
    expect(await readBody(source(text, text.length).stream, text.length, 'identity', limits)).toEqual(text)
    expect(await readBody(source(text).stream, undefined, '', limits)).toEqual(text) // chunked: it says no length
  })
  test('no body is an empty one', async () => {
    expect(await readBody(null, undefined, undefined, limits)).toHaveLength(0)
    expect(await read(Buffer.alloc(0))).toHaveLength(0)
  })
  test('a body as large as the limit is taken, one byte more is not', async () => {
    expect(await read(Buffer.alloc(limits.wireBytes))).toHaveLength(limits.wireBytes)
    await expect(read(Buffer.alloc(limits.wireBytes + 1))).rejects.toEqual(refused('TOO_LARGE'))
  })
  test('a body that says it is too large is not read at all', async () => {
    const large = source(Buffer.alloc(100_000))
    await expect(readBody(large.stream, 100_000, undefined, limits)).rejects.toEqual(refused('TOO_LARGE'))
    expect(large.given()).toBe(0)
  })
  test('a body that does not say so, or lies, is read up to the limit and no further', async () => {
    for (const declared of [undefined, 10]) {
      const large = source(Buffer.alloc(1_000_000))
      await expect(readBody(large.stream, declared, undefined, limits)).rejects.toEqual(refused('TOO_LARGE'))
      expect(large.given()).toBeLessThanOrEqual(limits.wireBytes + 1000)
      expect(large.cancelled()).toBe(true)
    }
  })
})

describe.each(Object.entries(compressions))('with %s', (encoding, compress) => {
  test('a body is inflated, whatever the case of the header', async () => {
    expect(await read(compress(text), encoding)).toEqual(text)
    expect(await read(compress(text), ` ${encoding.toUpperCase()} `)).toEqual(text)
  })
  test('a body is taken as long as it inflates to the limit, and not beyond', async () => {
    expect(await read(compress(Buffer.alloc(limits.inflatedBytes)), encoding)).toHaveLength(limits.inflatedBytes)
    await expect(read(compress(Buffer.alloc(limits.inflatedBytes + 1)), encoding)).rejects.toEqual(refused('TOO_LARGE'))
  })
  test('a bomb is refused before it goes off', async () => {
    const bomb = compress(Buffer.alloc(200_000_000))
    const before = process.memoryUsage().rss
    await expect(readBody(source(bomb, 100_000).stream, bomb.length, encoding, { ...limits, wireBytes: bomb.length })).rejects.toEqual(refused('TOO_LARGE'))
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  })
  test('a body that ends too early is refused, wherever it ends', async () => {
    const whole = compress(text)
    for (let length = 0; length < whole.length; length += 1) {
      await expect(read(whole.subarray(0, length), encoding), `${length} of ${whole.length} bytes`).rejects.toEqual(refused('MALFORMED_ENCODING'))
    }
  })
  test('a body that is something else is refused', async () => {
    await expect(read(text, encoding)).rejects.toEqual(refused('MALFORMED_ENCODING'))
    const other = encoding === 'gzip' ? zlib.zstdCompressSync(text) : zlib.gzipSync(text)
    await expect(read(other, encoding)).rejects.toEqual(refused('MALFORMED_ENCODING'))
  })
  test('a body with a changed byte at its end, where its checksum is, is refused', async () => {
    const whole = encoding === 'zstd' ? zlib.zstdCompressSync(text, { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } }) : compress(text)
    whole[whole.length - (encoding === 'gzip' ? 5 : 1)]! ^= 1 // gzip ends with its length, which comes after its checksum
    await expect(read(whole, encoding)).rejects.toEqual(refused('MALFORMED_ENCODING'))
  })
})

test.each(['br', 'gzip, gzip', 'compress', 'x-gzip', 'utf-8', 'toString'])('Content-Encoding %s is not understood', async (encoding) => {
  await expect(read(text, encoding)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', violations: [{ field: 'Content-Encoding' }] })
})

test.each(['__proto__', 'constructor'])('Content-Encoding %s is not understood either', async (encoding) => {
  await expect(read(text, encoding)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', violations: [{ field: 'Content-Encoding' }] })
})

describe('what is set aside', () => {
  /** Room for `maxBytes`, and how much of it was taken. */
  function room(maxBytes: number): { readonly resized: number[]; resize(bytes: number): void } {
    const resized: number[] = []
    return { resized, resize(bytes) { if (bytes > maxBytes) throw new BlotterError('BUSY'); resized.push(bytes) } }
  }
  const large = { wireBytes: 4_000_000, inflatedBytes: 16_000_000 }
  const streamOf = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> => new ReadableStream({ start(controller) { for (const chunk of chunks) controller.enqueue(chunk.slice()); controller.close() } })

  test('a body that did not say how large it is takes more as it comes, and is told to come back when there is no more', async () => {
    const chunks = Array.from({ length: 30 }, () => new Uint8Array(100_000))
    const enough = room(4_000_000)
    expect(await readBody(streamOf(...chunks), undefined, undefined, large, enough)).toHaveLength(3_000_000)
    expect(enough.resized.at(-1)).toBeGreaterThanOrEqual(3_000_000)
    await expect(readBody(streamOf(...chunks), undefined, undefined, large, room(2_500_000))).rejects.toMatchObject({ code: 'BUSY' })
  })

  test('what a body inflates to is set aside before it is, and what was too much is given back', async () => {
    const plain = Buffer.alloc(10_000_000, 'a')
    const wire = zlib.gzipSync(plain)
    const enough = room(16_000_000 + wire.length)
    expect((await readBody(streamOf(wire), wire.length, 'gzip', large, enough)).equals(plain)).toBe(true)
    expect(Math.max(...enough.resized)).toBeGreaterThanOrEqual(10_000_000)
    expect(enough.resized.at(-1)).toBe(10_000_000)
    await expect(readBody(streamOf(wire), wire.length, 'gzip', large, room(5_000_000))).rejects.toMatchObject({ code: 'BUSY' })
  })
})

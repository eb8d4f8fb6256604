// Makes the rows of a block of records, in a thread of its own: it takes longer than everything else that a record needs
// before its acknowledgement, and none of it has to happen where requests are answered.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { createView } from './view.ts'
import { RowWriter } from './row-writer.ts'
import { rowsOf, tables } from './rows.ts'
import type { Table } from './rows.ts'
import type { StoredRecord } from './store.ts'

/** Leaf indices whose rows are there already. */
export type Present = Readonly<Record<Table, ReadonlySet<number>>>

/** RowBinary of each table; empty where every row is there already. */
export type Blocks = Readonly<Record<Table, Uint8Array>>

export interface RowEncoder {
  encode(records: readonly StoredRecord[], present?: Present): Promise<Blocks>
  /** Nobody looks at these any more: their memory serves again. Optional. */
  release(blocks: Blocks): void
  close(): Promise<void>
}

/** In this thread: for tests and tools. */
export function createRowEncoder(): RowEncoder {
  return { encode: (records, present) => Promise.resolve(encodeBlocks(records, present)), release() {}, close: () => Promise.resolve() }
}

/** `take`: memory of at least so many bytes that is nobody else's. */
export function encodeBlocks(records: Iterable<StoredRecord>, present?: Present, take: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafeSlow(bytes)): Blocks {
  const writers = tables.map((table) => ({ table, out: new RowWriter(take(expectedBytes[table])) }))
  for (const stored of records) {
    view.read(bytesOf(stored))
    for (const { table, out } of writers) if (present?.[table].has(stored.leafIndex) !== true) rowsOf[table].write(out, { stored, view })
  }
  const blocks = Object.fromEntries(writers.map(({ table, out }) => [table, out.finish()])) as unknown as Blocks
  for (const table of tables) expectedBytes[table] = Math.max(leastBytes, Math.ceil(blocks[table].length * 1.1))
  return blocks
}

/** Rows of the table of records alone. */
export function encodeRecords(records: Iterable<StoredRecord>): Uint8Array {
  const out = new RowWriter()
  for (const stored of records) {
    view.read(bytesOf(stored))
    rowsOf.records.write(out, { stored, view })
  }
  return out.finish()
}

/** About as many as the last time: growing to them by and by would leave as many behind as garbage. */
const leastBytes = 64 * 1024
const expectedBytes: Record<Table, number> = { records: leastBytes, identifiers: leastBytes, salts: leastBytes }

const view = createView()

function bytesOf(stored: StoredRecord): Buffer { // not taken apart: the text may have to be made
  const { canonicalBytes } = stored
  return canonicalBytes === undefined ? Buffer.from(stored.canonical) : Buffer.from(canonicalBytes.buffer, canonicalBytes.byteOffset, canonicalBytes.byteLength)
}

/** Records on their way to the thread: what is of fixed size and the texts one after the other, the rest in columns. */
export interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly offsets: Float64Array
  readonly leafIndices: Float64Array
  readonly storedAtNanos: BigUint64Array
  readonly origins: readonly string[]
  readonly scopes: readonly (readonly [retentionClass: string, period: string])[]
}

/** `spare`: memory that the thread may write rows into. */
export interface EncodeRequest { readonly packed: Packed; readonly present?: Present; readonly spare: readonly SharedArrayBuffer[] }

/**
 * `memory`: that of the request, to be used for the next one. Blocks lie in shared memory, which goes back and forth: what
 * is made and thrown away, tens of megabytes a second, would make both threads collect all of their garbage for it.
 */
export interface EncodeAnswer { readonly blocks: Blocks; readonly memory: ArrayBuffer }

/** Two batches of a step, in blocks of three tables: more is let go. */
export const mostSpare = 24

/** Bytes before the text of a record: leaf hash, salt, received digest. */
const fixedBytes = 32 + 32 + 16

/** One block at a time, in the order in which they are asked for. A thread that ends fails the block in hand and is replaced with the next. */
export function startRowEncoder(): RowEncoder {
  let failure: unknown // of the thread that ended last
  let thread: Worker | undefined = start() // at once: it takes a moment to begin
  let memory = new ArrayBuffer(0)
  let spare: SharedArrayBuffer[] = []
  let last: Promise<unknown> = Promise.resolve()

  async function encode(records: readonly StoredRecord[], present?: Present): Promise<Blocks> {
    const packed = await pack(records, memory)
    const worker = thread ??= start()
    return new Promise<Blocks>((resolve, reject) => {
      const onMessage = (answer: EncodeAnswer): void => { worker.off('exit', onExit); memory = answer.memory; resolve(answer.blocks) }
      const onExit = (): void => { worker.off('message', onMessage); reject(new Error('the thread that makes rows ended', { cause: failure })) }
      worker.once('message', onMessage)
      worker.once('exit', onExit)
      worker.postMessage({ packed, spare, ...(present === undefined ? {} : { present }) } satisfies EncodeRequest, [packed.bytes.buffer])
      spare = []
    })
  }

  return {
    encode(records, present) {
      const result = last.then(() => encode(records, present))
      last = result.catch(() => {})
      return result
    },
    release(blocks) {
      for (const { buffer } of Object.values(blocks)) if (buffer instanceof SharedArrayBuffer && !spare.includes(buffer) && spare.length < mostSpare) spare.push(buffer)
    },
    async close() {
      await thread?.terminate()
      thread = undefined
    },
  }

  function start(): Worker {
    const worker = new Worker(new URL('./row-thread.ts', import.meta.url))
    worker.on('error', (error) => { failure = error }) // 'exit' follows
    worker.once('exit', () => { if (thread === worker) thread = undefined }) // also when it ends while nothing is asked of it
    worker.unref()
    return worker
  }
}

/** Packed in one turn of the event loop: requests that this thread answers wait no longer than these take. */
const sliceRecords = 256

/** Into `memory` when it is large enough. */
async function pack(records: readonly StoredRecord[], memory: ArrayBuffer): Promise<Packed> {
  const texts = records.map((record) => record.canonicalBytes ?? Buffer.from(record.canonical)) // not taken apart: the text may have to be made
  const offsets = new Float64Array(records.length + 1)
  texts.forEach((text, i) => { offsets[i + 1] = offsets[i]! + fixedBytes + text.length })
  const size = offsets[records.length]!
  const bytes = new Uint8Array(memory.byteLength < size ? new ArrayBuffer(Math.ceil(size * 1.1)) : memory, 0, size)
  for (const [i, { leafHash, salt, receivedDigest }] of records.entries()) {
    if (i % sliceRecords === sliceRecords - 1) await nextTurn()
    const start = offsets[i]!
    bytes.set(leafHash, start)
    bytes.set(salt, start + 32)
    bytes.set(receivedDigest, start + 64)
    bytes.set(texts[i]!, start + fixedBytes)
  }
  return {
    bytes, offsets,
    leafIndices: Float64Array.from(records, ({ leafIndex }) => leafIndex), storedAtNanos: BigUint64Array.from(records, ({ storedAtNano }) => storedAtNano),
    origins: records.map(({ origin }) => origin), scopes: records.map(({ retentionClass, period }) => [retentionClass, period] as const),
  }
}

export function* unpack({ bytes, offsets, leafIndices, storedAtNanos, origins, scopes }: Packed): Generator<StoredRecord> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (const [i, leafIndex] of leafIndices.entries()) {
    const start = offsets[i]!
    const canonicalBytes = buffer.subarray(start + fixedBytes, offsets[i + 1])
    const [retentionClass, period] = scopes[i]!
    yield {
      origin: origins[i]!, leafIndex, leafHash: buffer.subarray(start, start + 32), salt: buffer.subarray(start + 32, start + 64), receivedDigest: buffer.subarray(start + 64, start + fixedBytes),
      storedAtNano: storedAtNanos[i]!, retentionClass, period, get canonical() { return canonicalBytes.toString() }, canonicalBytes,
    }
  }
}

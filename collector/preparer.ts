// Where records are prepared: small requests in this thread, since a letter to another one takes longer than they do;
// large ones in threads of their own, so that this one stays free to read, sync and answer.

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { createPrepare } from './prepare.ts'
import { createSlices } from './slices.ts'
import { createTurns } from './turns.ts'
import type { PrepareInput, PrepareOptions, Prepared } from './prepare.ts'

export interface Preparer {
  prepare(input: PrepareInput): Promise<Prepared>
  /** Tells the threads that fingerprint keys have changed: each reads them again by itself, a moment later. */
  renew(): void
  close(): Promise<void>
}

export interface PreparerOptions extends Omit<PrepareOptions, 'secrets'> {
  /** A thread reads the secrets itself, from below here. */
  readonly dataDirectory: string
  /** How many threads. Default: one for each core but one, at least one. */
  readonly threads?: number
  /** Bodies up to this size are prepared in this thread. Default 4 KiB: a few records, a fraction of a millisecond. More, and sixty at once would hold up the thread that answers. */
  readonly inlineBytes?: number
  /** Told when a thread ended by an error, which is a bug of ours; another one takes its place. */
  readonly onEnded?: (error: unknown) => void
}

/** What goes to a thread and comes back. */
export interface PrepareRequest { readonly id: number; readonly input: PrepareInput }
export interface PrepareResponse { readonly id: number; readonly prepared: Prepared }
export interface Renew { readonly renew: true }

/** What waits for a thread. */
interface Job { readonly input: PrepareInput & { readonly source: Uint8Array }; readonly resolve: (prepared: Prepared) => void; readonly bytes: number }

/** Requests that a thread has: one that it works on, one that is there when it is done, and small ones up to this together. The others wait for their workspace's turn. */
const perThread = 2
const bytesPerThread = 96 * 1024

/** Small requests prepared in one turn of the event loop, in milliseconds. */
const inlineSliceMs = 4

interface Thread { readonly worker: Worker; readonly waiting: Map<number, Job>; bytes: number }

export async function startPreparer(options: PreparerOptions, secrets: PrepareOptions['secrets']): Promise<Preparer> {
  const { threads: count = Math.max(1, availableParallelism() - 1), inlineBytes = 4 * 1024, onEnded = () => {}, ...workerData } = options
  const inline = createPrepare({ ...options, secrets })
  const slices = createSlices(inlineSliceMs)
  const threads: Thread[] = []
  const turns = createTurns<Job>()
  let nextId = 0
  let closing = false

  async function start(): Promise<void> {
    const worker = new Worker(new URL('./prepare-thread.ts', import.meta.url), { workerData })
    const thread: Thread = { worker, waiting: new Map(), bytes: 0 }
    worker.on('message', ({ id, prepared }: PrepareResponse) => {
      const job = thread.waiting.get(id)
      thread.waiting.delete(id)
      thread.bytes -= job?.bytes ?? 0
      job?.resolve(received(prepared))
      handOut()
    })
    worker.on('error', onEnded) // 'exit' follows
    worker.once('exit', () => { leave(thread) })
    await new Promise<void>((resolve, reject) => {
      worker.once('online', resolve)
      worker.once('exit', () => { reject(new Error('a thread for preparing records ended before it began')) })
    })
    worker.unref()
    threads.push(thread)
    handOut()
  }

  /** To the threads as far as they take it; without threads all is prepared here. */
  function handOut(): void {
    for (let thread = leastBusy(threads); !closing && hasRoom(thread); thread = leastBusy(threads)) {
      const job = turns.next()
      if (job === undefined) return
      if (thread === undefined) job.resolve(inline(job.input))
      else send(thread, job)
    }
  }

  function send(thread: Thread, job: Job): void {
    const { input } = job
    const id = nextId++
    thread.waiting.set(id, job)
    thread.bytes += job.bytes
    const source = ownBytes(input.source)
    thread.worker.postMessage({ id, input: { ...input, source } } satisfies PrepareRequest, [source.buffer])
  }

  /** A thread that ends takes what it was given with it: nothing of that was acknowledged, and its senders try again. */
  function leave(thread: Thread): void {
    const position = threads.indexOf(thread)
    if (position >= 0) threads.splice(position, 1)
    for (const { resolve } of thread.waiting.values()) resolve({ kind: 'refused', received: 0, code: 'INTERNAL', violations: [] })
    thread.waiting.clear()
    if (!closing && position >= 0) start().catch(() => {})
    handOut()
  }

  await Promise.all(Array.from({ length: count }, start))
  return {
    prepare(input) {
      const { source, owner: { workspace } } = input
      if (!(source instanceof Uint8Array) || source.length <= inlineBytes) return slices.run(() => inline(input))
      return new Promise((resolve) => {
        turns.add(workspace, { input: { ...input, source }, resolve, bytes: source.length })
        handOut()
      })
    },
    renew() {
      for (const { worker } of threads) worker.postMessage({ renew: true } satisfies Renew)
    },
    async close() {
      closing = true
      for (let job = turns.next(); job !== undefined; job = turns.next()) job.resolve({ kind: 'refused', received: 0, code: 'SHUTTING_DOWN', violations: [] })
      await Promise.all(threads.map(({ worker }) => worker.terminate()))
    },
  }
}

function hasRoom(thread: Thread | undefined): boolean {
  return thread === undefined || thread.waiting.size < perThread || thread.bytes < bytesPerThread
}

function leastBusy(threads: readonly Thread[]): Thread | undefined {
  return threads.reduce<Thread | undefined>((best, thread) => (best === undefined || thread.waiting.size < best.waiting.size ? thread : best), undefined)
}

/** Bytes in a buffer that is theirs alone can change hands without being copied. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer ? bytes as Uint8Array<ArrayBuffer> : new Uint8Array(bytes)
}

/** Between threads a Buffer travels as the plain array of bytes that it is. */
function received(prepared: Prepared): Prepared {
  if (prepared.kind === 'refused') return prepared
  const { bytes, offsets } = prepared.entries
  return { ...prepared, entries: { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), offsets } }
}

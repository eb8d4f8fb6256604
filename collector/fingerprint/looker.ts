// Where payloads are looked up: small ones on the spot; large ones, which the rules take a second for, in a thread of
// their own, so that neither those who send nor the thread that answers wait for somebody's question. It begins with the
// first one.

import { Worker } from 'node:worker_threads'
import { BlotterError } from '../errors.ts'
import { lookUp } from './look-up.ts'
import type { Redaction } from '@blotter/processors'
import type { ErrorCode, Violation } from '../errors.ts'
import type { Secrets } from '../secrets.ts'
import type { LookUp } from './look-up.ts'

export interface LookerOptions {
  /** The thread reads the secrets itself, from below here. */
  readonly dataDirectory: string
  /** The redaction policy as it was written: what is compiled cannot go to another thread. */
  readonly redaction: unknown
  /** What is removed besides, whatever the policy says. */
  readonly redact: { readonly paths: readonly string[]; readonly keys: readonly string[] }
}

export interface Looker {
  /** Throws GUESSABLE_PAYLOAD, or INTERNAL when the thread ended. */
  lookUp(bytes: Uint8Array, workspace: string): Promise<LookUp>
  close(): Promise<void>
}

export interface LookUpRequest { readonly id: number; readonly bytes: Uint8Array; readonly workspace: string }
export type LookUpResponse =
  | { readonly id: number; readonly found: LookUp }
  | { readonly id: number; readonly code: ErrorCode; readonly violations: readonly Violation[] }

/** Up to this a look-up takes a millisecond or two. */
const inlineBytes = 4 * 1024

interface Waiting { readonly resolve: (found: LookUp) => void; readonly reject: (error: BlotterError) => void }

/** `secrets`, `redaction`: of this thread. */
export function createLooker(options: LookerOptions, secrets: Secrets, redaction: Redaction): Looker {
  const waiting = new Map<number, Waiting>()
  let worker: Worker | undefined
  let nextId = 0
  let closing = false

  function start(): Worker {
    const started = new Worker(new URL('./look-up-thread.ts', import.meta.url), { workerData: { dataDirectory: options.dataDirectory, redaction: options.redaction, redact: options.redact } })
    started.on('message', (response: LookUpResponse) => {
      const asked = waiting.get(response.id)
      waiting.delete(response.id)
      if ('found' in response) asked?.resolve(response.found)
      else asked?.reject(new BlotterError(response.code, { violations: response.violations }))
    })
    started.on('error', (cause) => { end(started, new BlotterError('INTERNAL', { cause })) })
    started.once('exit', () => { end(started, new BlotterError(closing ? 'SHUTTING_DOWN' : 'INTERNAL')) })
    started.unref()
    return started
  }

  /** Takes with it what it was asked; the next question begins another one. */
  function end(ended: Worker, error: BlotterError): void {
    if (worker !== ended) return
    worker = undefined
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  return {
    async lookUp(bytes, workspace) {
      if (bytes.length <= inlineBytes) return lookUp(bytes, secrets.liveKeys(workspace), secrets.epochs(), redaction.of(workspace).payload)
      if (closing) throw new BlotterError('SHUTTING_DOWN')
      worker ??= start()
      const id = nextId++
      const found = new Promise<LookUp>((resolve, reject) => { waiting.set(id, { resolve, reject }) })
      worker.postMessage({ id, bytes, workspace } satisfies LookUpRequest)
      return found
    },
    async close() {
      closing = true
      await worker?.terminate()
    },
  }
}

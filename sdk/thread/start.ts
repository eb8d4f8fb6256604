// The link to a courier in a thread of its own. The thread keeps no process alive: what waits for it does. If it dies,
// it is started again and handed what it had not confirmed; if it cannot live at all, the courier works inline.

import { Worker } from 'node:worker_threads'
import { linkInline, writeNow } from '../deliver/link.ts'
import type { Link } from '../deliver/link.ts'
import { endTicket } from '../deliver/messages.ts'
import type { CourierSettings, ToCaller, ToCourier } from '../deliver/messages.ts'
import type { Timing } from '../time.ts'

/** What the courier may take: the records that wait in memory, and their copies on the way to the disk. */
const resourceLimits = { maxOldGenerationSizeMb: 512 }

/** Deaths in a row, without a word in between, after which the thread is given up. */
const mostDeaths = 3

const isSource = import.meta.url.endsWith('.ts')
const threadFile = new URL(isSource ? './courier-thread.ts' : './courier-thread.js', import.meta.url)

export interface ThreadLink extends Link {
  /** Ends the thread as a crash would. */
  readonly killForTests: () => Promise<void>
}

/** `hear`: never called before this has returned. `lost`: everything unconfirmed must be posted again. */
export function linkThread(settings: CourierSettings, timing: Timing, hear: (message: ToCaller) => void, lost: () => void): ThreadLink {
  const ended = new SharedArrayBuffer(4)
  let deaths = 0
  let stopped = false
  let fallback: Link | undefined
  let worker = start()

  function start(): Worker | undefined {
    try {
      const made = new Worker(threadFile, {
        workerData: { settings, ended }, name: 'blotter-courier', resourceLimits, stdin: false,
        ...(isSource ? { execArgv: [...process.execArgv.filter((flag) => !flag.startsWith('--input-type')), '--conditions=@blotter/source'] } : {}),
      })
      made.on('message', (message: ToCaller) => {
        deaths = 0
        hear(message)
      })
      made.on('error', () => {}) // the exit that follows says all: its message may hold a part of a record
      made.once('exit', () => { if (made === worker) replace() })
      made.unref() // after the listener, which holds the process
      return made
    } catch {
      queueMicrotask(replace)
      return undefined
    }
  }

  function replace(): void {
    if (stopped) return
    deaths += 1
    if (deaths < mostDeaths && worker !== undefined) worker = start()
    else {
      worker = undefined
      fallback = linkInline(settings, timing, hear)
    }
    lost()
  }

  return {
    get kind() { return fallback === undefined ? 'thread' : 'inline' },
    post(message: ToCourier) {
      if (fallback !== undefined) fallback.post(message)
      else worker?.postMessage(message)
    },
    endNow(boundMs, unconfirmed) {
      if (fallback !== undefined) return fallback.endNow(boundMs, unconfirmed)
      worker?.postMessage({ kind: 'drain', durable: true, ticket: endTicket } satisfies ToCourier)
      const signal = new Int32Array(ended)
      if (Atomics.wait(signal, 0, 0, boundMs) === 'timed-out') return writeNow(settings, timing, unconfirmed())
      return Atomics.load(signal, 0) - 1
    },
    async killForTests() { await worker?.terminate() },
    stop() {
      stopped = true
      void worker?.terminate()
    },
  }
}

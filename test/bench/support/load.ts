// Load from a process of its own, so that making it does not take time from what is measured.

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BodyEncoding } from './encode.ts'

export interface LoadOptions {
  readonly url: string
  readonly encoding: BodyEncoding
  /** Records in one request. */
  readonly batch: number
  readonly connections: number
  readonly warmUpMs: number
  readonly measureMs: number
  readonly seed: number
  /** Records a second at most. Default as many as it takes. */
  readonly perSecond?: number
}

export interface Load {
  readonly records: number
  readonly requests: number
  /** Requests that were not answered with 200; they count for nothing else. */
  readonly refused: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Bytes of a body, for each record in it. */
  readonly bodyBytesPerRecord: number
}

const file = fileURLToPath(new URL('./load-process.ts', import.meta.url))

/** `measuring` is called when the warm-up is over and when the measuring is. */
export function runLoad(options: LoadOptions, measuring: (phase: 'begins' | 'ends') => void): Promise<Load> {
  return new Promise((resolve, reject) => {
    const child = fork(file, [JSON.stringify(options)])
    let load: Load | undefined
    child.on('message', (message: 'begins' | 'ends' | Load) => {
      if (typeof message === 'string') measuring(message)
      else load = message
    })
    child.on('error', reject)
    child.on('exit', (code) => {
      if (load !== undefined) resolve(load)
      else reject(new Error(`the load process ended with ${code} and no result`))
    })
  })
}

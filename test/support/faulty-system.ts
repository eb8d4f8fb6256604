// Starts a real collector of which chosen calls of the system fail: see faulty-system.c, which is compiled at first use.

import { execFile } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { constants } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const source = fileURLToPath(new URL('./faulty-system.c', import.meta.url))

export type Call = 'open' | 'write' | 'fdatasync' | 'fsync' | 'ftruncate' | 'rename' | 'unlink' | 'close'

/** See faulty-system.c. */
export type How = 'before' | 'after' | 'torn' | 'short' | 'hang' | 'kill' | 'killed'

export interface Order {
  readonly call: Call
  readonly how: How
  /** Default EIO. */
  readonly error?: 'EIO' | 'ENOSPC' | 'EROFS'
  /** Calls that work before it. Default 0. */
  readonly skip?: number
  /** How many calls fail. Default 1. */
  readonly times?: number
  /** Part of the file's path. */
  readonly path: string
}

export interface FaultySystem {
  /** For the process whose calls are to fail. */
  readonly environment: Readonly<Record<string, string>>
  arm(orders: readonly Order[]): Promise<void>
  disarm(): Promise<void>
  /** Calls that failed since `arm`, in order. */
  hits(): Promise<readonly Call[]>
}

/** Why faults cannot be injected here; undefined when they can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'needs Linux'
  return promisify(execFile)('cc', ['--version']).then(() => undefined, () => 'needs a C compiler: install cc')
}

/** `directory`: for the library and the orders. */
export async function createFaultySystem(directory: string): Promise<FaultySystem> {
  const library = join(directory, 'faulty-system.so')
  const file = join(directory, 'orders')
  await promisify(execFile)('cc', ['-shared', '-fPIC', '-O1', '-Wall', '-Wextra', '-Werror', '-o', library, source, '-ldl', '-lpthread'])
  return {
    environment: { LD_PRELOAD: library, BLOTTER_FAULTS: file },
    async arm(orders) {
      await rm(`${file}.hits`, { force: true })
      await writeFile(`${file}.next`, orders.map(render).join(''))
      await rename(`${file}.next`, file) // at no moment is there half an order
    },
    disarm: () => rm(file, { force: true }),
    async hits() {
      const text = await readFile(`${file}.hits`, 'utf8').catch(() => '')
      return text.split('\n').filter((line) => line !== '') as Call[]
    },
  }
}

function render({ call, how, error = 'EIO', skip = 0, times = 1, path }: Order): string {
  return `${call} ${how} ${constants.errno[error]} ${skip} ${times} ${path}\n`
}

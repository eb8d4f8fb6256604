// What following has in common, whatever is followed: it goes on through restarts and overload of the collector, says
// once that it waits, and ends with Ctrl-C.

import { setTimeout as sleep } from 'node:timers/promises'
import { ClientError } from './client.ts'

export const waits = { firstMs: 500, mostMs: 10_000 } as const

/** Aborted by Ctrl-C, or when nobody reads what is printed any more. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController()
  const end = (): void => { controller.abort() }
  process.once('SIGINT', end)
  process.once('SIGTERM', end)
  return controller.signal
}

/** Twice as long each time. */
export function waitOf(failures: number): number {
  return Math.min(waits.mostMs, waits.firstMs * 2 ** Math.min(failures, 10))
}

/** False when it was interrupted. */
export function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  return sleep(ms, true, { signal }).catch(() => false)
}

/** Tries until there is an answer; undefined when it was interrupted. What would fail again just so is thrown. */
export async function insist<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (signal.aborted) return undefined
      if (!(error instanceof ClientError) || !error.isTemporary) throw error
      if (failures === 0) process.stderr.write('blotter: the collector does not answer; waiting for it …\n')
      await pause(waitOf(failures), signal)
    }
  }
  return undefined
}

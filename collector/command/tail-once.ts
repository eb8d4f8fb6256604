// Which entries of a tail were printed already. After a reconnection the collector is asked for what there was before once
// more, from the oldest that was printed: by time alone nothing can be left out, since records of other clocks come late.

import { createHash } from 'node:crypto'
import type { LogEntry } from './render/entries.ts'

export interface Once {
  /** Where the next connection has to begin. */
  readonly startNano: bigint
  /** Whether it was not given before; from now on it was. */
  isNew(entry: LogEntry): boolean
}

/** More than one connection begins with. */
const mostRemembered = 20_000

export function createOnce(startNano: bigint): Once {
  let oldest: bigint | undefined
  const given = new Set<string>()
  return {
    get startNano() { return oldest ?? startNano },
    isNew(entry) {
      const key = keyOf(entry)
      if (given.has(key)) return false
      given.add(key)
      if (given.size > mostRemembered) given.delete(given.values().next().value!)
      if (oldest === undefined || entry.timeNano < oldest) oldest = entry.timeNano
      return true
    },
  }
}

/** As long for a long line as for a short one. */
function keyOf({ timeNano, line, labels }: LogEntry): string {
  return createHash('sha256').update(JSON.stringify([String(timeNano), line, labels])).digest('base64')
}

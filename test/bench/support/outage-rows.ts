// The rows of the outage table: what happens to the collector, and how much is emitted meanwhile.

import type { Trouble } from './outage-server.ts'

/** How the emitter ends. `shutdown`: it closes what it uses, as documented, then exits. `natural`: its main module returns. */
export type Ending = 'shutdown' | 'natural' | 'process.exit' | 'kill -9'

export interface OutageRow {
  /** For `--only`. */
  readonly id: string
  readonly name: string
  readonly trouble: Trouble
  /** Records in one turn of the event loop, at the start. */
  readonly burst: number
  /** Records per second after it. */
  readonly perSecond: number
  readonly seconds: number
  readonly ending: Ending
}

/** Before and after an outage, all is well for so long. */
const calmSeconds = 2

/** Before a kill, so that what was emitted a moment ago is durable: nothing can promise more about it. */
export const killAfterMs = 250

/** `quick`: outages of a second or two instead of up to a minute. */
export function outageRows(quick: boolean): OutageRow[] {
  const outages = quick ? [[1, 100], [2, 500], [2, 1000]] : [15, 30, 60].flatMap((seconds) => [100, 500, 1000].map((perSecond) => [seconds, perSecond]))
  const retryAfterSeconds = quick ? 2 : 30
  const few = quick ? 500 : 2000
  const none: Trouble = { kind: 'none' }
  const down: Trouble = { kind: 'unavailable', afterMs: 0, forMs: Number.POSITIVE_INFINITY }
  return [
    { id: 'burst', name: 'a burst of 5,000 in one turn', trouble: none, burst: 5000, perSecond: 0, seconds: 0, ending: 'shutdown' },
    ...outages.map(([seconds, perSecond]) => outage(seconds!, perSecond!)),
    { id: 'retry-after', name: `503 for ${retryAfterSeconds} s with Retry-After ${retryAfterSeconds}`, trouble: { kind: 'unavailable', afterMs: 0, forMs: retryAfterSeconds * 1000 - 500, retryAfterSeconds }, burst: 100, perSecond: 100, seconds: 2, ending: 'shutdown' },
    { id: 'too-large', name: '413 above 64 KiB', trouble: { kind: 'too-large', maxBytes: 65_536 }, burst: few, perSecond: 0, seconds: 0, ending: 'shutdown' },
    { id: 'natural', name: 'natural exit, no shutdown', trouble: none, burst: 1000, perSecond: 0, seconds: 0, ending: 'natural' },
    { id: 'natural-down', name: 'natural exit while it is down', trouble: down, burst: 1000, perSecond: 0, seconds: 0, ending: 'natural' },
    { id: 'exit', name: 'process.exit() after the last record', trouble: none, burst: 1000, perSecond: 0, seconds: 0, ending: 'process.exit' },
    { id: 'exit-down', name: 'process.exit() while it is down', trouble: down, burst: 0, perSecond: 500, seconds: quick ? 1 : 5, ending: 'process.exit' },
    { id: 'kill', name: `kill -9, ${killAfterMs} ms after the last record`, trouble: none, burst: 0, perSecond: 500, seconds: quick ? 1 : 5, ending: 'kill -9' },
    { id: 'kill-down', name: `the same while it is down`, trouble: down, burst: 0, perSecond: 500, seconds: quick ? 1 : 5, ending: 'kill -9' },
  ]
}

function outage(seconds: number, perSecond: number): OutageRow {
  return {
    id: `outage-${seconds}-${perSecond}`, name: `503 for ${seconds} s, ${perSecond}/s`, trouble: { kind: 'unavailable', afterMs: calmSeconds * 1000, forMs: seconds * 1000 },
    burst: 0, perSecond, seconds: seconds + 2 * calmSeconds, ending: 'shutdown',
  }
}

// What the Loki API answers, as far as the commands read it.

import type { LogEntry } from './render/entries.ts'
import type { Sample, Series } from './render/series.ts'

export interface LokiStream { readonly stream: Readonly<Record<string, string>>; readonly values: readonly (readonly [string, string])[] }

export type LokiData =
  | { readonly resultType: 'streams'; readonly result: readonly LokiStream[] }
  | { readonly resultType: 'vector' | 'matrix'; readonly result: readonly Series[] }
  | { readonly resultType: 'scalar'; readonly result: Sample }

/** All entries of all streams, oldest first. */
export function entriesOf(streams: readonly LokiStream[]): LogEntry[] {
  const entries = streams.flatMap(({ stream, values }) => values.map(([time, line]) => ({ timeNano: BigInt(time), line, labels: stream })))
  return entries.sort((a, b) => (a.timeNano < b.timeNano ? -1 : a.timeNano > b.timeNano ? 1 : 0))
}

// Which streams a selector means. There are few of them compared to records, so they are matched here, by the code that
// knows what a matcher means, and the store is given their names.

import { streamFrom } from '../../look/stream.ts'
import { matchLabels } from '../logql/pipeline.ts'
import type { LogRows, LogWindow, StreamTotal } from '../../store/log-rows.ts'
import type { Scope } from '../../store/store.ts'
import type { Matcher } from '../logql/ast.ts'
import type { Labels } from '../logql/entry.ts'
import type { Reading } from './reading.ts'

export interface KnownStream extends StreamTotal { readonly labels: Labels }

export interface ChosenStreams {
  readonly totals: readonly KnownStream[]
  /** Their names; absent when they are all that spoke. */
  readonly streams?: readonly string[]
  /** One of them has irregular records. */
  readonly irregular: boolean
}

export async function matchingStreams(rows: LogRows, scope: Scope, window: LogWindow, matches: (labels: Labels) => boolean, reading: Reading, how: { readonly rough?: boolean; readonly hours?: boolean } = {}): Promise<KnownStream[]> {
  if (window.toNano <= window.fromNano) return []
  const totals = await reading.ask((options) => rows.streams(scope, window, { ...options, ...how }))
  return totals.map((total) => ({ ...total, labels: streamFrom(total.stream) })).filter(({ labels }) => matches(labels))
}

/** A stream that spoke outside the window may be among them: their records are asked for by time as well. */
export async function chooseStreams(rows: LogRows, scope: Scope, window: LogWindow, matchers: readonly Matcher[], reading: Reading): Promise<ChosenStreams> {
  const matches = matchLabels(matchers)
  const all = await matchingStreams(rows, scope, window, () => true, reading, { rough: true })
  const totals = all.filter(({ labels }) => matches(labels))
  return { totals, irregular: totals.some(({ irregular }) => irregular > 0), ...(totals.length === all.length ? {} : { streams: totals.map(({ stream }) => stream) }) }
}

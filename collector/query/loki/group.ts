// Entries into streams, as a client asked to have them: by index labels with the rest beside each entry, or, for clients
// that know labels only, by all labels that an entry has.

import { createSlices } from '../../slices.ts'
import type { Labels } from '../logql/entry.ts'
import type { Processed } from '../logql/pipeline.ts'

export interface LogStream { readonly labels: Labels; readonly entries: readonly Processed[] }

/** Of one turn of the event loop. */
const sliceEntries = 256
const slices = createSlices(8)

/** Streams in order of their labels, backwards when the entries are. Entries keep their order. */
export async function groupEntries(entries: readonly Processed[], categorized: boolean, direction: 'forward' | 'backward'): Promise<LogStream[]> {
  const streams = new Map<string, { labels: Labels; entries: Processed[] }>()
  const keys = new WeakMap<Labels, string>() // entries of one stream share their labels
  for (let from = 0; from < entries.length; from += sliceEntries) {
    await slices.run(() => { for (const entry of entries.slice(from, from + sliceEntries)) add(entry) })
  }
  const sorted = [...streams].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, stream]) => stream)
  return direction === 'forward' ? sorted : sorted.reverse()

  function add(entry: Processed): void {
    const labels = categorized ? entry.stream : allLabels(entry)
    const key = keys.get(labels) ?? textOf(labels)
    if (categorized) keys.set(labels, key)
    const stream = streams.get(key)
    if (stream === undefined) streams.set(key, { labels, entries: [entry] })
    else stream.entries.push(entry)
  }
}

export function allLabels({ stream, metadata, parsed }: Processed): Labels {
  return new Map([...stream, ...metadata, ...parsed])
}

/** `{a="b", c="d"}`, by which streams are told apart and stand in order. */
export function textOf(labels: Labels): string {
  return `{${[...labels.keys()].sort().map((name) => `${name}=${JSON.stringify(labels.get(name))}`).join(', ')}}`
}

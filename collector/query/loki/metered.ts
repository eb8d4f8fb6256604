// A source of entries that counts what is read and gives the thread back between slices: the thread that evaluates is the
// one that acknowledges records, and an acknowledgement must not wait for a query. (A thread of its own would have to be
// given every row of the store by copying it, which costs more than most queries do with it.)

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Entry, EntryQuestion, EntrySource } from '../logql/entry.ts'

export interface Reading { rows: number; bytes: number }

/** How long one turn of the event loop may evaluate entries; looked at every so many of them. */
const sliceMs = 8
const lookEvery = 128

/** `signal`: ends the reading of every question, with its reason. */
export function meteredSource(source: EntrySource, reading: Reading, signal: AbortSignal): EntrySource {
  return {
    async *entries(question: EntryQuestion) {
      let startedMs = performance.now()
      for await (const page of source.entries({ ...question, signal: question.signal === undefined ? signal : AbortSignal.any([question.signal, signal]) })) {
        for (let from = 0; from < page.length; from += lookEvery) {
          signal.throwIfAborted()
          const slice = page.length <= lookEvery ? page : page.slice(from, from + lookEvery)
          count(slice, reading)
          yield slice
          if (performance.now() - startedMs < sliceMs) continue
          await nextTurn()
          startedMs = performance.now()
        }
      }
    },
    async count(question) {
      signal.throwIfAborted()
      return source.count({ ...question, signal })
    },
  }
}

function count(entries: readonly Entry[], reading: Reading): void {
  reading.rows += entries.length
  for (const { line } of entries) reading.bytes += line.length
}

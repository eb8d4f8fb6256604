// What the language works on, and where it comes from. A record looks here as a real Loki would show it after the record
// was forwarded there by OTLP (see collector/query/loki/look.ts): few labels name its stream, the rest is metadata.

import type { LogQuery, Matcher, Stage } from './ast.ts'

export type Labels = ReadonlyMap<string, string>

/** Entries of one stream share one `stream` object, so that whoever groups by it may compare references first. */
export interface Entry {
  readonly timeNano: bigint
  readonly line: string
  /** Index labels. */
  readonly stream: Labels
  /** Structured metadata. */
  readonly metadata: Labels
}

/** Times in nanoseconds since 1970. A log query reads `[from, to)`, a range vector `(from, to]`: the asker adds 1 where it must. */
export interface Window { readonly fromNano: bigint; readonly toNano: bigint }

export interface EntryQuestion extends Window {
  readonly matchers: readonly Matcher[]
  /** The source may leave out entries that leading stages would; it never has to: all stages are run again on what it gives. */
  readonly stages: readonly Stage[]
  readonly direction: 'forward' | 'backward'
  /** How many entries the asker expects to take. Sizes pages, bounds nothing. */
  readonly about?: number
  readonly signal?: AbortSignal
}

export interface CountQuestion {
  readonly log: LogQuery
  readonly measure: 'lines' | 'bytes'
  /** Series by these labels; labels that an entry does not have are left out of its series. */
  readonly by: readonly string[]
  /** Bucket i holds the entries of (origin + i·width, origin + (i+1)·width]. */
  readonly originNano: bigint
  readonly widthNano: bigint
  readonly buckets: number
  readonly signal?: AbortSignal
}

/** `counts[i]`: of bucket i. */
export interface CountedSeries { readonly labels: Labels; readonly counts: Float64Array }

export interface EntrySource {
  /** In order of time (in `direction`), pages of any size. Throws {@link QueryLimitError} at a cap. */
  entries(question: EntryQuestion): AsyncIterable<readonly Entry[]>
  /** Counts without reading rows, when all of the question can be answered exactly so; undefined when it cannot. */
  count(question: CountQuestion): Promise<readonly CountedSeries[] | undefined>
}

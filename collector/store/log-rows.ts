// The contract of the store with the log queries: rows in order of time, counts of them, and what is known of streams.
// Conditions are said in terms of the look of a record; which column answers them is the store's affair.

import type { Link, RecordPlace, Scope } from './store.ts'
import type { MetadataColumn } from './look-names.ts'

/** Nanoseconds since 1970, `to` exclusive. */
export interface LogWindow { readonly fromNano: bigint; readonly toNano: bigint }

export type LogCondition =
  | { readonly kind: 'all' | 'any'; readonly of: readonly LogCondition[] }
  | { readonly kind: 'not'; readonly of: LogCondition }
  /** `matches`: a regular expression as Go has it, found anywhere. `ignoreCase`: of ASCII letters. */
  | { readonly kind: 'text'; readonly subject: 'line' | MetadataColumn; readonly how: 'contains' | 'equals' | 'matches'; readonly text: string; readonly ignoreCase?: boolean }
  /** The record has this identifier, or, rarely, one of the same hash. */
  | { readonly kind: 'link'; readonly link: Link }
  /** The text stands somewhere in the record, as it is: for values of attributes that have no column. */
  | { readonly kind: 'mentions'; readonly text: string }

export interface LogWhere extends LogWindow {
  /** Texts of streams; absent: any. */
  readonly streams?: readonly string[]
  /** Does not hold for irregular records, which have to be looked at one by one. */
  readonly condition?: LogCondition
  /** Irregular records: taken whatever the condition says, or nothing but them. Absent: there are none, as far as is known; counts leave them out. */
  readonly irregular?: 'too' | 'only'
}

export interface LogOptions { readonly timeoutMs: number; readonly signal?: AbortSignal }

export interface LogPage { readonly direction: 'forward' | 'backward'; readonly after?: RecordPlace; readonly limit: number }

/** `canonical`: shares its memory with the other rows of the page. `line` and `level` say nothing where the record is irregular. */
export interface LogRow extends RecordPlace { readonly stream: string; readonly canonical: Buffer; readonly line: string; readonly level: string; readonly irregular: boolean }

/** `rough`: in the hours that the window touches, which costs less. `hours`: they are asked for. */
export interface StreamOptions extends LogOptions { readonly rough?: boolean; readonly hours?: boolean }

/** `hours`: in how many of them it spoke, when asked for. `lastNano`: the time of its last entry. */
export interface StreamTotal { readonly stream: string; readonly entries: number; readonly bytes: number; readonly irregular: number; readonly hours: number; readonly firstNano: bigint; readonly lastNano: bigint }

export interface StreamStep { readonly stream: string; readonly step: number; readonly bytes: number }

export interface CountQuestion extends LogWhere {
  readonly measure: 'lines' | 'bytes'
  readonly columns: readonly MetadataColumn[]
  readonly byStream: boolean
  /** Bucket i holds what lies in (origin + i·width, origin + (i+1)·width]. */
  readonly originNano: bigint
  readonly widthNano: bigint
  /** Groups at most: one more is given when there are more. */
  readonly limit: number
}

/** `stream`: empty unless asked for. `values`: in the order of the columns. */
export interface CountRow { readonly bucket: number; readonly stream: string; readonly values: readonly string[]; readonly count: number }

export interface LogRows {
  /** In order of time, then of the log. */
  page(scope: Scope, where: LogWhere, page: LogPage, options: LogOptions): Promise<LogRow[]>
  count(scope: Scope, question: CountQuestion, options: LogOptions): Promise<CountRow[]>
  /** Streams that spoke in the window. */
  streams(scope: Scope, window: LogWindow, options: StreamOptions): Promise<StreamTotal[]>
  /** How many irregular records lie in the hours that the window touches. */
  irregular(scope: Scope, window: LogWindow, options: LogOptions): Promise<number>
  /** Bytes of lines by stream and step, step 0 beginning with the window. */
  steps(scope: Scope, window: LogWindow, stepNano: bigint, options: LogOptions): Promise<StreamStep[]>
}

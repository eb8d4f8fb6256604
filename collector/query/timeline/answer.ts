// The answer of GET /v1/timeline: the shape that the page, the commands, the exports and other people's scripts read.
// Times are RFC 3339 with nanoseconds, UTC. Times of different senders are never corrected, only compared: see `skew`.

import type { RecordView } from '../view.ts'

export interface TimelineAnswer {
  /** In order of occurrence, then of the log. What was folded into a record stands in its `folded`, and nowhere else. */
  readonly records: readonly TimelineRecordView[]
  /** Stretches in which a source that usually speaks said nothing, as far as they lie in the time shown. */
  readonly gaps: readonly Gap[]
  readonly milestones: readonly Milestone[]
  readonly skew: readonly Skew[]
  /** Sources drained up to a time: nothing that was acknowledged before it is missing. */
  readonly completeness: Completeness
  /** Links that too many records share to mean anything: named, not followed. */
  readonly notFollowed: readonly { readonly link: string; readonly id: string; readonly records: number }[]
  /** Why there may be more: what ended the search. Absent when the story was followed to its end. */
  readonly stopped?: 'depth' | 'records' | 'time'
  /** Pass as `cursor` for the page before this one (older records); absent on the oldest. Stable while records arrive. */
  readonly older?: string
  /** More matches than the limit let through; kept from the first version of this answer. */
  readonly truncated: boolean
  /** Everything acknowledged before the question is in the answer. */
  readonly complete: boolean
}

export interface TimelineRecordView extends RecordView {
  /** How many shared identifiers away from the question: 0 matched it itself. */
  readonly depth: number
  /** Attempts of the same delivery or repeats of the same failure that this record stands for, besides itself. */
  readonly folded?: Folded
  /** Names of milestones that this record is. */
  readonly milestones?: readonly MilestoneKind[]
  /** Fields whose values the reader may not see; each reads `[masked:<class>]`. */
  readonly masked?: readonly string[]
}

export interface Folded {
  readonly kind: 'attempts' | 'repeats'
  readonly count: number
  readonly firstOccurredAt: string
  readonly lastOccurredAt: string
  /** Ids of the records, oldest first, at most 100. */
  readonly recordIds: readonly string[]
  /** Outcome → how many, of all of them and the record itself. */
  readonly outcomes: Readonly<Record<string, number>>
}

export interface Gap {
  readonly integration: string
  readonly from: string
  readonly to: string
  readonly minutes: number
  /** The usual pause between records of this source, in minutes. */
  readonly expectedMinutes: number
  /** `silence`: nothing came; `missing`: numbered records of a stream did not arrive. */
  readonly kind: 'silence' | 'missing'
  /** How many numbered records are missing. */
  readonly missing?: number
}

export type MilestoneKind = 'first_failure' | 'first_alert' | 'last_failure' | 'first_success_after'

export interface Milestone { readonly kind: MilestoneKind; readonly recordId: string; readonly occurredAt: string; /** Since the first failure. */ readonly afterMs: number }

/** The clock of `source` against that of `reference`, from pairs of a request and its answer. Positive: ahead. */
export interface Skew {
  readonly source: string
  readonly reference: string
  readonly offsetMs: number
  /** Half the width of what the pairs allow. */
  readonly uncertaintyMs: number
  readonly pairs: number
}

export interface Completeness {
  /** Everything acknowledged before this time is in the store. */
  readonly drainedUpTo: string
  /** Newest record of each source that occurs in the answer. */
  readonly sources: readonly { readonly integration: string; readonly newestOccurredAt: string; readonly newestStoredAt: string; readonly silent: boolean }[]
}

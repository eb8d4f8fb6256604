// What every export of a timeline has in common: it is made from the answer as the reader was given it (masked where the
// reader may not see), in pieces, so that a long story is not held twice.

import type { TimelineAnswer } from '../answer.ts'

export interface Exporter {
  readonly contentType: string
  /** Of a file that holds it. */
  readonly extension: string
  /** Pieces of about one record each. */
  write(answer: TimelineAnswer, options?: ExportOptions): Iterable<string>
}

export interface ExportOptions {
  /** What the story was asked by: names of parameters. Their values stay out of it. */
  readonly parameters?: readonly string[]
  /** `customer`: integrations that a customer may know by name. All others are folded. Default none. */
  readonly share?: readonly string[]
  /** `customer`: what is told beyond when, what, who and how it ended. Default nothing. */
  readonly fields?: readonly CustomerField[]
}

export type CustomerField = (typeof customerFields)[number]

/** None of them is an id. `reason` is text that a person or a program wrote: read it before you send it. */
export const customerFields = ['attempt', 'duration', 'error', 'reason', 'target'] as const

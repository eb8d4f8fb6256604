// What questions may cost: the Loki API's caps, and how many of them run at the same time. Every number has a row in the
// limits table of collector/README.md.

import { z } from 'zod'

const count = z.number().int().min(1)

export const querySchema = z.strictObject({
  /** Rows that one query may read. Default 1,000,000. */
  rows: count.optional(),
  /** Bytes of lines and labels that one query may read. Default 1 GiB. */
  bytes: count.optional(),
  /** Seconds that one query may take, waiting for its turn included. Default 60. */
  timeout_seconds: z.number().min(0.01).max(3600).optional(),
  /** Entries that a log query may ask for. Default 5,000. */
  entries: count.optional(),
  /** Series that a metric query may answer. Default 500. */
  series: count.optional(),
  /** Queries of one workspace that run at the same time. Default 8. */
  concurrent: count.optional(),
  /** Queries of one workspace that wait for their turn. Default 128. */
  waiting: z.number().int().min(0).optional(),
  /** Open tails of one workspace. Default 10. */
  tails: z.number().int().min(0).optional(),
}).optional()

export interface QueryConfig {
  readonly maxRows: number
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly maxEntries: number
  readonly maxSeries: number
  readonly concurrent: number
  readonly mostWaiting: number
  readonly mostTails: number
}

export function queryConfig(source: z.infer<typeof querySchema>): QueryConfig {
  return {
    maxRows: source?.rows ?? 1_000_000,
    maxBytes: source?.bytes ?? 1024 ** 3,
    timeoutMs: (source?.timeout_seconds ?? 60) * 1000,
    maxEntries: source?.entries ?? 5_000,
    maxSeries: source?.series ?? 500,
    concurrent: source?.concurrent ?? 8,
    mostWaiting: source?.waiting ?? 128,
    mostTails: source?.tails ?? 10,
  }
}

/** Bytes of the text of a query, and of a form that is posted. A selector of a thousand names fits; parsing stays short. */
export const queryTextLimits = { queryBytes: 65_536, formBytes: 262_144 } as const

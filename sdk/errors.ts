// Every way in which the SDK refuses or fails, in one table. Decide by `code` and `retryable`, never by the message.
// The table in README.md is tested against this one, both ways.

import type { Recorded } from './receipt.ts'

export type AuditErrorCode =
  | 'INVALID_OPTIONS' | 'INVALID_EVENT' | 'QUEUE_FULL' | 'SPOOL_FULL' | 'SPOOL_FAILED' | 'CLOSED' | 'DEADLINE' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'REFUSED' | 'CONFLICT' | 'TOO_LARGE' | 'NOT_A_COLLECTOR' | 'INTERNAL'

export interface ErrorRow {
  /** Whether the same record may be accepted later. */
  readonly retryable: boolean
  readonly meaning: string
  readonly hint: string
}

export const errorTable: Readonly<Record<AuditErrorCode, ErrorRow>> = {
  INVALID_OPTIONS: { retryable: false, meaning: 'The options are not usable', hint: 'Correct the options named in `problems`.' },
  INVALID_EVENT: { retryable: false, meaning: 'The event is not a whole audit record', hint: 'Correct the members named in `problems`.' },
  QUEUE_FULL: { retryable: true, meaning: 'Too many records are waiting', hint: 'Slow down, or raise `maxQueue` if memory allows; nothing was sent for this record.' },
  SPOOL_FULL: { retryable: true, meaning: 'The spool on disk is full', hint: 'Give it room (`spool.maxBytes`), or find out why the collector takes nothing; `error.retry()` sends the same record again.' },
  SPOOL_FAILED: { retryable: true, meaning: 'The spool on disk cannot be written', hint: 'Give the process a directory of its own that it can write (`spool.directory`), with room on its disk.' },
  CLOSED: { retryable: false, meaning: 'The audit was closed before this call', hint: 'Record before `close()`, or create another audit.' },
  DEADLINE: { retryable: true, meaning: 'No receipt came in time', hint: 'The record may have been stored: `error.retry()` sends the same one again, and it is kept once.' },
  UNAUTHENTICATED: { retryable: false, meaning: 'The collector does not accept the API key', hint: 'Set `key` to a valid key of the collector.' },
  FORBIDDEN: { retryable: false, meaning: 'The API key may not do this', hint: 'Use a key with the scope `ingest`, from an address that it allows.' },
  REFUSED: { retryable: false, meaning: 'The collector refuses the record', hint: 'See `reason` and the message; sending the same record again will not help.' },
  CONFLICT: { retryable: false, meaning: 'Another record has this record id', hint: 'Give each record its own `recordId`; repeat one only with the same content.' },
  TOO_LARGE: { retryable: false, meaning: 'The record is larger than the collector accepts', hint: 'Send less: leave `includePayload` off, or shorten `attributes`.' },
  NOT_A_COLLECTOR: { retryable: false, meaning: 'The endpoint does not answer like a Blotter collector', hint: 'Set `endpoint` to the base URL of the collector, such as http://127.0.0.1:4318.' },
  INTERNAL: { retryable: true, meaning: 'The SDK failed where it should not', hint: 'Please report it, with the message.' },
}

/** What is wrong with one option or one member of an event. `got` never holds the value of a secret. */
export interface Problem {
  readonly key: string
  readonly got: string
  readonly want: string
}

export interface ErrorContext {
  readonly status?: number
  readonly reason?: string
  readonly recordId?: string
  readonly problems?: readonly Problem[]
  readonly state?: 'spooled' | 'unknown'
}

/** The one error that the SDK throws. It holds no part of a payload. */
export class AuditError extends Error {
  readonly code: AuditErrorCode
  readonly retryable: boolean
  readonly hint: string
  /** HTTP status, when a collector answered. */
  declare readonly status?: number
  /** The collector's reason, such as `MISSING_ATTRIBUTE`. */
  declare readonly reason?: string
  /** Of the record that was not acknowledged. */
  declare readonly recordId?: string
  /**
   * Where the record is that got no receipt. `spooled`: on this machine's disk, from where it will still be delivered.
   * `unknown`: it may have reached the collector, or not.
   */
  declare readonly state?: 'spooled' | 'unknown'
  /** Of INVALID_OPTIONS and INVALID_EVENT: everything that is wrong, at once. */
  declare readonly problems?: readonly Problem[]
  /**
   * From `track()`, when the function returned and only its record failed: what the function returned.
   * Not enumerable, so that printing or serialising the error does not show it.
   */
  declare readonly tracked?: { readonly value: unknown }
  /**
   * When `retryable` and there is a record: sends that record again, same id and same bytes, with a new deadline.
   * Recording the event anew would make another record, or a CONFLICT if it has the same id. Not enumerable.
   */
  declare readonly retry?: () => Promise<Recorded>

  constructor(code: AuditErrorCode, detail = '', context: ErrorContext = {}) {
    const { retryable, meaning, hint } = errorTable[code]
    super(detail === '' ? meaning : `${meaning}: ${detail}`)
    this.name = 'AuditError'
    this.code = code
    this.retryable = retryable
    this.hint = hint
    for (const [key, value] of Object.entries(context)) if (value !== undefined) Object.assign(this, { [key]: value })
  }
}

export function problemError(code: 'INVALID_OPTIONS' | 'INVALID_EVENT', problems: readonly Problem[]): AuditError {
  return new AuditError(code, problems.map(({ key, got, want }) => `${key}: got ${got}, want ${want}`).join('; '), { problems })
}

export function withRetry(error: unknown, retry: () => Promise<Recorded>): unknown {
  return error instanceof AuditError && error.retryable ? Object.defineProperty(error, 'retry', { value: retry, enumerable: false }) : error
}

/** The function's value rides on the error: its work is done, and whoever catches this must be able to know that. */
export function withTracked(error: AuditError, value: unknown): AuditError {
  return Object.defineProperty(error, 'tracked', { value: Object.freeze({ value }), enumerable: false })
}

/** Numbers and booleans as they are; of a text, which may be a secret, only its length. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return `a text of ${value.length} characters`
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

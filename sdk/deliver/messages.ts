// What the caller's thread and the courier tell each other. The courier is in another thread, or in the same; either way
// it is told in messages, at most one in a turn of the event loop each way.

import type { AuditErrorCode } from '../errors.ts'
import type { FingerprintKeyOptions, SpoolSettings } from '../options.ts'
import type { Receipt } from '../receipt.ts'
import type { RedactSettings } from '../redaction.ts'
import type { Counts, ExportOutcome } from './stats.ts'

/** One record on its way: `text` is what `pack` made of it. */
export interface Handed {
  /** Names the record between caller and courier; -1 where nobody waits any more. */
  readonly handle: number
  readonly recordId: string
  readonly text: string
  /** Whether its caller waits for the receipt. */
  readonly acknowledged: boolean
  /** Whether its caller is gone: it may be lost then, if that is told in a gap record. */
  readonly mayDrop: boolean
}

/** The ticket of the drain at the end of the process, whose caller sleeps and reads no messages. All others are positive. */
export const endTicket = -1

export type ToCourier =
  | { readonly kind: 'records'; readonly records: readonly Handed[] }
  /** Their callers have been told of the deadline. `lost`: count them as dropped, unless they are in the spool. */
  | { readonly kind: 'withdraw'; readonly records: readonly { readonly handle: number; readonly recordId: string }[]; readonly lost: boolean }
  /** The receipt of a record that is in the spool, for a caller who asks again. */
  | { readonly kind: 'attach'; readonly handle: number; readonly recordId: string }
  /** Answered with `drained` as soon as all that came before is at the collector, refused, or, with `durable`, on the disk. */
  | { readonly kind: 'drain'; readonly durable: boolean; readonly ticket: number }
  | { readonly kind: 'close' }

/** An error without its class, which does not survive the way between threads. */
export interface Failure {
  readonly code: AuditErrorCode
  readonly detail: string
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly problems?: readonly { readonly key: string; readonly got: string; readonly want: string }[] | undefined
  readonly state?: 'spooled' | undefined
}

export interface News {
  readonly kind: 'news'
  /** On the disk now. */
  readonly spooled: readonly number[]
  readonly accepted: readonly { readonly handle: number; readonly receipt: Receipt }[]
  /** These get no receipt. `final`: the collector, or the spool, will never take it. */
  readonly failed: readonly { readonly handle: number; readonly recordId: string; readonly failure: Failure; readonly final: boolean }[]
  /** Lost, and told in a gap record. */
  readonly dropped: readonly number[]
  /** Changes since the last news, and the state of the spool. */
  readonly counts: Pick<Counts, 'spooled' | 'accepted' | 'refused' | 'dropped' | 'spoolRecords' | 'spoolBytes'>
  readonly exports: readonly { readonly durationMs: number; readonly outcome: ExportOutcome }[]
  /** Whether it is getting somewhere: the process then stays for what is undelivered. */
  readonly busy: boolean
  /** What the last attempt failed of, such as `status 503`. Empty when it did not. */
  readonly why: string
  readonly problem: AuditErrorCode | undefined
  /** For the process's warnings. */
  readonly notices: readonly Notice[]
}

export interface Notice {
  readonly code: AuditErrorCode
  readonly message: string
}

export type ToCaller =
  /** The courier stands; without a spool, `spool` says why. */
  | { readonly kind: 'ready'; readonly spool: 'disk' | 'memory'; readonly problem?: string }
  /** It cannot work as it was told to. */
  | { readonly kind: 'unusable'; readonly failure: Failure }
  | News
  /** `left`: records that are in memory only. */
  | { readonly kind: 'drained'; readonly ticket: number; readonly left: number }
  | { readonly kind: 'closed' }

/** Everything that a courier needs; can go to another thread, but for `fetch` and rules of redaction. */
export interface CourierSettings {
  readonly endpoint: string
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly compression: 'none' | 'gzip'
  readonly attemptTimeoutMs: number
  readonly fetch: typeof globalThis.fetch | undefined
  readonly integration: string
  /** Attributes of the resource, redacted by the courier. */
  readonly resource: Readonly<Record<string, string>>
  readonly redact: RedactSettings | undefined
  readonly includePayload: boolean
  readonly maxPayloadBytes: number
  readonly fingerprintKey: FingerprintKeyOptions | undefined
  readonly maxBatch: number
  readonly timeoutMs: number
  readonly spool: (Required<Pick<SpoolSettings, 'directory' | 'whenFull'>> & Pick<SpoolSettings, 'maxBytes'> & { /** Nobody asked for it: without it, memory will do. */ readonly optional: boolean }) | undefined
}

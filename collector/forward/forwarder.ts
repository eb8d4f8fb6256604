// The contract of a forwarder: it translates and sends, and says how it went. Order, retry, pace, dead letters and the
// place in the journal belong to forward.ts. It may be given the same batch again, also after it was delivered.

import type { AuditRecord } from '@blotter/processors'

export type Delivery =
  | { readonly kind: 'delivered' }
  /** Taken, but for `rejected` records of the batch, and nobody says which. OTLP forbids to send such a batch again. */
  | { readonly kind: 'partly'; readonly rejected: number }
  /** Not delivered, or nobody knows: send again, not before `afterMs` when that is given. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }
  /** No record's fault: credentials, address or certificates. An operator mends it, so it is asked again slowly. */
  | { readonly kind: 'blocked'; readonly reason: string; readonly afterMs?: number }
  /** The same batch will never be taken; a smaller one may be. */
  | { readonly kind: 'rejected'; readonly reason: string }

export interface Forwarder {
  readonly name: string
  /** Never throws. `signal`: the collector stops. */
  deliver(records: readonly AuditRecord[], signal: AbortSignal): Promise<Delivery>
  /** Calling it twice is calling it once. */
  close(): Promise<void>
}

/** A destination did not take a batch. `code`: why, from a fixed list. */
export class DeliveryFailed extends Error {
  readonly code: string
  readonly blocked: boolean
  /** When the destination is to be asked again. */
  readonly afterMs: number | undefined

  constructor(destination: string, { kind, reason, afterMs }: { readonly kind: 'retry' | 'blocked'; readonly reason: string; readonly afterMs?: number | undefined }, cause?: unknown) {
    super(`${destination} did not take the batch: ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'DeliveryFailed'
    this.code = reason
    this.blocked = kind === 'blocked'
    this.afterMs = afterMs
  }
}

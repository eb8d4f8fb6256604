// The contract of a forwarder: it translates and sends, and says how it went. Order, retry, pace and the place in the
// journal belong to the step that drives it. It may be given the same batch again, also after it was delivered.

import type { AuditRecord } from '@blotter/processors'

export type Delivery =
  | { readonly kind: 'delivered' }
  /** Not delivered, or nobody knows: send again, not before `afterMs` when that is given. */
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number }

export interface Forwarder {
  readonly name: string
  deliver(records: readonly AuditRecord[], signal: AbortSignal): Promise<Delivery>
  close(): Promise<void>
}

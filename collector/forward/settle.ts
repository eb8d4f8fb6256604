// Brings a batch to its end: delivered, or proven to be one that will never be taken. A batch that is refused is halved
// until the record that spoils it stands alone, so that nothing else stays behind because of it.

import { DeliveryFailed } from './forwarder.ts'
import type { Delivery } from './forwarder.ts'

/** What became of some neighbours of a batch. `rejected`: the destination refused that many of them, without saying which. */
export type Outcome<T> =
  | { readonly kind: 'delivered'; readonly items: readonly T[] }
  | { readonly kind: 'dead'; readonly items: readonly T[]; readonly reason: string; readonly rejected?: number }

export interface SettleOptions<T> {
  readonly destination: string
  readonly deliver: (items: readonly T[]) => Promise<Delivery>
  /** Called in the order of the items; what it was told is not sent again when a later part fails. */
  readonly settled: (outcome: Outcome<T>) => Promise<void>
  /** Whether a batch that was taken in part is sent again in halves. OTLP forbids it, unless an operator asks for it. Default false. */
  readonly splitPartial?: boolean
}

/** Throws {@link DeliveryFailed} when it is to be tried again: what was not settled by then. */
export async function settle<T>(items: readonly T[], options: SettleOptions<T>): Promise<void> {
  const { destination, deliver, settled, splitPartial = false } = options
  const delivery = await deliver(items)
  switch (delivery.kind) {
    case 'delivered': return settled({ kind: 'delivered', items })
    case 'retry': case 'blocked': throw new DeliveryFailed(destination, delivery)
    case 'partly':
      if (splitPartial && items.length > 1) return halves(items, options)
      return settled({ kind: 'dead', items, reason: 'partial', rejected: Math.min(delivery.rejected, items.length) })
    case 'rejected':
      if (items.length > 1) return halves(items, options)
      return settled({ kind: 'dead', items, reason: delivery.reason })
  }
}

async function halves<T>(items: readonly T[], options: SettleOptions<T>): Promise<void> {
  const middle = Math.ceil(items.length / 2)
  await settle(items.slice(0, middle), options)
  await settle(items.slice(middle), options)
}

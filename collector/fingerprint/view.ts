// An epoch as it is shown.

import type { Epoch } from '../secrets/epochs.ts'

export interface EpochView {
  readonly epoch: string
  /** `overlap`: retired, and senders that use it are expected. `retired`: look-ups use it, nobody else should. */
  readonly state: 'current' | 'overlap' | 'retired' | 'destroyed'
  readonly createdAt: string
  readonly retiredAt: string | null
  /** When the overlap ends, or ended. */
  readonly endsAt: string | null
  readonly destroyedAt: string | null
}

export function epochView({ epoch, state, createdAt, retiredAt, overlapEndsAt, destroyedAt }: Epoch, nowMs: number): EpochView {
  const overlaps = state === 'retired' && overlapEndsAt !== undefined && Date.parse(overlapEndsAt) > nowMs
  return { epoch, state: overlaps ? 'overlap' : state === 'destroying' ? 'destroyed' : state, createdAt, retiredAt: retiredAt ?? null, endsAt: overlapEndsAt ?? null, destroyedAt: destroyedAt ?? null }
}

// What verification says about a delivery: what was proved and how far the proof goes, or one reason out of a fixed list.
// It goes on the audit record; the sender is told nothing of it (delivery.ts).

import type { Algorithm, Covered } from './scheme.ts'

/**
 * `verified`: grade A, B or C. `unproven`: the secret was right, but nothing ties it to what was sent (grade D): whoever
 * saw one request can send any other. It is a kind of its own so that `kind === 'verified'` never means less than it says.
 */
export type Verdict = Accepted | Refused

export interface Accepted extends Known {
  readonly kind: 'verified' | 'unproven'
  /**
   * The handler failed: forgets that this delivery was seen, so that the sender's next try is not taken for a replay.
   * Does nothing without a replay store; never rejects, a store that fails is a process warning.
   */
  forget(): Promise<void>
}

export interface Refused extends Partial<Known> {
  readonly kind: 'refused'
  readonly reason: RefusalReason
}

/** Of a delivery whose signature was right. A refusal has it as well when it came after that: `replayed`, or too old by a time inside the body. */
interface Known {
  readonly proof: Proof
  /** The sender's id of the delivery or event, from what is signed. */
  readonly id?: string
  /** The id, or else what an unsigned header claims it is: good for looking it up at the sender, not for deciding. */
  readonly deliveryId?: string
  /** Milliseconds since 1970, from what is signed. */
  readonly sentAtMs?: number
  /** Digest of what was signed: the same for the same delivery. There when a replay store was asked. */
  readonly digest?: string
  /** Which secret it was: its `id`. */
  readonly keyId: string
}

/** Why a delivery is refused. The meaning of each stands in sdk/docs/webhooks.md. */
export const refusalReasons = [
  'missing_signature', 'malformed', 'too_many_signatures', 'too_large', 'not_covered', 'expired', 'future', 'forbidden_address', 'forbidden_algorithm',
  'forbidden_key_address', 'no_secret', 'unknown_key', 'bad_signature', 'replayed', 'unavailable',
] as const

export type RefusalReason = (typeof refusalReasons)[number]

/** What stands on the audit record. Each member is a word of a fixed list, but for scheme and key id, which the developer named. */
export interface Proof {
  readonly scheme: string
  readonly algorithm: Algorithm
  readonly covered: Covered
  /** What exactly is covered, such as `id`, `timestamp`, `body`. */
  readonly coveredParts: readonly string[]
  readonly freshness: 'signed time in window' | 'none'
  readonly replay: 'first seen' | 'seen' | 'not checked'
  /** Never the secret nor a part of it. */
  readonly keyId: string
  readonly network: NetworkMatch
  readonly grade: Grade
}

/** Whether the sender's address is one of those that the service publishes. `unknown`: there is no list yet. */
export type NetworkMatch = 'match' | 'mismatch' | 'unknown' | 'not checked'

/**
 * A: body and time are signed. B: the body is, no time is: how old it is cannot be told, only whether it was seen.
 * C: a part of what was sent is signed. D: a secret came along, nothing is signed. E: nothing.
 */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'E'

export function gradeOf({ algorithm, covered, freshness }: Pick<Proof, 'algorithm' | 'covered' | 'freshness'>): Grade {
  if (algorithm === 'equality') return 'D'
  if (covered === 'none') return 'E'
  if (covered === 'partial') return 'C'
  return freshness === 'none' ? 'B' : 'A'
}

/**
 * Thrown inside a scheme by {@link refuse}; `verifyWebhook` makes a verdict of it, and no caller sees it. Not an Error:
 * recording a stack would be most of what an unsigned request costs.
 */
export class Refusal {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    this.reason = reason
  }
}

export function refuse(reason: RefusalReason): never {
  throw new Refusal(reason)
}

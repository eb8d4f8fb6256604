// The fingerprint of a payload under every epoch whose key still is: what an investigator asks with. And whether it is a
// question to answer: a payload that everybody could try all values of is none.

import { fingerprints, isMap, rawDigest, readPayload } from '@blotter/processors'
import type { FingerprintKey, PayloadRedactor, Value } from '@blotter/processors'
import { BlotterError } from '../errors.ts'
import type { Epoch } from '../secrets/epochs.ts'

export interface EpochFingerprint {
  readonly epoch: string
  /** Whether it is what is made now. */
  readonly current: boolean
  /** What a record carries as `blotter.payload.hash.value`. */
  readonly value: string
  readonly form: 'jcs' | 'raw'
  /** The keyed digest of the bytes as they are, nothing redacted: what a sender computes that keeps raw bodies. */
  readonly raw: string
}

/** A period of which nobody can say any more whether the payload occurred. */
export interface UnknownPeriod { readonly epoch: string; readonly from: string; readonly until: string | null }

export interface LookUp { readonly fingerprints: readonly EpochFingerprint[]; readonly unknown: readonly UnknownPeriod[] }

/** Characters in the values of a payload below which it is not looked up: fewer say too little to be anybody's payload alone. */
export const leastSaid = 8

/** `keys`: the current one first. Throws GUESSABLE_PAYLOAD. */
export function lookUp(bytes: Uint8Array, keys: readonly FingerprintKey[], epochs: readonly Epoch[], redactor: PayloadRedactor): LookUp {
  const payload = readPayload(bytes)
  if (isScalar(payload) || said(payload, leastSaid) < leastSaid) throw new BlotterError('GUESSABLE_PAYLOAD', { violations: [{ field: 'body', description: `an object or a list whose values have at least ${leastSaid} characters, or as much text or bytes` }] })
  const found = fingerprints(payload, keys, redactor)
  return {
    fingerprints: keys.map((key, i) => ({ epoch: key.epoch, current: i === 0, ...found[i]!, raw: rawDigest(bytes, key).value })),
    unknown: epochs.filter(({ state }) => state === 'destroying' || state === 'destroyed').map(({ epoch, createdAt, retiredAt = null }) => ({ epoch, from: createdAt, until: retiredAt })),
  }
}

/** A number, a word, a yes: JSON that is no payload, however long. */
function isScalar(payload: Value): boolean {
  if (!(payload instanceof Uint8Array)) return false
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload).toString())
    return typeof parsed !== 'object' || parsed === null
  } catch {
    return false
  }
}

/** Characters of all values, counted up to `enough`. Yes and no, and names of members, say nothing. */
function said(value: Value, enough: number): number {
  switch (typeof value) {
    case 'string': return value.length
    case 'number': case 'bigint': return String(value).length
    case 'boolean': return 0
  }
  if (value === null) return 0
  if (value instanceof Uint8Array) return value.length
  let sum = 0
  for (const member of isMap(value) ? Object.values(value) : value as readonly Value[]) {
    sum += said(member, enough)
    if (sum >= enough) break
  }
  return sum
}

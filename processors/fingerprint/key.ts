// The key of the fingerprints of one workspace and one epoch. It computes and does not show itself: what prints the
// object prints its epoch.

import { createMac } from './hmac.ts'
import type { Mac } from './hmac.ts'

export interface FingerprintKey {
  /** Names the key's period: lower-case letters and digits, such as `e1`. */
  readonly epoch: string
  readonly mac: Mac
}

/** `secret`: 32 bytes. */
export function fingerprintKey(epoch: string, secret: Uint8Array): FingerprintKey {
  return { epoch, mac: createMac(secret) }
}

/** The epoch that a fingerprint names, or undefined when it is not one of this shape. */
export function epochOf(fingerprint: string): string | undefined {
  return /^hmac-sha256:([a-z0-9]{1,32}):[0-9a-f]+$/.exec(fingerprint)?.[1]
}

// The contract of a webhook scheme: how one service signs what it sends. The engine (verify.ts, sign.ts) knows no
// service. Most schemes are a record given to `defineScheme` (define.ts), which makes reader and writer of the same
// data; one that does not fit the record, such as RFC 9421, implements this interface itself.

import type { KeyObject } from 'node:crypto'

/** `rsa-sha1` and `rsa-sha256` are PKCS #1 v1.5. ECDSA signatures are DER, or r and s as they are (`raw`, RFC 9421). `equality`: the secret itself is sent. */
export type Algorithm =
  | 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512'
  | 'ed25519' | 'ecdsa-p256-sha256-der' | 'ecdsa-p256-sha256-raw' | 'rsa-sha1' | 'rsa-sha256' | 'rsa-pss-sha512'
  | 'equality'

/** What of the request the signature binds. `partial`: named fields or a weak digest of the body. */
export type Covered = 'body' | 'url+body' | 'partial' | 'none'

export interface WebhookScheme {
  /** Lower case, as in the registry and on audit records: `standard-webhooks`. */
  readonly name: string
  /** Which ones this scheme accepts. A request never chooses another. */
  readonly algorithms: readonly Algorithm[]
  readonly covered: Covered
  /** Such as `id`, `timestamp`, `body`, `url`, `method`; or the names of the fields of the body. */
  readonly coveredParts: readonly string[]
  /** Where the signed time is. `in body`: known only once the body is verified, and absent when the body has none. */
  readonly time: 'in header' | 'in body' | 'none'
  /** How far its time may be off, either way, when the caller does not say. Milliseconds; default 300 000. */
  readonly toleranceMs?: number
  /** Headers that are signed or that say how; the middleware keeps all of them off the record. Lower case. */
  readonly headers: readonly string[]
  /** Configured texts that it needs in `parameters`, such as `webhookId`; `verifyWebhook` throws INVALID_OPTIONS without. */
  readonly parameters: readonly string[]
  /** The body is not just bytes to this scheme: it must be JSON to carry the signature. Default `bytes`. */
  readonly body?: 'bytes' | 'json'
  /**
   * What the request claims, read from headers, or from the body where the signature is in there. Cheap: no hashing, no
   * key. Calls `refuse` (verdict.ts) for what is missing or cannot be read. Never returns an empty list.
   */
  read(request: RawRequest): readonly Candidate[]
  /** What only the verified body tells. Called after the signature was found right; calls `refuse` when it is malformed. */
  readVerified?(request: RawRequest): Told
  /** The id that an unsigned header claims, for the record alone. */
  claimedId?(request: RawRequest): string | undefined
  /** The key of a secret as this service writes it; undefined when the secret is not one for this algorithm. */
  keyOf(secret: SecretValue, algorithm: Algorithm, use: 'verify' | 'sign'): Key | undefined
  /** In words for an error message, what a secret of this scheme looks like. */
  readonly wantedSecret: string
  /** The request as the service would send it; the inverse of `read`. Each key signs; more than one only where the scheme has lists. */
  write(message: Message, keys: readonly SigningKey[]): WrittenRequest
}

/** One signature of a request together with what it is said to sign. */
export interface Candidate {
  readonly algorithm: Algorithm
  /** Decoded, strictly: every text that differs decodes to other bytes or is refused. */
  readonly signature: Uint8Array
  /** What is signed: called after the cheap checks, once. Texts stand for their UTF-8 bytes; the body stays the bytes it came as. */
  readonly signed: () => readonly (string | Uint8Array)[]
  /** Milliseconds since 1970, from inside the signed material. */
  readonly sentAtMs?: number
  /** A time after which the sender no longer stands by it (`expires` of RFC 9421). */
  readonly expiresAtMs?: number
  /** Delivery or event id from inside the signed material. */
  readonly id?: string
  /** Which key signed it, as far as the request says; handed to the `SecretSource`. */
  readonly hint?: KeyHint
  /** A digest of the body inside the signed material: whether it is the body's. Called after the signature was found right. */
  readonly bodyMatches?: () => boolean
  /** Instead of the scheme's, when it depends on the request. */
  readonly covered?: Covered
  readonly coveredParts?: readonly string[]
}

export interface Told {
  readonly sentAtMs?: number
  readonly id?: string
}

/** Unverified: a source must check it against what it trusts, never follow it. */
export interface KeyHint {
  readonly keyId?: string
  /** Where the sender says that its certificate is. */
  readonly certificateUrl?: string
}

/** The request as the schemes see it. */
export interface RawRequest {
  /** Upper case. */
  readonly method: string
  /** Absolute, as the sender addressed it: `url` of the options, or else of the request. May be a path where the scheme does not sign it. */
  readonly url: string
  readonly body: Uint8Array
  /** By lower-case name. Undefined when it is not there; calls `refuse` when it came more than once. */
  header(name: string): string | undefined
  /** Configured, never from the request. */
  readonly parameters: Readonly<Record<string, string>>
}

/** A secret as its owner has it: the service's text, bytes, or a key for the asymmetric ones (public to verify, private to sign). */
export type SecretValue = string | Uint8Array | KeyObject

export type Key = Uint8Array | KeyObject

export interface SigningKey {
  /** The secret's id, for schemes that send it (`keyid` of RFC 9421). */
  readonly id: string
  readonly algorithm: Algorithm
  readonly key: Key
}

export interface Message {
  readonly method: string
  readonly url: string
  readonly body: Uint8Array
  readonly id: string
  readonly sentAtMs: number
  /** Headers of the request that the signature is to cover, for schemes that let one choose. Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

export interface WrittenRequest {
  readonly headers: Readonly<Record<string, string>>
  /** When the scheme writes into the body. */
  readonly body?: Uint8Array
  /** When the scheme writes into the URL. */
  readonly url?: string
}

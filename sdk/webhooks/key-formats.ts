// How services write their secrets and public keys, as functions that a scheme's data name. Each returns undefined for a
// text that is not of its form, so that of several secrets each algorithm takes those meant for it.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { decode } from './encoding.ts'
import type { Encoding } from './encoding.ts'
import type { Key, SecretValue } from './scheme.ts'

export interface KeyFormat {
  (secret: SecretValue, use: 'verify' | 'sign'): Key | undefined
}

/** A text whose bytes are the key, prefix and all. */
export const textSecret: KeyFormat = (secret) => {
  if (typeof secret === 'string') return secret === '' ? undefined : Buffer.from(secret)
  return secret instanceof Uint8Array ? secret : undefined
}

/** A text that encodes the key. Bytes are the key itself. */
export function encodedSecret(encoding: Encoding, prefix = ''): KeyFormat {
  return (secret) => {
    if (typeof secret !== 'string') return secret instanceof Uint8Array ? secret : undefined
    return decode(secret.startsWith(prefix) ? secret.slice(prefix.length) : secret, encoding)
  }
}

export interface Ed25519Prefixes {
  readonly public?: string
  readonly private?: string
}

/** The 32 bytes of a public key, or the 32 of a private one (64 with the public one behind), as they are. Also PEM and KeyObject. */
export function ed25519Key(encoding: Encoding, prefixes: Ed25519Prefixes = {}): KeyFormat {
  return (secret, use) => {
    const prefix = (use === 'verify' ? prefixes.public : prefixes.private) ?? ''
    if (typeof secret !== 'string' || secret.startsWith('-----')) return keyObject(secret, use)
    const bytes = secret.startsWith(prefix) ? decode(secret.slice(prefix.length), encoding) : undefined
    if (bytes === undefined) return undefined
    return use === 'verify' ? fromDer(bytes, 32, spkiHead, use) : fromDer(bytes.length === 64 ? bytes.subarray(0, 32) : bytes, 32, pkcs8Head, use)
  }
}

// RFC 8410: everything of the DER that comes before the key's 32 bytes.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

function fromDer(bytes: Uint8Array, length: number, head: Uint8Array, use: 'verify' | 'sign'): KeyObject | undefined {
  if (bytes.length !== length) return undefined
  const der = Buffer.concat([head, bytes])
  return attempt(() => (use === 'verify' ? createPublicKey({ key: der, format: 'der', type: 'spki' }) : createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })))
}

/** PEM, base64 of DER (SPKI, PKCS #8), or a KeyObject. */
export const derKey: KeyFormat = (secret, use) => {
  if (typeof secret !== 'string' || secret.startsWith('-----')) return keyObject(secret, use)
  const der = decode(secret, 'base64')
  if (der === undefined) return undefined
  const key = Buffer.from(der)
  return attempt(() => (use === 'verify' ? createPublicKey({ key, format: 'der', type: 'spki' }) : createPrivateKey({ key, format: 'der', type: 'pkcs8' })))
}

function keyObject(secret: SecretValue, use: 'verify' | 'sign'): KeyObject | undefined {
  if (secret instanceof Uint8Array) return undefined
  if (typeof secret === 'string') return attempt(() => (use === 'verify' ? createPublicKey(secret) : createPrivateKey(secret)))
  return secret.type === (use === 'verify' ? 'public' : 'private') ? secret : undefined
}

function attempt(make: () => KeyObject): KeyObject | undefined {
  try {
    return make()
  } catch {
    return undefined // it is not such a key, and OpenSSL's words may hold parts of it
  }
}

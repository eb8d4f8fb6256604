// Which key of RFC 9421 a secret is. The algorithm follows from the configured key alone: a public key is never taken
// for a shared secret (which everybody would know), and `alg` in the request chooses nothing.

import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from 'node:crypto'
import type { JsonWebKey } from 'node:crypto'
import { decode } from '../encoding.ts'
import type { Algorithm, Key, SecretValue } from '../scheme.ts'

/** As they are called in `alg` (section 6.2). */
export type SignatureAlgorithm = 'hmac-sha256' | 'ed25519' | 'ecdsa-p256-sha256' | 'rsa-pss-sha512' | 'rsa-v1_5-sha256'

export const algorithmNames: Readonly<Record<SignatureAlgorithm, Algorithm>> = {
  'hmac-sha256': 'hmac-sha256',
  ed25519: 'ed25519',
  'ecdsa-p256-sha256': 'ecdsa-p256-sha256-raw',
  'rsa-pss-sha512': 'rsa-pss-sha512',
  'rsa-v1_5-sha256': 'rsa-sha256',
}

const hmacPrefix = 'hmac-sha256:'

export const wantedSecret = 'a public key to verify, or the private key to sign, as PEM, JWK or KeyObject; or hmac-sha256: and the base64 of 16 bytes or more'

export function keyOf(secret: SecretValue, algorithm: Algorithm, use: 'verify' | 'sign'): Key | undefined {
  const key = keyObject(secret, use)
  if (key === undefined || !fits(key, algorithm)) return undefined
  if (key.type === 'secret') return key.export()
  return use === 'sign' ? (key.type === 'private' ? key : undefined) : key.type === 'public' ? key : createPublicKey(key)
}

function keyObject(secret: SecretValue, use: 'verify' | 'sign'): KeyObject | undefined {
  if (secret instanceof KeyObject) return secret
  if (typeof secret !== 'string') return undefined // bytes may be a secret or a public key: whoever knows says so
  try {
    if (secret.startsWith(hmacPrefix)) return sharedSecret(secret.slice(hmacPrefix.length))
    if (secret.startsWith('{')) return webKey(JSON.parse(secret) as JsonWebKey, use)
    return secret.startsWith('-----BEGIN ') ? (use === 'sign' ? createPrivateKey(secret) : createPublicKey(secret)) : undefined
  } catch {
    return undefined // not a key; what it is instead is the owner's secret
  }
}

function sharedSecret(base64: string): KeyObject | undefined {
  const bytes = decode(base64, 'base64')
  return bytes === undefined ? undefined : createSecretKey(bytes)
}

function webKey(key: JsonWebKey, use: 'verify' | 'sign'): KeyObject {
  if (key.kty === 'oct') return createSecretKey(Buffer.from(String(key.k), 'base64url'))
  return use === 'sign' ? createPrivateKey({ key, format: 'jwk' }) : createPublicKey({ key, format: 'jwk' })
}

/** Shorter keys give no proof: a secret of few bytes can be guessed, an RSA key below 2048 bits be broken. */
const leastSecretBytes = 16
const leastRsaBits = 2048

function fits(key: KeyObject, algorithm: Algorithm): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  switch (algorithm) {
    case 'hmac-sha256': return key.type === 'secret' && (key.symmetricKeySize ?? 0) >= leastSecretBytes
    case 'ed25519': return type === 'ed25519'
    case 'ecdsa-p256-sha256-raw': return type === 'ec' && details?.namedCurve === 'prime256v1'
    case 'rsa-pss-sha512': return (type === 'rsa' || type === 'rsa-pss') && (details?.modulusLength ?? 0) >= leastRsaBits
    case 'rsa-sha256': return type === 'rsa' && (details?.modulusLength ?? 0) >= leastRsaBits
    default: return false
  }
}

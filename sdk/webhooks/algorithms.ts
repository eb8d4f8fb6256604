// How each algorithm signs and checks. One table: schemes name a row, no file decides by the name of a service.

import { constants, createHmac, createSecretKey, sign, timingSafeEqual, verify } from 'node:crypto'
import type { KeyObject, SignKeyObjectInput } from 'node:crypto'
import type { Algorithm, Key } from './scheme.ts'

export type Pieces = readonly (string | Uint8Array)[]

interface Row {
  /** `bytes`: a shared secret. Otherwise the `asymmetricKeyType` that a key must have: an algorithm is never applied to a key of another kind. */
  readonly keyType: 'bytes' | 'ed25519' | 'ec' | 'rsa'
  /** Checks signatures over what is signed. What does not depend on the signature is done once: a request may bring a hundred of them. */
  checker(key: Key, signed: Pieces): (signature: Uint8Array) => boolean
  sign(key: Key, signed: Pieces): Uint8Array
}

export const algorithms: Readonly<Record<Algorithm, Row>> = {
  'hmac-sha1': hmac('sha1'),
  'hmac-sha256': hmac('sha256'),
  'hmac-sha512': hmac('sha512'),
  ed25519: asymmetric('ed25519', null, {}),
  'ecdsa-p256-sha256-der': asymmetric('ec', 'sha256', { dsaEncoding: 'der' }),
  'ecdsa-p256-sha256-raw': asymmetric('ec', 'sha256', { dsaEncoding: 'ieee-p1363' }),
  'rsa-sha1': asymmetric('rsa', 'sha1', { padding: constants.RSA_PKCS1_PADDING }),
  'rsa-sha256': asymmetric('rsa', 'sha256', { padding: constants.RSA_PKCS1_PADDING }),
  'rsa-pss-sha512': asymmetric('rsa', 'sha512', { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 }),
  equality: { keyType: 'bytes', checker: (key) => (sent) => equal(bytesOf(key), sent), sign: (key) => bytesOf(key) },
}

/** Equal without telling by its time where they differ: digests under the same key are compared, so lengths tell nothing either. */
export function equal(one: Uint8Array, other: Uint8Array): boolean {
  const digest = (bytes: Uint8Array): Buffer => createHmac('sha256', 'blotter.equal').update(bytes).digest()
  return timingSafeEqual(digest(one), digest(other))
}

function hmac(hash: string): Row {
  const mac = (key: Key, signed: Pieces): Buffer => {
    const hasher = createHmac(hash, secretKey(bytesOf(key)))
    for (const piece of signed) hasher.update(piece) // a text counts as UTF-8
    return hasher.digest()
  }
  return {
    keyType: 'bytes',
    sign: mac,
    checker: (key, signed) => {
      const expected = mac(key, signed)
      return (signature) => signature.length === expected.length && timingSafeEqual(expected, signature) // how long a digest is, is no secret
    },
  }
}

/** Few, because an app has few secrets. */
const secretKeys = new Map<string, KeyObject>()

/** Node takes ten times as long for an HMAC when its key is bytes. */
function secretKey(bytes: Uint8Array): KeyObject {
  const name = Buffer.from(bytes).toString('latin1')
  const key = secretKeys.get(name) ?? createSecretKey(bytes)
  if (secretKeys.size >= 1_000) secretKeys.clear()
  secretKeys.set(name, key)
  return key
}

function asymmetric(keyType: 'ed25519' | 'ec' | 'rsa', hash: string | null, settings: Omit<SignKeyObjectInput, 'key'>): Row {
  const anySalt = settings.saltLength === undefined ? {} : { saltLength: constants.RSA_PSS_SALTLEN_AUTO } // RFC 9421 says 64; some signers take the longest, which is no weaker
  return {
    keyType,
    checker: (key, signed) => {
      const bytes = joined(signed)
      return (signature) => {
        try {
          return verify(hash, bytes, { key: keyOf(key), ...settings, ...anySalt }, signature)
        } catch {
          return false // OpenSSL throws on some signatures that it cannot read, such as DER that is none
        }
      }
    },
    sign: (key, signed) => sign(hash, joined(signed), { key: keyOf(key), ...settings }),
  }
}

/** Whether the algorithm may be used with this key. P-256 is told apart from other curves here, too. */
export function suits(key: Key, algorithm: Algorithm): boolean {
  const { keyType } = algorithms[algorithm]
  if (key instanceof Uint8Array) return keyType === 'bytes' && key.length > 0
  if (key.asymmetricKeyType === 'rsa-pss') return algorithm === 'rsa-pss-sha512' // such a key says that it is for nothing else
  if (key.asymmetricKeyType !== keyType) return false
  return keyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

function bytesOf(key: Key): Uint8Array {
  if (!(key instanceof Uint8Array)) throw new Error('BUG: an algorithm with a shared secret was given a key of a pair')
  return key
}

function keyOf(key: Key): KeyObject {
  if (key instanceof Uint8Array) throw new Error('BUG: an algorithm with a key pair was given a shared secret')
  return key
}

function joined(signed: Pieces): Buffer {
  return Buffer.concat(signed.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
}

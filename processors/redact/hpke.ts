// HPKE (RFC 9180) in base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM. Node's own primitives in the order that
// the RFC gives, synchronous, no more of it than sealing to a public key and opening with the private one.

import { createCipheriv, createDecipheriv, createHmac, createPrivateKey, createPublicKey, createSecretKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

/** An X25519 private key with its public one. */
export interface KeyPair { readonly privateKey: KeyObject; readonly publicKey: Buffer }

/** RFC 9180, 7.3: its number and the length of its key in bytes. */
export interface Aead { readonly id: number; readonly keyBytes: 16 | 32; readonly cipher: 'aes-128-gcm' | 'aes-256-gcm' }

export const aes256gcm: Aead = { id: 2, keyBytes: 32, cipher: 'aes-256-gcm' }

export const publicKeyBytes = 32
export const tagBytes = 16
const nonceBytes = 12
const hashBytes = 32

/** RFC 8410: what stands before the 32 bytes of a key in its DER form. */
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex')

export function makeKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length) }
}

export function keyPairOf(secret: Uint8Array): KeyPair {
  const privateKey = createPrivateKey({ key: Buffer.concat([privatePrefix, secret]), format: 'der', type: 'pkcs8' })
  return { privateKey, publicKey: createPublicKey(privateKey as unknown as string).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length) }
}

/** The 32 bytes of a private key. */
export function secretOf({ privateKey }: KeyPair): Buffer {
  return privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(privatePrefix.length)
}

/** Throws for the few points with which every shared secret is zero. */
function agree(privateKey: KeyObject, publicKey: Uint8Array): Buffer {
  return diffieHellman({ privateKey, publicKey: createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' }) })
}

/** Whether something can be sealed to it. */
export function isPublicKey(bytes: Uint8Array): boolean {
  try {
    return bytes.length === publicKeyBytes && agree(keyPairOf(Buffer.alloc(32, 9)).privateKey, bytes).some((byte) => byte !== 0)
  } catch {
    return false
  }
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
const number = (value: number, bytes: number): Buffer => { const buffer = Buffer.alloc(bytes); buffer.writeUIntBE(value, 0, bytes); return buffer }
const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => createHmac('sha256', key).update(Buffer.concat(parts)).digest()

const version = ascii('HPKE-v1')
const kemSuite = Buffer.concat([ascii('KEM'), number(0x20, 2)])
const suiteOf = (aead: Aead): Buffer => Buffer.concat([ascii('HPKE'), number(0x20, 2), number(1, 2), number(aead.id, 2)])

/** RFC 9180, 4. */
function extract(suite: Buffer, salt: Uint8Array, label: string, key: Uint8Array): Buffer {
  return hmac(salt.length === 0 ? Buffer.alloc(hashBytes) : salt, version, suite, ascii(label), key)
}

function expand(suite: Buffer, key: Buffer, label: string, info: Uint8Array, length: number): Buffer {
  const labelled = Buffer.concat([number(length, 2), version, suite, ascii(label), info])
  return hmac(key, labelled, Buffer.of(1)).subarray(0, length) // RFC 5869: one block is all that is ever asked for
}

/** What both sides know. The key as an object: made once, it saves most of what sealing a short value costs. */
export interface Context { readonly aead: Aead; readonly key: KeyObject; readonly baseNonce: Buffer }

/** RFC 9180, 5.1.1, in mode base (0). */
function keySchedule(shared: Buffer, info: Uint8Array, aead: Aead): Context {
  const suite = suiteOf(aead)
  const none = Buffer.alloc(0)
  const context = Buffer.concat([Buffer.of(0), extract(suite, none, 'psk_id_hash', none), extract(suite, none, 'info_hash', info)])
  const secret = extract(suite, shared, 'secret', none)
  return { aead, key: createSecretKey(expand(suite, secret, 'key', context, aead.keyBytes)), baseNonce: expand(suite, secret, 'base_nonce', context, nonceBytes) }
}

function sharedSecret(agreed: Buffer, encapsulated: Uint8Array, recipient: Uint8Array): Buffer {
  return expand(kemSuite, extract(kemSuite, Buffer.alloc(0), 'eae_prk', agreed), 'shared_secret', Buffer.concat([encapsulated, recipient]), hashBytes)
}

/** `ephemeral`: for test vectors. A key pair is never used for two contexts. */
export function sendTo(recipient: Uint8Array, info: Uint8Array, aead: Aead = aes256gcm, ephemeral: KeyPair = makeKeyPair()): Context & { readonly encapsulated: Buffer } {
  const shared = sharedSecret(agree(ephemeral.privateKey, recipient), ephemeral.publicKey, recipient)
  return { ...keySchedule(shared, info, aead), encapsulated: ephemeral.publicKey }
}

export function receiveWith(own: KeyPair, encapsulated: Uint8Array, info: Uint8Array, aead: Aead = aes256gcm): Context {
  return keySchedule(sharedSecret(agree(own.privateKey, encapsulated), encapsulated, own.publicKey), info, aead)
}

function nonceOf({ baseNonce }: Context, sequence: number): Buffer {
  const nonce = Buffer.from(baseNonce)
  nonce.writeUInt32BE((nonce.readUInt32BE(nonceBytes - 4) ^ sequence) >>> 0, nonceBytes - 4)
  return nonce
}

/** `sequence`: below 2^32, and never twice in a context. */
export function seal(context: Context, sequence: number, plain: Uint8Array, associated: Uint8Array): Buffer {
  const cipher = createCipheriv(context.aead.cipher, context.key, nonceOf(context, sequence))
  cipher.setAAD(associated)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Undefined when it was sealed otherwise. */
export function open(context: Context, sequence: number, sealed: Uint8Array, associated: Uint8Array): Buffer | undefined {
  if (sealed.length < tagBytes) return undefined
  const decipher = createDecipheriv(context.aead.cipher, context.key, nonceOf(context, sequence), { authTagLength: tagBytes })
  decipher.setAAD(associated)
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, sealed.length - tagBytes)), decipher.final()])
  } catch {
    return undefined
  }
}

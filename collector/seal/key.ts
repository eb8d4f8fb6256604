// Ed25519 keys of signed notes: how they are named, written (vkey) and used.

import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { SealError } from './errors.ts'
import { sha256 } from './tree.ts'

const ED25519 = 0x01
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64

// DER around the 32 raw bytes (RFC 8410): node:crypto takes raw Ed25519 keys in no other form.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spki = Buffer.from('302a300506032b6570032100', 'hex')

export interface Verifier {
  readonly name: string
  readonly keyId: number
  verify(text: string, signature: Uint8Array): boolean
}

export interface Signer {
  readonly name: string
  readonly keyId: number
  /** The public half, as `<name>+<key id>+<base64>`: what a stranger needs to check the log. */
  readonly vkey: string
  readonly verifier: Verifier
  sign(text: string): Uint8Array
}

export function createSigner(name: string, seed: Uint8Array): Signer {
  if (!isKeyName(name)) throw new SealError('key_malformed', 'a key name has no space, no + and no control character')
  if (seed.length !== KEY_BYTES) throw new SealError('key_malformed', `a seed has ${KEY_BYTES} bytes; got ${seed.length}`)
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(spki.length)
  return {
    name,
    keyId: keyId(name, publicKey),
    vkey: formatVkey(name, publicKey),
    verifier: createVerifier(name, publicKey),
    sign: (text) => sign(null, Buffer.from(text), key),
  }
}

export function createVerifier(name: string, publicKey: Uint8Array): Verifier {
  const key: KeyObject = createPublicKey({ key: Buffer.concat([spki, publicKey]), format: 'der', type: 'spki' })
  return {
    name,
    keyId: keyId(name, publicKey),
    verify: (text, signature) => signature.length === SIGNATURE_BYTES && verify(null, Buffer.from(text), key, signature),
  }
}

export function formatVkey(name: string, publicKey: Uint8Array): string {
  const id = keyId(name, publicKey).toString(16).padStart(8, '0')
  return `${name}+${id}+${typed(publicKey).toString('base64')}`
}

export function parseVkey(vkey: string): Verifier {
  // Two splits at most: base64 has its own plus signs.
  const [, name = '', id = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? []
  const key = decodeBase64(base64)
  if (!isKeyName(name) || key === null) throw new SealError('key_malformed', 'not a vkey')
  if (key[0] !== ED25519 || key.length !== 1 + KEY_BYTES) throw new SealError('key_malformed', 'the vkey is not of an Ed25519 key')
  const verifier = createVerifier(name, key.subarray(1))
  if (verifier.keyId !== Number.parseInt(id, 16)) throw new SealError('key_malformed', 'the key id of the vkey does not fit its key')
  return verifier
}

/** First four bytes of SHA-256(name || newline || type || public key), as a number. */
export function keyId(name: string, publicKey: Uint8Array): number {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`), typed(publicKey)])).readUInt32BE()
}

export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}\p{Control}+]/u.test(name)
}

/** Padded standard base64 in its one canonical form, otherwise null: Node itself skips what it does not know. */
export function decodeBase64(base64: string): Buffer | null {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.toString('base64') === base64 ? bytes : null
}

function typed(publicKey: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(ED25519), publicKey])
}

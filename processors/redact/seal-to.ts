// Sealing: what is taken out stays readable for those who hold a private key, and for nobody else; the process that sealed
// it could open the values of its present context, which it never does. One context of HPKE per recipient serves many values, so that a value costs microseconds.
//
// `[sealed:<rule>:<base64url>]`, of: version 1, number of recipients, then for each of them in the same length the
// encapsulated key (32), the place in its context (4), and the ciphertext with its tag. The plaintext is `s` and a text
// or `j` and JSON, padded to a multiple of 32 bytes, so that its length says little.

import { isPublicKey, keyPairOf, open, publicKeyBytes, receiveWith, seal, sendTo } from './hpke.ts'
import { placeholder } from './placeholder.ts'
import { JsonWriter } from '../json-writer.ts'
import type { Context, KeyPair } from './hpke.ts'
import type { Value } from '../record.ts'

export const recipientPrefix = 'hpke-x25519:'
export const identityPrefix = 'hpke-x25519-secret:'
export const mostRecipients = 4

const info = Buffer.from('blotter/sealed/v1')
const version = 1
const headBytes = 2
const placeBytes = 4
const paddedTo = 32
/** What a context seals before another takes its place: the key of the old one is then nowhere any more. */
const perContext = 1024
/** The grammar of placeholders ends there; what is larger is removed instead. */
const mostCharacters = 65_536

export type SealTo = (ruleId: string, secret: Value) => string

/** The public key of `hpke-x25519:<base64url>`, or undefined. */
export function parseRecipient(text: unknown): Buffer | undefined {
  const bytes = decodeKey(text, recipientPrefix)
  return bytes !== undefined && isPublicKey(bytes) ? bytes : undefined
}

/** The private key of `hpke-x25519-secret:<base64url>`, or undefined. */
export function parseIdentity(text: unknown): KeyPair | undefined {
  const bytes = decodeKey(text, identityPrefix)
  return bytes === undefined ? undefined : keyPairOf(bytes)
}

function decodeKey(text: unknown, prefix: string): Buffer | undefined {
  if (typeof text !== 'string' || !text.startsWith(prefix)) return undefined
  const encoded = text.slice(prefix.length)
  const bytes = Buffer.from(encoded, 'base64url')
  return bytes.length === publicKeyBytes && bytes.toString('base64url') === encoded ? bytes : undefined
}

/** `recipients`: one to four public keys. */
export function createSealTo(recipients: readonly Uint8Array[]): SealTo {
  let contexts: readonly (Context & { readonly encapsulated: Buffer })[] = []
  let next = perContext
  return function sealTo(ruleId, secret) {
    const plain = padded(secret)
    const blockBytes = publicKeyBytes + placeBytes + plain.length + 16
    if ((headBytes + recipients.length * blockBytes) * 4 / 3 > mostCharacters) return placeholder(ruleId)
    if (next >= perContext) {
      contexts = recipients.map((recipient) => sendTo(recipient, info))
      next = 0
    }
    const place = Buffer.alloc(placeBytes)
    place.writeUInt32BE(next)
    const blocks = contexts.flatMap((context) => [context.encapsulated, place, seal(context, next, plain, Buffer.from(ruleId))])
    next += 1
    return `[sealed:${ruleId}:${Buffer.concat([Buffer.of(version, recipients.length), ...blocks]).toString('base64url')}]`
  }
}

const writer = new JsonWriter()

function padded(secret: Value): Buffer {
  let tag = 's'
  let content: Uint8Array
  if (typeof secret === 'string') content = Buffer.from(secret)
  else {
    tag = 'j'
    writer.begin()
    writer.value(secret)
    content = writer.bytes()
  }
  const plain = Buffer.alloc(Math.ceil((content.length + 2) / paddedTo) * paddedTo)
  plain.write(tag)
  plain.set(content, 1)
  plain[content.length + 1] = 0x80 // ISO/IEC 7816-4: one bit, then zeros
  return plain
}

/** What one of `identities` can read of `[sealed:…]`, as text; undefined when none of them can, or it is none. */
export function openSealed(text: string, identities: readonly KeyPair[]): string | undefined {
  const match = /^\[sealed:([a-z0-9_]{1,40}):([A-Za-z0-9_-]+)\]$/.exec(text)
  if (match === null) return undefined
  const bytes = Buffer.from(match[2]!, 'base64url')
  const count = bytes[1] ?? 0
  const blockBytes = (bytes.length - headBytes) / count
  if (bytes[0] !== version || count < 1 || count > mostRecipients || !Number.isInteger(blockBytes) || blockBytes <= publicKeyBytes + placeBytes) return undefined
  for (let i = 0; i < count; i += 1) {
    const block = bytes.subarray(headBytes + i * blockBytes, headBytes + (i + 1) * blockBytes)
    for (const identity of identities) {
      const plain = openBlock(block, identity, Buffer.from(match[1]!))
      if (plain !== undefined) return unpadded(plain)
    }
  }
  return undefined
}

function openBlock(block: Buffer, identity: KeyPair, ruleId: Buffer): Buffer | undefined {
  try {
    const context = receiveWith(identity, block.subarray(0, publicKeyBytes), info)
    return open(context, block.readUInt32BE(publicKeyBytes), block.subarray(publicKeyBytes + placeBytes), ruleId)
  } catch {
    return undefined // a point that is none
  }
}

function unpadded(plain: Buffer): string | undefined {
  const end = plain.lastIndexOf(0x80)
  return end < 1 ? undefined : plain.subarray(1, end).toString('utf8')
}

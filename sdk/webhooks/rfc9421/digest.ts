// Content-Digest (RFC 9530): what binds the body to a signature that covers only header fields.

import { createHash, timingSafeEqual } from 'node:crypto'
import { parseByteSequences, serializeBytes } from './structured.ts'

/** Those that RFC 9530 lists as secure. Of the others (`md5`, `sha`, `crc32c`…) a forged body may have the same. */
const hashes = { 'sha-256': 'sha256', 'sha-512': 'sha512' } as const

/**
 * Whether the field holds a digest that is known here, and each of those is the body's. The coding of the body must be
 * undone by nobody before this: the digest is over the bytes as they came.
 */
export function digestMatches(field: string | undefined, body: Uint8Array): boolean {
  const digests = field === undefined ? undefined : parseByteSequences(field)
  if (digests === undefined) return false
  const known = [...digests].filter(([name]) => Object.hasOwn(hashes, name))
  return known.length > 0 && known.every(([name, digest]) => equal(digest, digestOf(body, name as keyof typeof hashes)))
}

export function contentDigest(body: Uint8Array): string {
  return `sha-256=${serializeBytes(digestOf(body, 'sha-256'))}`
}

function digestOf(body: Uint8Array, name: keyof typeof hashes): Uint8Array {
  return createHash(hashes[name]).update(body).digest()
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

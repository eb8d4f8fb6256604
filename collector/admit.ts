// What may go on into the pipeline, and under which id. The audit path wants whole records and takes all or none; the
// logs path takes what stock clients send, fills the gaps, and refuses single records that are over the limits.

import { canonicalBytes, excess, fields, missing, normalise, text } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { foreignClaim } from './authenticate/claims.ts'
import { BlotterError } from './errors.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Owner } from './authenticate/claims.ts'
import type { Violation } from './errors.ts'
import type { Secrets } from './secrets.ts'

/** `self`: what the collector says about itself; held to the rules of the audit path. */
export type IngestPath = 'audit' | 'logs' | 'self'

export interface Admitted {
  readonly record: AuditRecord
  readonly recordId: string
  /** Keyed digest of the record as it was received: what tells a retry from another record with the same id. */
  readonly receivedDigest: Uint8Array
}

export interface Rejected { readonly reason: 'MISSING_ATTRIBUTE' | 'OVER_LIMIT' | 'RECORD_CONFLICT' | 'ENVIRONMENT_MISMATCH'; readonly violations: readonly Violation[] }

export interface AdmitOptions {
  readonly path: IngestPath
  /** Whether a record that says it belongs elsewhere is refused. */
  readonly refuseClaims: boolean
  readonly nowNano: bigint
}

export type Admit = (received: readonly AuditRecord[], owner: Owner, options: AdmitOptions) => { readonly admitted: Admitted[]; readonly rejected: Rejected[] }

/** An answer names at most this many places: more would help nobody. */
const maxViolations = 100

/** Ids of one request that is answered with receipts, which repeat them: clients read four mebibytes of an answer. */
const maxIdBytes = 2 * 1024 * 1024

function idBytes(admitted: readonly Admitted[]): number {
  return admitted.reduce((bytes, { recordId }) => bytes + Buffer.byteLength(JSON.stringify(recordId)), 0)
}

export function createAdmit(secrets: Pick<Secrets, 'receivedDigest'>): Admit {
  return function admit(received, owner, { path, refuseClaims, nowNano }) {
    const rejections = received.map((record, i) => (refuseClaims ? claim(record, i, owner) : undefined) ?? judge(record, i, path))
    const rejected = rejections.filter((rejection) => rejection !== undefined)
    if (path !== 'logs' && rejected.length > 0) throw refusal(rejected)
    // A record that is over the limits is not digested: what that costs grows with the record.
    const digests = received.map((record, i) => (rejections[i] === undefined ? secrets.receivedDigest(owner.workspace, canonicalBytes(record)) : undefined))
    const requestId = once(() => secrets.receivedDigest(owner.workspace, digests.map((digest) => digest?.toString('base64') ?? '').join()))
    const admitted = received.flatMap((record, i): Admitted[] => {
      const receivedDigest = digests[i]
      if (receivedDigest === undefined) return []
      const recordId = text(record.attributes, fields.recordId.key) || uuidOf(isTimeless(record) ? randomBytes(16) : secrets.receivedDigest(owner.workspace, `${i}\n${requestId().toString('base64')}`))
      return [{ record: normalise(record, recordId, nowNano), recordId, receivedDigest }]
    })
    if (path !== 'logs' && idBytes(admitted) > maxIdBytes) throw new BlotterError('TOO_LARGE')
    return { admitted, rejected }
  }
}

/** A record that says it belongs to another workspace or environment than its key. */
function claim(record: AuditRecord, index: number, owner: Owner): Rejected | undefined {
  const place = foreignClaim(record, owner)
  return place === undefined ? undefined : mismatch(index, place)
}

function mismatch(index: number, place: string): Rejected {
  return { reason: 'ENVIRONMENT_MISMATCH', violations: [{ field: `records[${index}].${place}`, description: 'not what the key is for' }] }
}

function judge(record: AuditRecord, index: number, path: IngestPath): Rejected | undefined {
  const lacks = path !== 'logs' ? missing(record) : []
  const problems = [...lacks, ...excess(record)]
  if (problems.length === 0) return undefined
  const violations = problems.map(({ field, message }) => ({ field: `records[${index}].${field}`, description: message }))
  return { reason: lacks.length > 0 ? 'MISSING_ATTRIBUTE' : 'OVER_LIMIT', violations }
}

/** What the whole request is refused with: of several reasons the first in this order. */
const refusalOrder = ['ENVIRONMENT_MISMATCH', 'MISSING_ATTRIBUTE', 'OVER_LIMIT'] as const

function refusal(rejected: readonly Rejected[]): BlotterError {
  const code = refusalOrder.find((reason) => rejected.some((rejection) => rejection.reason === reason)) ?? 'OVER_LIMIT'
  return new BlotterError(code, { violations: rejected.flatMap(({ violations }) => violations).slice(0, maxViolations) })
}

/**
 * A record without an id gets one that is derived from the whole request and its place in it: a stock client that
 * retries sends the same request again and is recognised, while two equal records in one request stay two. A record
 * without any time says nothing that could tell a retry from a repetition: its id is random.
 */
function isTimeless({ timeUnixNano, observedTimeUnixNano }: AuditRecord): boolean {
  return timeUnixNano === 0n && observedTimeUnixNano === 0n
}

/** UUID version 8: 16 bytes made by a rule of our own. */
function uuidOf(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x80
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

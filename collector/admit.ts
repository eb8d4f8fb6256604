// What may go on into the pipeline, and under which id. The audit path wants whole records and takes all or none; the
// logs path takes what stock clients send, fills the gaps, and refuses single records that are over the limits.

import { canonicalRecord, excess, fields, missing, normalise, text } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { BlotterError } from './errors.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Clock } from './clock.ts'
import type { Violation } from './errors.ts'
import type { Secrets } from './secrets.ts'

export type IngestPath = 'audit' | 'logs'

export interface Admitted {
  readonly record: AuditRecord
  readonly recordId: string
  /** Keyed digest of the record as it was received: what tells a retry from another record with the same id. */
  readonly receivedDigest: Uint8Array
}

export interface Rejected { readonly reason: 'MISSING_ATTRIBUTE' | 'OVER_LIMIT' | 'RECORD_CONFLICT'; readonly violations: readonly Violation[] }

export type Admit = (received: readonly AuditRecord[], workspace: string, path: IngestPath) => { readonly admitted: Admitted[]; readonly rejected: Rejected[] }

/** An answer names at most this many places: more would help nobody. */
const maxViolations = 100

export function createAdmit(secrets: Pick<Secrets, 'receivedDigest'>, clock: Clock): Admit {
  return function admit(received, workspace, path) {
    const now = clock()
    const digests = received.map((record) => secrets.receivedDigest(workspace, canonicalRecord(record)))
    const requestId = once(() => secrets.receivedDigest(workspace, digests.map((digest) => digest.toString('base64')).join()))
    const admitted: Admitted[] = []
    const rejected: Rejected[] = []
    received.forEach((record, i) => {
      const rejection = judge(record, i, path)
      if (rejection !== undefined) { rejected.push(rejection); return }
      const derivedId = (): string => uuidOf(isTimeless(record) ? randomBytes(16) : secrets.receivedDigest(workspace, `${i}\n${requestId().toString('base64')}`))
      const given = text(record.attributes, fields.recordId.key)
      const recordId = given === '' ? derivedId() : given
      admitted.push({ record: normalise(record, recordId, now), recordId, receivedDigest: digests[i]! })
    })
    if (path === 'audit' && rejected.length > 0) throw refusal(rejected)
    return { admitted, rejected }
  }
}

function judge(record: AuditRecord, index: number, path: IngestPath): Rejected | undefined {
  const lacks = path === 'audit' ? missing(record) : []
  const problems = [...lacks, ...excess(record)]
  if (problems.length === 0) return undefined
  const violations = problems.map(({ field, message }) => ({ field: `records[${index}].${field}`, description: message }))
  return { reason: lacks.length > 0 ? 'MISSING_ATTRIBUTE' : 'OVER_LIMIT', violations }
}

function refusal(rejected: readonly Rejected[]): BlotterError {
  const code = rejected.some(({ reason }) => reason === 'MISSING_ATTRIBUTE') ? 'MISSING_ATTRIBUTE' : 'OVER_LIMIT'
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

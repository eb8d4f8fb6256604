// Records as the collector would have journaled and stored them, made with its own parts in the pipeline's order.

import { canonicalRecord, chain, createFingerprint, createRedact, createRetain, fields, fingerprintKey, normalise, periodOf, text, withValues } from '@blotter/processors'
import type { AuditRecord, RetentionPolicy } from '@blotter/processors'
import { commitment, leafHash, recordEntry } from '../../../collector/seal/index.ts'
import type { StoredRecord } from '../../../collector/store/store.ts'

export interface SealOptions {
  readonly policy: RetentionPolicy
  readonly origin: string
}

export interface Tenant { readonly workspace: string; readonly environment: string }

/** `storedAtNano` after the record's own time; salts and digests are of the right size and mean nothing. */
export function createSeal({ policy, origin }: SealOptions): (record: AuditRecord, tenant: Tenant, leafIndex: number, storedAtNano: bigint) => StoredRecord {
  const redact = createRedact()
  const key = fingerprintKey('e1', Buffer.alloc(32, 1))
  const process = chain([redact, createFingerprint({ keyOf: () => key }), createRetain(policy)])
  const classes = new Map(policy.classes.map((retentionClass) => [retentionClass.name, retentionClass]))
  return function seal(received, { workspace, environment }, leafIndex, storedAtNano) {
    const record = normalise(received, '', storedAtNano)
    const processed = process({ ...record, attributes: withValues(record.attributes, {
      [fields.workspace.key]: workspace, [fields.environment.key]: environment, [fields.redactionPolicy.key]: redact.version, [fields.storedAt.key]: storedAtNano,
    }) })
    const retentionClass = classes.get(text(processed.attributes, fields.retentionClass.key))!
    const period = periodOf(retentionClass, Number(record.timeUnixNano / 1_000_000n), Number(storedAtNano / 1_000_000n))
    const canonical = canonicalRecord(processed)
    const salt = saltOf(leafIndex)
    return {
      origin, leafIndex, salt, receivedDigest: salt.subarray(16), storedAtNano, retentionClass: retentionClass.name, period, canonical,
      leafHash: leafHash(recordEntry({ commitment: commitment(salt, canonical), retentionClass: retentionClass.name, retentionPeriod: period })),
    }
  }
}

/** As hard to compress as a real one, and the same at every run. */
function saltOf(leafIndex: number): Buffer {
  const index = Buffer.alloc(32)
  index.writeBigUInt64LE(BigInt(leafIndex))
  return Buffer.from(commitment(index, ''))
}

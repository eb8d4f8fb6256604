// Records as they enter the store, with everything that the pipeline would have computed for them, so that what the
// store gives back can be verified against a real leaf.

import { createHash } from 'node:crypto'
import { canonicalRecord, fields, withValues } from '@blotter/processors'
import { commitment, leafHash, recordEntry } from '../../collector/seal/index.ts'
import { sampleRecord } from './arbitrary.ts'
import type { AuditRecord, Value } from '@blotter/processors'
import type { StoredRecord } from '../../collector/store/store.ts'

export interface Place {
  readonly origin?: string
  readonly workspace?: string
  readonly environment?: string
  readonly retentionClass?: string
  readonly period?: string
}

/** `record` as leaf `leafIndex`. The same arguments give the same bytes. */
export function storedRecord(leafIndex: number, record: AuditRecord, place: Place = {}): StoredRecord {
  const { origin = 'test', workspace = 'shop', environment = 'production', retentionClass = 'operations', period = '2026-11-24' } = place
  const storedAtNano = 1_764_000_000_000_000_000n + BigInt(leafIndex)
  const owned = { ...record, attributes: withValues(record.attributes, {
    [fields.workspace.key]: workspace, [fields.environment.key]: environment,
    [fields.retentionClass.key]: retentionClass, [fields.storedAt.key]: storedAtNano,
  }) }
  const canonical = canonicalRecord(owned)
  const salt = createHash('sha256').update(`salt ${leafIndex}`).digest()
  const entry = recordEntry({ commitment: commitment(salt, canonical), retentionClass, retentionPeriod: period })
  return { origin, leafIndex, leafHash: leafHash(entry), salt, receivedDigest: salt.subarray(0, 16), storedAtNano, retentionClass, period, canonical }
}

/** A record that says `attributes` on top of who did what, at second `second`. */
export function at(second: number, attributes: Record<string, Value> = {}, changes: Partial<AuditRecord> = {}): AuditRecord {
  return sampleRecord({ timeUnixNano: 1_764_000_000_000_000_000n + BigInt(second) * 1_000_000_000n, ...changes }, { 'audit.record.id': `record at ${second}`, ...attributes })
}

// The record that stands for records that were lost: how many, when, and which numbers of the stream. Signed with a key
// derived from the workspace's, so that nobody without it can explain a hole in the log away.

import { createHmac, hkdfSync } from 'node:crypto'
import { canonicalBytes, emptyRecord, fields, integer, text, valueMap, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { WorkspaceKey } from '../keyring.ts'

export const gapEvent = 'blotter.records.dropped'

/** Names of the audit draft (facts of its data model @195a6da4), and for what it has no name, ours. */
export const gapKeys = {
  count: 'blotter.dropped.count', first: 'blotter.dropped.first_time_unix_nano', last: 'blotter.dropped.last_time_unix_nano',
  firstNumber: 'blotter.dropped.first_sequence_number', lastNumber: 'blotter.dropped.last_sequence_number',
  value: 'audit.integrity.value', algorithm: 'audit.integrity.algorithm', signer: 'audit.integrity.signer', form: 'audit.integrity.canonicalization', keyId: 'blotter.integrity.key_epoch',
} as const

/** Stands in place of the signature until there is a key; no signature looks like it. */
export const signatureWord = '(to be signed)'

const purpose = 'blotter/gap-record/v1'

export interface Gap {
  count: number
  firstNano: bigint
  lastNano: bigint
  stream: string
  firstNumber: number | undefined
  lastNumber: number | undefined
}

/** The gap with one more lost record. */
export function widened(gap: Gap | undefined, record: AuditRecord): Gap {
  const at = record.observedTimeUnixNano
  const number = integer(record.attributes, fields.sequenceNumber.key)
  const old = gap ?? { count: 0, firstNano: at, lastNano: at, stream: text(record.attributes, fields.sequenceStream.key), firstNumber: number, lastNumber: number }
  return { ...old, count: old.count + 1, lastNano: at, lastNumber: number ?? old.lastNumber }
}

export interface GapContext {
  readonly integration: string
  readonly emitter: string
  readonly reason: string
}

export function gapRecord(gap: Gap, recordId: string, { integration, emitter, reason }: GapContext): AuditRecord {
  const numbers = gap.firstNumber === undefined || gap.lastNumber === undefined ? [] : [[gapKeys.firstNumber, BigInt(gap.firstNumber)], [gapKeys.lastNumber, BigInt(gap.lastNumber)]] as const
  const attributes = valueMap([
    [fields.recordId.key, recordId], [fields.actorId.key, emitter], [fields.actorType.key, 'service'], [fields.action.key, 'DROP'], [fields.outcome.key, 'failure'],
    [fields.targetId.key, gap.stream === '' ? 'records' : gap.stream], [fields.targetType.key, 'audit.stream'], [fields.reason.key, reason], [fields.integration.key, integration],
    [gapKeys.count, BigInt(gap.count)], [gapKeys.first, String(gap.firstNano)], [gapKeys.last, String(gap.lastNano)], ...numbers, [gapKeys.value, signatureWord],
  ])
  return { ...emptyRecord, eventName: gapEvent, timeUnixNano: gap.firstNano, observedTimeUnixNano: gap.lastNano, attributes }
}

export function isGap(record: AuditRecord): boolean {
  return record.eventName === gapEvent && gapKeys.value in record.attributes
}

export function signGap(record: AuditRecord, key: WorkspaceKey): AuditRecord {
  const unsigned = unsignedForm(record)
  return { ...record, attributes: withValues(unsigned.attributes, { [gapKeys.keyId]: key.epoch, [gapKeys.algorithm]: 'HMAC-SHA256', [gapKeys.signer]: 'producer', [gapKeys.form]: 'jcs', [gapKeys.value]: gapSignature(record, key.secret, key.epoch) }) }
}

/**
 * HMAC-SHA256, base64, over the RFC 8785 form with type tags of the record without its `audit.integrity.*` attributes
 * and without what the collector and the resource add. The key: HKDF-SHA256 of the workspace's fingerprint key, no salt.
 */
export function gapSignature(record: AuditRecord, secret: Uint8Array, epoch: string): string {
  const { attributes, ...rest } = unsignedForm(record)
  const key = Buffer.from(hkdfSync('sha256', secret, '', purpose, 32))
  return createHmac('sha256', key).update(canonicalBytes({ ...rest, resource: emptyRecord.resource, attributes: withValues(attributes, { [gapKeys.keyId]: epoch }) })).digest('base64')
}

function unsignedForm(record: AuditRecord): AuditRecord {
  const changes = Object.fromEntries(Object.keys(record.attributes).filter((key) => key.startsWith('audit.integrity.')).map((key) => [key, undefined]))
  return { ...record, attributes: withValues(record.attributes, changes) }
}

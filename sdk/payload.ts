// What becomes of a payload in the process that has it: measured, redacted, fingerprinted, and by default left behind.
// Everything here happens before `record()` returns its promise, so that what the app does to its objects later, such
// as filling a buffer again, can reach no record.

import { emptyRecord, excess, fields, fingerprint, readPayload as readJson, valueMap, withValues } from '@blotter/processors'
import type { AuditRecord, Fingerprint, FingerprintKey, PayloadRedactor, Value, ValueMap } from '@blotter/processors'
import { problemError } from './errors.ts'
import { errorMessageKey } from './event.ts'
import { createProcessRedaction } from './redaction.ts'
import type { RedactSettings } from './redaction.ts'
import { jsonSize, readValue } from './value.ts'

/** A record on its way: whole, but for the fingerprint of `payload` when there is one. */
export interface Draft {
  readonly record: AuditRecord
  /** Its fingerprint, as soon as there is a key. Holds the payload as it was given, in this process and no longer than the draft. Undefined when there is none. */
  readonly payload: ((key: FingerprintKey) => Fingerprint) | undefined
  /** The payload without its secrets, whether or not it travels. */
  readonly redacted: Value
}

export interface ProtectOptions {
  readonly redact?: RedactSettings
  /** The key for tokens, as soon as there is one. */
  readonly keyOf?: () => FingerprintKey | undefined
  readonly includePayload: boolean
  readonly maxPayloadBytes: number
}

export interface Protect {
  /** The record with its payload taken in and every secret taken out. Throws INVALID_EVENT when it is over a limit without its payload, too. */
  draft(record: AuditRecord, payload: unknown): Draft
  /** The same for a payload that was read already. */
  draftOf(record: AuditRecord, reading: Reading): Draft
  /** Of the emitter, once: records share it. */
  resource(attributes: ValueMap): ValueMap
}

/** Stand in the body instead of a payload, and say why there is no fingerprint or no body. */
export const payloadWords = { tooLarge: '[payload too large]', unreadable: '[payload unreadable]' } as const

/** Characters of an error message that are kept, counted after redaction so that no secret is cut into an unknown shape. */
const messageLimit = 2_048

export function createProtect({ redact, keyOf, includePayload, maxPayloadBytes }: ProtectOptions): Protect {
  const processor = createProcessRedaction(redact, keyOf)
  const protect: Protect = {
    draft: (record, payload) => protect.draftOf(record, readPayload(payload, maxPayloadBytes)),
    draftOf(record, { value, sizeBytes, word, absent = false }) {
      const sized = sizeBytes === undefined ? record : { ...record, attributes: withValues(record.attributes, { [fields.payloadSize.key]: BigInt(sizeBytes) }) }
      assertWithinLimits(sized) // before the costly part
      const redacted = processor.process({ ...sized, body: value })
      const body = word ?? (includePayload ? redacted.body : null)
      return { redacted: redacted.body, record: assertWithinLimits(fitting({ ...redacted, body, attributes: shortMessage(redacted.attributes) })), payload: absent || word !== undefined ? undefined : printer(value, redacted.body, processor.payload) }
    },
    resource: (attributes) => processor.process({ ...emptyRecord, resource: attributes }).resource,
  }
  return protect
}

/** What is redacted stands in the fingerprint as its keyed token; where nothing was, there is nothing to look for again. */
function printer(value: Value, redacted: Value, redactor: PayloadRedactor): Draft['payload'] {
  return (key) => (redacted === value ? fingerprint(value, key) : fingerprint(value, key, redactor))
}

/** With the fingerprint. Falls back to none when the payload has no canonical form: it must not cost the record. */
export function finish({ record, payload }: Omit<Draft, 'redacted'>, key: FingerprintKey): AuditRecord {
  if (payload === undefined) return record
  try {
    const { value, form } = payload(key)
    return { ...record, attributes: withValues(record.attributes, { [fields.fingerprint.key]: value, [fields.fingerprintForm.key]: form }) }
  } catch {
    return { ...record, body: record.body ?? payloadWords.unreadable }
  }
}

/** What a payload says, as far as it can be read. */
export interface Reading {
  readonly value: Value
  /** Undefined when there is no payload, or none that can be read. */
  readonly sizeBytes?: number
  /** Stands in its place when it cannot be read, or is too large. */
  readonly word?: string
  /** There is no payload. */
  readonly absent?: boolean
}

export function readPayload(payload: unknown, maxBytes: number): Reading {
  if (isAbsent(payload)) return { value: null, absent: true }
  const raw = rawSize(payload)
  if (raw !== undefined && raw > maxBytes) return { value: null, sizeBytes: raw, word: payloadWords.tooLarge }
  const value = readValue(parsed(payload))
  if (value === undefined) return { value: null, word: payloadWords.unreadable }
  const sizeBytes = raw ?? jsonSize(value)
  return sizeBytes > maxBytes ? { value: null, sizeBytes, word: payloadWords.tooLarge } : { value, sizeBytes }
}

function isAbsent(payload: unknown): boolean {
  return payload === undefined || payload === null
}

function rawSize(payload: unknown): number | undefined {
  if (typeof payload === 'string') return Buffer.byteLength(payload)
  return payload instanceof Uint8Array ? payload.length : undefined
}

/** JSON text, as text or as bytes, becomes what it says: only then do key names tell which of its values are secret. */
function parsed(payload: unknown): unknown {
  return typeof payload === 'string' || payload instanceof Uint8Array ? readJson(payload) : payload
}

/** A body that the collector would refuse gives way to a word: a payload must not cost the record. */
function fitting(record: AuditRecord): AuditRecord {
  return record.body !== null && excess(record).length > 0 ? { ...record, body: payloadWords.tooLarge } : record
}

function assertWithinLimits(record: AuditRecord): AuditRecord {
  const problems = excess(record)
  if (problems.length > 0) throw problemError('INVALID_EVENT', problems.map(({ field, code, message }) => ({ key: field, got: code.replace('_', ' '), want: message })))
  return record
}

export function shortMessage(attributes: ValueMap): ValueMap {
  const message = attributes[errorMessageKey]
  if (typeof message !== 'string' || message.length <= messageLimit) return attributes
  return withValues(attributes, { [errorMessageKey]: `${message.slice(0, messageLimit).toWellFormed()}…` })
}

/** Of the options, as resource attributes. */
export function serviceAttributes(service: { readonly name: string; readonly version?: string; readonly namespace?: string; readonly instanceId?: string } | undefined): ValueMap {
  const named = { 'service.name': service?.name, 'service.version': service?.version, 'service.namespace': service?.namespace, 'service.instance.id': service?.instanceId }
  return valueMap(Object.entries(named).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '').map(([key, value]) => [key, value.toWellFormed()] as const))
}

// The fingerprint of a payload: equal payloads correlate, and nobody without the key can test a guess.
// HMAC-SHA-256 over the RFC 8785 form of the redacted payload, in which a keyed token stands for each redacted value;
// the key is one workspace's and one epoch's, and the epoch stands in the value, so that keys can be rotated and an old
// one destroyed.

import { fields } from '../fields.ts'
import { JsonWriter } from '../json-writer.ts'
import { text, withValues } from '../record.ts'
import { epochOf } from './key.ts'
import { isPayload, readPayload } from './payload.ts'
import { tokensOf } from './token.ts'
import type { Processor } from '../processor.ts'
import type { AuditRecord, Value } from '../record.ts'
import type { FingerprintKey } from './key.ts'
import type { Replace } from './token.ts'

export interface Fingerprint {
  /** `hmac-sha256:<epoch>:<32 hex digits>`: 128 bits, which no two payloads will share by chance. */
  readonly value: string
  readonly form: 'jcs' | 'raw'
}

/** Takes what redaction takes out of a payload, and puts what `replace` says in its place. See `createPayloadRedactor`. */
export type PayloadRedactor = (payload: Value, replace: Replace) => Value

/** Versioned, so that another form can never collide with this one. */
const labels = { jcs: 'blotter/fingerprint/v1/jcs\n', raw: 'blotter/fingerprint/v1/raw\n' } as const

/**
 * Of a payload as it was received, with the redactor that knows what is secret in it; or, without one, of a payload that
 * holds no secrets. JSON counts as what it says, whether it comes as text, as bytes or as an object.
 */
export function fingerprint(payload: Value, key: FingerprintKey, redactor?: PayloadRedactor): Fingerprint {
  const read = readPayload(payload)
  return digest(redactor === undefined ? read : redactor(read, tokensOf(key)), key)
}

/** Of bytes as they arrived, whatever they say: for deliveries that are not JSON, and for proof of what came. Nothing in them is redacted; the key keeps them. */
export function rawDigest(bytes: string | Uint8Array, { epoch, mac }: FingerprintKey): Fingerprint {
  return { value: valueOf(epoch, mac(labels.raw, bytes)), form: 'raw' }
}

const writer = new JsonWriter()

/** Of a value in which nothing is secret any more. */
export function digest(value: Value, key: FingerprintKey): Fingerprint {
  if (typeof value === 'string' || value instanceof Uint8Array) return rawDigest(value, key)
  writer.begin()
  writer.value(value)
  return { value: valueOf(key.epoch, key.mac(labels.jcs, writer.bytes())), form: 'jcs' }
}

function valueOf(epoch: string, hex: string): string {
  return `hmac-sha256:${epoch}:${hex.slice(0, 32)}`
}

export interface FingerprintOptions {
  /** The workspace's current key. */
  readonly keyOf: (record: AuditRecord) => FingerprintKey
  /** What is secret in a payload, by the rules that the records were redacted with. Default: nothing; then equal placeholders count as equal values. */
  readonly redactorOf?: (record: AuditRecord) => PayloadRedactor
  /** Whether a fingerprint of this epoch that a record brings along is kept. Default: every one. */
  readonly accepts?: (epoch: string) => boolean
}

export interface FingerprintProcessor extends Processor {
  /** `original`: the record before it was redacted. Default: it held nothing to redact. */
  process(record: AuditRecord, original?: AuditRecord): AuditRecord
}

/** Fingerprints the body of records that carry a payload and no fingerprint of their own. A message is not a payload. */
export function createFingerprint({ keyOf, redactorOf, accepts = () => true }: FingerprintOptions): FingerprintProcessor {
  return {
    name: 'fingerprint',
    writes: [fields.fingerprint.key, fields.fingerprintForm.key],
    process(record, original = record) {
      const own = text(record.attributes, fields.fingerprint.key)
      const epoch = epochOf(own)
      if (own !== '' && (epoch === undefined || accepts(epoch))) return record
      const made = print(record, original)
      return own === '' && made === undefined ? record : withFingerprint(record, made)
    },
  }

  /** A second walk through the payload costs as much as redaction did: only where redaction changed something, or looked at text that is JSON. */
  function print(record: AuditRecord, original: AuditRecord): Fingerprint | undefined {
    const read = readPayload(original.body)
    if (!isPayload(read)) return undefined
    const key = keyOf(record)
    const isClean = read === original.body && (record.body === original.body || !wasRedacted(record, original))
    return digest(isClean || redactorOf === undefined ? readPayload(record.body) : redactorOf(record)(read, tokensOf(key)), key)
  }
}

/** By the count that redaction keeps: path rules copy a body in which they find nothing. */
function wasRedacted(record: AuditRecord, original: AuditRecord): boolean {
  return record.attributes[fields.redactionCount.key] !== original.attributes[fields.redactionCount.key]
}

function withFingerprint(record: AuditRecord, made: Fingerprint | undefined): AuditRecord {
  return { ...record, attributes: withValues(record.attributes, { [fields.fingerprint.key]: made?.value, [fields.fingerprintForm.key]: made?.form }) }
}

// The fingerprint of a payload: equal payloads correlate, and nobody without the key can test a guess.
// HMAC-SHA-256 over the RFC 8785 form of the redacted payload; the key is one workspace's and one epoch's, and the
// epoch stands in the value, so that keys can be rotated and an old one destroyed.

import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { fields } from '../fields.ts'
import { JsonWriter } from '../json-writer.ts'
import { isMap, text, withValues } from '../record.ts'
import type { Processor } from '../processor.ts'
import type { AuditRecord, Value } from '../record.ts'

export interface FingerprintKey {
  /** Names the key's period: lower-case letters and digits, such as `e1`. */
  readonly epoch: string
  readonly key: KeyObject
}

/** `secret`: 32 bytes. */
export function fingerprintKey(epoch: string, secret: Uint8Array): FingerprintKey {
  return { epoch, key: createSecretKey(secret) }
}

export interface Fingerprint {
  /** `hmac-sha256:<epoch>:<32 hex digits>`: 128 bits, which no two payloads will share by chance. */
  readonly value: string
  readonly form: 'jcs' | 'raw'
}

/** Versioned, so that another form can never collide with this one. */
const domain = { jcs: 'blotter/fingerprint/v1/jcs\n', raw: 'blotter/fingerprint/v1/raw\n' } as const

/** The fingerprint of a payload that has been redacted. Text that is a JSON object or array counts as what it says. */
export function fingerprint(payload: Value, { epoch, key }: FingerprintKey): Fingerprint {
  const { form, input } = canonicalForm(payload)
  const digest = createHmac('sha256', key).update(domain[form]).update(input).digest('hex').slice(0, 32)
  return { value: `hmac-sha256:${epoch}:${digest}`, form }
}

const writer = new JsonWriter()

function canonicalForm(payload: Value): { form: 'jcs' | 'raw'; input: string | Uint8Array } {
  if (payload instanceof Uint8Array) return { form: 'raw', input: payload }
  const value = typeof payload === 'string' ? parseJsonText(payload) as Value | undefined : payload
  if (value === undefined) return { form: 'raw', input: payload as string }
  writer.begin()
  writer.value(value)
  return { form: 'jcs', input: writer.bytes() }
}

/** The object or array behind a JSON text, or undefined. Numbers beyond 2^53 would be rounded: such text stays text. */
export function parseJsonText(payload: string): object | undefined {
  if (!/^\s*[{[]/.test(payload) || /[0-9]{16}/.test(payload) || /\\u[dD][89a-fA-F]/.test(payload)) return undefined
  try {
    return JSON.parse(payload) as object
  } catch {
    return undefined // not JSON after all: its bytes are what is fingerprinted
  }
}

export interface FingerprintOptions {
  /** The workspace's current key. */
  readonly keyOf: (record: AuditRecord) => FingerprintKey
}

/** Fingerprints the body of records that carry a payload and no fingerprint of their own. A message is not a payload. */
export function createFingerprint(options: FingerprintOptions): Processor {
  return {
    name: 'fingerprint',
    writes: [fields.fingerprint.key, fields.fingerprintForm.key],
    process(record) {
      const { body, attributes } = record
      if (text(attributes, fields.fingerprint.key) !== '' || !isPayload(body)) return record
      const { value, form } = fingerprint(body, options.keyOf(record))
      return { ...record, attributes: withValues(attributes, { [fields.fingerprint.key]: value, [fields.fingerprintForm.key]: form }) }
    },
  }
}

function isPayload(body: Value): boolean {
  if (typeof body === 'string') return parseJsonText(body) !== undefined
  return Array.isArray(body) || isMap(body) || body instanceof Uint8Array
}

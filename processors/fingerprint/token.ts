// What stands in a fingerprinted payload for a value that is redacted: a token of the value, under the same key. Two
// payloads that differ in a secret therefore differ, two that agree in it match, and whoever would test a guess at the
// secret needs the key. Tokens go into digests and nowhere else.

import { JsonWriter } from '../json-writer.ts'
import type { Value } from '../record.ts'
import type { FingerprintKey } from './key.ts'

/** Stands for a value that a rule found. */
export type Replace = (ruleId: string, secret: Value) => Value

/**
 * In the form of a placeholder, which no rule looks into. Which rule found the value does not show: rules are split and
 * renamed, and equal payloads must match all the same.
 */
export function tokensOf({ mac }: FingerprintKey): Replace {
  return (_ruleId, secret) => `[token:key_name:fingerprint:${mac(labelOf(secret), formOf(secret)).slice(0, 32)}]`
}

const labels = Object.fromEntries((['string', 'number', 'boolean', 'null', 'bytes', 'list', 'map'] as const).map((type) => [type, `blotter/fingerprint/v1/token/${type}\n`]))

/** The type is part of what is digested: `1` and `"1"` are two values. */
function labelOf(value: Value): string {
  return labels[typeOf(value)]!
}

function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string': case 'boolean': return typeof value
    case 'number': case 'bigint': return 'number'
  }
  if (value === null) return 'null'
  if (value instanceof Uint8Array) return 'bytes'
  return Array.isArray(value) ? 'list' : 'map'
}

const writer = new JsonWriter()

/** What is digested of a value: a text and bytes as they are, everything else in its canonical form. Good until the next one. */
export function formOf(value: Value): string | Uint8Array {
  if (typeof value === 'string' || value instanceof Uint8Array) return value
  writer.begin()
  writer.value(value)
  return writer.bytes()
}

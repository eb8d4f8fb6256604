// Tokens: equal values of a workspace have equal tokens, whatever rule found them, so that records still join by them;
// whoever would test a guess needs the workspace's key, and when its epoch is destroyed nobody can any more.

import { formOf } from '../../fingerprint/token.ts'
import type { FingerprintKey } from '../../fingerprint/key.ts'
import type { Value } from '../../record.ts'

/** 128 bits. */
const digits = 32

/** `[token:<rule>:<epoch>:<hex>]` */
export function tokenise(ruleId: string, secret: Value, { epoch, mac }: FingerprintKey): string {
  return `[token:${ruleId}:${epoch}:${mac(`blotter/token/v1/${typeOf(secret)}\n`, formOf(secret)).slice(0, digits)}]`
}

/** Part of what is digested: `1` and `"1"` are two values. */
function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string': case 'boolean': return typeof value
    case 'number': case 'bigint': return 'number'
  }
  return value instanceof Uint8Array ? 'bytes' : 'json'
}

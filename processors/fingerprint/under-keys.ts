// The fingerprints of one payload under several keys, for the price of one walk through it: what the rules find does not
// depend on a key, so the tokens of the first are exchanged for those of the others.

import { isMap, valueMap } from '../record.ts'
import { digest } from './fingerprint.ts'
import { readPayload } from './payload.ts'
import { tokensOf } from './token.ts'
import type { Value } from '../record.ts'
import type { Fingerprint, PayloadRedactor } from './fingerprint.ts'
import type { FingerprintKey } from './key.ts'

/** In the order of the keys; each as `fingerprint` gives it. */
export function fingerprints(payload: Value, keys: readonly FingerprintKey[], redactor: PayloadRedactor): Fingerprint[] {
  const [first] = keys
  if (first === undefined) return []
  const secrets = new Map<Value, Value>() // by their token under the first key
  const tokens = tokensOf(first)
  const redacted = redactor(readPayload(payload), (ruleId, secret) => {
    const token = tokens(ruleId, secret)
    secrets.set(token, secret)
    return token
  })
  return keys.map((key) => digest(key === first || secrets.size === 0 ? redacted : exchange(redacted, secrets, key), key))
}

/** Nobody but us knows the tokens of a key, so a text that holds one got it from us. A secret that was found in what was replaced before holds one itself. */
function exchange(redacted: Value, secrets: ReadonlyMap<Value, Value>, key: FingerprintKey): Value {
  const tokens = tokensOf(key)
  const exchanged = new Map<string, string>()

  function inText(text: string): string {
    if (!text.includes('[token:')) return text
    return text.replace(/\[token:[a-z_]+:[a-z]+:[0-9a-f]{32}\]/g, (old) => {
      const known = exchanged.get(old) ?? (secrets.has(old) ? tokens('', inValue(secrets.get(old)!)) as string : old)
      exchanged.set(old, known)
      return known
    })
  }

  function inValue(value: Value): Value {
    if (typeof value === 'string') return inText(value)
    if (Array.isArray(value)) return (value as readonly Value[]).map(inValue)
    return isMap(value) ? valueMap(Object.keys(value).map((name) => [inText(name), inValue(value[name]!)] as const)) : value
  }

  return inValue(redacted)
}

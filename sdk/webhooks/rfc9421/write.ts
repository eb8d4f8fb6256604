// Signs a request: the inverse of read.ts, with the same policy.

import { problemError } from '../../errors.ts'
import { algorithms } from '../algorithms.ts'
import type { Message, RawRequest, SigningKey, WrittenRequest } from '../scheme.ts'
import type { Rfc9421Policy } from '../schemes/rfc9421.ts'
import { signatureBase } from './base.ts'
import { targetUrl } from './components.ts'
import type { TargetUrl } from './components.ts'
import { contentDigest } from './digest.ts'
import { serializeBytes, serializeInnerList } from './structured.ts'
import type { BareItem, InnerList } from './structured.ts'

/** Covers what the policy asks for, the query if there is one, and the message's own headers. */
export function writeSignatures(message: Message, keys: readonly SigningKey[], policy: Rfc9421Policy): WrittenRequest {
  const url = targetUrl(message.url) ?? unusable('url', 'a text that is no absolute URL', 'https:// with a host, and neither credentials nor a fragment')
  const digest = contentDigest(message.body)
  const covered = coveredBy(message, url, policy)
  const fields: Readonly<Record<string, string>> = { ...message.headers, 'content-digest': digest }
  const request: RawRequest = { ...message, header: (name) => fields[name] }
  const signed = keys.map((key, index) => {
    const list: InnerList = { items: covered, parameters: parametersOf(message, key, policy) }
    const base = signatureBase(list, request, url) ?? unusable('headers', 'a component that the message lacks, or that is not ASCII', 'a value for each covered component')
    return { label: keys.length === 1 ? policy.label : `${policy.label}${index + 1}`, list, signature: algorithms[key.algorithm].sign(key.key, [base]) }
  })
  return { headers: {
    ...(covered.some(({ value }) => value === 'content-digest') && { 'content-digest': digest }),
    'signature-input': signed.map(({ label, list }) => `${label}=${serializeInnerList(list)}`).join(', '),
    signature: signed.map(({ label, signature }) => `${label}=${serializeBytes(signature)}`).join(', '),
  } }
}

function coveredBy({ headers }: Message, { query }: TargetUrl, { components }: Rfc9421Policy): InnerList['items'] {
  const names = new Set([...components, ...(query === '' ? [] : ['@query']), ...Object.keys(headers)])
  return [...names].map((value) => ({ value, parameters: new Map() }))
}

function unusable(key: string, got: string, want: string): never {
  throw problemError('INVALID_OPTIONS', [{ key, got, want }])
}

/** A `created` is always there, and the nonce is the delivery's id. `alg` is left out: the verifier knows its key. */
function parametersOf({ id, sentAtMs }: Message, key: SigningKey, { tag }: Rfc9421Policy): InnerList['parameters'] {
  const parameters = new Map<string, BareItem>([['created', Math.floor(sentAtMs / 1000)], ['keyid', key.id], ['nonce', id]])
  return tag === undefined ? parameters : parameters.set('tag', tag)
}

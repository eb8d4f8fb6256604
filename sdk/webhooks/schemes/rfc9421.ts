// HTTP Message Signatures (RFC 9421) of requests. Sources: RFC 9421, RFC 9530 (Content-Digest), RFC 9651 (structured
// fields). The standard leaves to each application what must be signed; here it is the method, where the request goes and
// the body, when it was signed and by which key. A signature that covers less counts for nothing.

import { describe, problemError } from '../../errors.ts'
import type { Problem } from '../../errors.ts'
import { algorithmNames, keyOf, wantedSecret } from '../rfc9421/keys.ts'
import type { SignatureAlgorithm } from '../rfc9421/keys.ts'
import { readSignatures } from '../rfc9421/read.ts'
import { writeSignatures } from '../rfc9421/write.ts'
import type { WebhookScheme } from '../scheme.ts'

export interface Rfc9421Options {
  /**
   * Accepted when the configured key fits. Default all but `rsa-v1_5-sha256`, whose padding is the older one: with both,
   * an RSA key would accept either.
   */
  readonly algorithms?: readonly SignatureAlgorithm[]
  /**
   * What a signature must cover. Default `@method`, `@authority`, `@path`, `content-digest`. Without `content-digest` the
   * body is not proved and the proof is of grade C. Add `@query` when your handler reads it.
   */
  readonly components?: readonly string[]
  /** What a signature must carry. Default `created`, `keyid`. Without `created` its age is unknown. Add `nonce` to tell repeats by it. */
  readonly parameters?: readonly string[]
  /** `tag` of the application that the signatures must carry, so that one made for another purpose does not count. Default: any or none. */
  readonly tag?: string
  /** Label of the signatures that are written. Default `sig`; several keys make `sig1`, `sig2`… */
  readonly label?: string
}

export type Rfc9421Policy = Required<Omit<Rfc9421Options, 'tag'>> & Pick<Rfc9421Options, 'tag'>

const defaults = {
  algorithms: ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512'],
  components: ['@method', '@authority', '@path', 'content-digest'],
  parameters: ['created', 'keyid'],
  label: 'sig',
} as const satisfies Rfc9421Options

/** A scheme with a policy of its own; {@link rfc9421} is the one with all defaults. */
export function createRfc9421(options: Rfc9421Options = {}): WebhookScheme {
  const policy: Rfc9421Policy = { ...defaults, ...options }
  assertPolicy(policy)
  return {
    name: 'rfc9421',
    algorithms: policy.algorithms.map((name) => algorithmNames[name]),
    covered: policy.components.includes('content-digest') ? 'url+body' : 'partial',
    coveredParts: policy.components,
    time: policy.parameters.includes('created') ? 'in header' : 'none',
    headers: ['signature', 'signature-input', 'content-digest'],
    parameters: [],
    wantedSecret,
    read: (request) => readSignatures(request, policy),
    keyOf,
    write: (message, keys) => writeSignatures(message, keys, policy),
  }
}

export const rfc9421: WebhookScheme = createRfc9421()

function assertPolicy({ algorithms, components, parameters, label }: Rfc9421Policy): void {
  const problems: Problem[] = []
  const want = (key: string, value: unknown, fine: boolean, wanted: string): void => { if (!fine) problems.push({ key, got: describe(value), want: wanted }) }
  const isList = (list: readonly string[], form: RegExp): boolean => Array.isArray(list) && list.every((name) => typeof name === 'string' && form.test(name))
  const known = Object.keys(algorithmNames)
  want('algorithms', algorithms, Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every((name) => known.includes(name)), `some of ${known.join(', ')}`)
  want('components', components, isList(components, /^@?[a-z0-9-]{1,64}$/), 'names of header fields in lower case, and of derived components such as @method')
  want('parameters', parameters, isList(parameters, /^[a-z]{1,64}$/), 'some of created, keyid, expires, nonce, alg, tag')
  want('label', label, typeof label === 'string' && /^[a-z][a-z0-9_-]{0,31}$/.test(label), 'a short word in lower case')
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

// The signatures of a request that satisfy the policy, as candidates. A request may carry several under labels of their
// own, from several signers; one that does not cover enough is left aside, it may be meant for somebody else.

import { absoluteUrl, requiredHeader } from '../request.ts'
import type { Candidate, RawRequest } from '../scheme.ts'
import type { Rfc9421Policy } from '../schemes/rfc9421.ts'
import { refuse } from '../verdict.ts'
import { signatureBase } from './base.ts'
import { isOfUrl, targetUrl } from './components.ts'
import type { TargetUrl } from './components.ts'
import { digestMatches } from './digest.ts'
import { algorithmNames } from './keys.ts'
import type { SignatureAlgorithm } from './keys.ts'
import { parseByteSequences, parseInnerLists } from './structured.ts'
import type { InnerList } from './structured.ts'

/** Labels in one request, and components under one of them: each costs a line, a hash and a try of every key. */
const maxLabels = 8
const maxComponents = 32

interface Labelled { readonly covered: InnerList; readonly signature: Uint8Array }

export function readSignatures(request: RawRequest, policy: Rfc9421Policy): readonly Candidate[] {
  const labelled = readLabels(request)
  const sufficient = labelled.filter(({ covered }) => isSufficient(covered, policy))
  if (sufficient.length === 0) refuse('not_covered')
  if (policy.components.includes('content-digest')) requiredHeader(request, 'content-digest')
  const accepted = sufficient.filter(({ covered }) => algorithmsOf(covered, policy).length > 0)
  if (accepted.length === 0) refuse('forbidden_algorithm')
  const url = urlOf(request, policy)
  const candidates = accepted.flatMap((one) => toCandidates(one, request, url, policy))
  return candidates.length === 0 ? refuse('malformed') : candidates
}

/** That the app gives no URL where one is needed is not the sender's fault. */
function urlOf(request: RawRequest, { components }: Rfc9421Policy): TargetUrl | undefined {
  if (!components.some(isOfUrl)) return targetUrl(request.url)
  return targetUrl(absoluteUrl(request.url)) ?? refuse('malformed')
}

/** `Signature-Input` says what, `Signature` has the bytes; a label counts when it is in both (section 4). */
function readLabels(request: RawRequest): Labelled[] {
  const inputs = parseInnerLists(requiredHeader(request, 'signature-input')) ?? refuse('malformed')
  const signatures = parseByteSequences(requiredHeader(request, 'signature')) ?? refuse('malformed')
  if (inputs.size > maxLabels || signatures.size > maxLabels) refuse('too_many_signatures')
  const labelled = [...inputs].flatMap(([label, covered]) => {
    const signature = signatures.get(label)
    return signature === undefined || covered.items.length > maxComponents ? [] : [{ covered, signature }]
  })
  return labelled.length === 0 ? refuse('malformed') : labelled
}

function isSufficient({ items, parameters }: InnerList, policy: Rfc9421Policy): boolean {
  const names = new Set(items.filter((item) => item.parameters.size === 0).map(({ value }) => value))
  if (!policy.components.every((name) => names.has(name))) return false
  if (!policy.parameters.every((name) => parameters.has(name))) return false
  return hasRightTypes(parameters) && (policy.tag === undefined || parameters.get('tag') === policy.tag)
}

function hasRightTypes(parameters: InnerList['parameters']): boolean {
  const isTime = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0)
  const isText = (value: unknown): boolean => value === undefined || (typeof value === 'string' && value.length <= 256)
  return ['created', 'expires'].every((name) => isTime(parameters.get(name))) && ['keyid', 'nonce', 'tag', 'alg'].every((name) => isText(parameters.get(name)))
}

/**
 * One candidate for each algorithm: which of them it is follows from the key that the engine tries. None when the request
 * lacks something that is covered: such a label must not spoil another one.
 */
function toCandidates({ covered, signature }: Labelled, request: RawRequest, url: TargetUrl | undefined, policy: Rfc9421Policy): Candidate[] {
  const { parameters } = covered
  const base = signatureBase(covered, request, url)
  if (base === undefined) return []
  const keyId = parameters.get('keyid')
  const nonce = parameters.get('nonce')
  const shared = {
    signature,
    signed: () => [base],
    ...seconds('sentAtMs', parameters.get('created')),
    ...seconds('expiresAtMs', parameters.get('expires')),
    ...(typeof nonce === 'string' && { id: nonce }),
    ...(typeof keyId === 'string' && { hint: { keyId } }),
    ...coverage(covered, request, url),
  }
  return algorithmsOf(covered, policy).map((name) => ({ ...shared, algorithm: algorithmNames[name] }))
}

/** `alg` can rule algorithms out, never in (section 3.2, step 6). */
function algorithmsOf({ parameters }: InnerList, policy: Rfc9421Policy): readonly SignatureAlgorithm[] {
  const claimed = parameters.get('alg')
  return policy.algorithms.filter((name) => claimed === undefined || claimed === name)
}

function seconds<Name extends string>(name: Name, value: unknown): { [name in Name]?: number } {
  return typeof value === 'number' ? { [name]: value * 1000 } as { [name in Name]: number } : {}
}

/** What this signature binds, which may be more than the policy asks for. */
function coverage({ items }: InnerList, request: RawRequest, url: TargetUrl | undefined): Pick<Candidate, 'covered' | 'coveredParts' | 'bodyMatches'> {
  const parts = items.map(({ value }) => value).filter((value) => typeof value === 'string')
  const has = (name: string): boolean => parts.includes(name)
  if (!has('content-digest')) return { covered: 'partial', coveredParts: parts }
  const path = has('@request-target') || (has('@path') && (url?.query === '' || has('@query')))
  const wholeUrl = has('@target-uri') || (has('@authority') && path)
  return { covered: wholeUrl ? 'url+body' : 'body', coveredParts: parts, bodyMatches: () => digestMatches(request.header('content-digest'), request.body) }
}

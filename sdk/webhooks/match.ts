// Every secret against every signature of a request. What depends on the secret and the bytes alone is computed once, so
// that a hundred forged signatures cost one digest for each secret.

import { AuditError } from '../errors.ts'
import { algorithms, suits } from './algorithms.ts'
import type { Pieces } from './algorithms.ts'
import type { Algorithm, Candidate, Key, KeyHint, WebhookScheme } from './scheme.ts'
import { currentSecrets, isGood, reportRotation } from './secrets.ts'
import type { NamedSecret, RotationDue, Secrets } from './secrets.ts'
import { Refusal, refuse } from './verdict.ts'
import { warn } from './warn.ts'

export interface Match {
  readonly candidate: Candidate
  readonly signed: Pieces
  readonly keyId: string
}

interface Settings {
  readonly nowMs: number
  readonly onRotationDue?: (due: RotationDue) => void
}

/** The first that fits. Refuses with what was furthest when none does: `no_secret`, `unknown_key`, `bad_signature`. */
export async function match(scheme: WebhookScheme, candidates: readonly Candidate[], secrets: Secrets, { nowMs, onRotationDue }: Settings): Promise<Match> {
  const tried = { anySecret: false, anyMeant: false }
  for (const [hint, claimed] of byHint(candidates)) {
    const good = usable(scheme, await secretsFor(secrets, hint)).filter((secret) => isGood(secret, nowMs))
    const meant = good.filter(({ id, hasOwnId }) => hint.keyId === undefined || !hasOwnId || id === hint.keyId)
    tried.anySecret ||= good.length > 0
    tried.anyMeant ||= meant.length > 0
    const found = firstMatch(scheme, claimed, meant)
    if (found === undefined) continue
    reportRotation(found.secret, scheme.name, nowMs, onRotationDue)
    return { ...found, keyId: found.secret.id }
  }
  return refuse(tried.anyMeant ? 'bad_signature' : tried.anySecret ? 'unknown_key' : 'no_secret')
}

/** Most schemes have no hints: then there is one group, and the source is asked once. */
function byHint(candidates: readonly Candidate[]): readonly (readonly [KeyHint, readonly Candidate[]])[] {
  const groups = Map.groupBy(candidates, ({ hint }) => JSON.stringify([hint?.keyId, hint?.certificateUrl]))
  return [...groups.values()].map((group) => [group[0]!.hint ?? {}, group] as const)
}

async function secretsFor(secrets: Secrets, hint: KeyHint): Promise<readonly NamedSecret[]> {
  try {
    return await currentSecrets(secrets, hint)
  } catch (error) {
    if (error instanceof Refusal || error instanceof AuditError) throw error
    warn('SECRET_SOURCE_FAILED', 'a source of webhook secrets failed: deliveries are refused', error)
    return refuse('unavailable')
  }
}

/** One that was mistyped must not stop the others, but it must not pass in silence either: with none left every delivery is `no_secret`. */
function usable(scheme: WebhookScheme, secrets: readonly NamedSecret[]): readonly NamedSecret[] {
  const isUsable = ({ secret }: NamedSecret): boolean => scheme.algorithms.some((algorithm) => keyFor(scheme, secret, algorithm, 'verify') !== undefined)
  const fine = secrets.filter(isUsable)
  if (fine.length === secrets.length) return secrets
  const { id } = secrets.find((secret) => !isUsable(secret))!
  warn('SECRET_UNUSABLE', `the webhook secret ${id} of ${scheme.name} is ignored: it is not ${scheme.wantedSecret}`)
  return fine
}

/** The key, of the kind that the algorithm takes: an HMAC is never made with the bytes of a public key. */
export function keyFor(scheme: WebhookScheme, secret: NamedSecret['secret'], algorithm: Algorithm, use: 'verify' | 'sign'): Key | undefined {
  const key = scheme.keyOf(secret, algorithm, use)
  return key !== undefined && suits(key, algorithm) ? key : undefined
}

function firstMatch(scheme: WebhookScheme, candidates: readonly Candidate[], secrets: readonly NamedSecret[]): (Omit<Match, 'keyId'> & { readonly secret: NamedSecret }) | undefined {
  const groups = sharing(candidates)
  for (const secret of secrets) {
    for (const { signed, algorithm, members } of groups) {
      const key = keyFor(scheme, secret.secret, algorithm, 'verify')
      if (key === undefined) continue
      const check = algorithms[algorithm].checker(key, signed)
      const candidate = members.find(({ signature }) => check(signature))
      if (candidate !== undefined) return { candidate, signed, secret }
    }
  }
  return undefined
}

interface Sharing {
  readonly signed: Pieces
  readonly algorithm: Algorithm
  readonly members: Candidate[]
}

/** Signatures by one algorithm over the same material: `signed` is the same function then. */
function sharing(candidates: readonly Candidate[]): readonly Sharing[] {
  const groups = new Map<Candidate['signed'], Sharing[]>()
  for (const candidate of candidates) {
    const same = groups.get(candidate.signed) ?? []
    const group = same.find(({ algorithm }) => algorithm === candidate.algorithm)
    if (group === undefined) groups.set(candidate.signed, [...same, { signed: same[0]?.signed ?? candidate.signed(), algorithm: candidate.algorithm, members: [candidate] }])
    else group.members.push(candidate)
  }
  return [...groups.values()].flat()
}

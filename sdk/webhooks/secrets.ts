// Secrets and where they come from. Several may be good at once, so that one can be replaced without losing a delivery:
// add the new one, let the sender change over, remove the old one.

import { describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import type { KeyHint, SecretValue } from './scheme.ts'

export interface Secret {
  /** Names it on audit records and in warnings. Not secret, and not derived from it. Default `secret-1`, `secret-2`, … by its place. */
  readonly id?: string
  /** As the service shows it, prefix and all. For asymmetric schemes the public key, and the private one to sign. */
  readonly secret: SecretValue
  /** Not used before. Default: always was good. */
  readonly notBefore?: Date
  /** Not used from then on. Default: stays good. After it a delivery signed with it is refused as `bad_signature`, or as `no_secret` when no other is left. */
  readonly notAfter?: Date
  /** Should have been replaced by then. It goes on verifying, and is reported: `onRotationDue`, or one process warning. Default: none. */
  readonly rotateBy?: Date
}

export interface NamedSecret extends Secret {
  readonly id: string
  /** Whether its owner gave the id: only then does a key id in the request choose by it. */
  readonly hasOwnId: boolean
}

export interface SecretSource {
  /**
   * Those that may be good, best first. Called for each delivery that passed the cheap checks, so it caches what is slow.
   * `hint` is what the request claims and nobody has verified. What it throws is answered with 503 and `unavailable`.
   */
  secrets(hint: KeyHint): readonly (string | Secret)[] | Promise<readonly (string | Secret)[]>
}

/** One, several, or where to get them. */
export type Secrets = SecretValue | Secret | readonly (SecretValue | Secret)[] | SecretSource

/** Beyond it a list is a mistake: each of them costs a digest for each forged request. */
export const maxSecrets = 100

/** Throws INVALID_OPTIONS for a list that is none, such as an unset environment variable in its place. */
export async function currentSecrets(secrets: Secrets, hint: KeyHint): Promise<readonly NamedSecret[]> {
  return isSource(secrets) ? named(await secrets.secrets(hint), true) : named(Array.isArray(secrets) ? secrets : [secrets], false)
}

/** For the signer, which has no request to get a hint from. */
export function givenSecrets(secrets: SecretValue | Secret | readonly (SecretValue | Secret)[]): readonly NamedSecret[] {
  return named(Array.isArray(secrets) ? secrets : [secrets as Secret], false)
}

function isSource(secrets: Secrets): secrets is SecretSource {
  return typeof secrets === 'object' && secrets !== null && typeof (secrets as Partial<SecretSource>).secrets === 'function'
}

function named(list: readonly unknown[], mayBeEmpty: boolean): readonly NamedSecret[] {
  const all: readonly NamedSecret[] = list.map((entry, index): NamedSecret => (isEntry(entry) ? { ...entry, id: entry.id ?? `secret-${index + 1}`, hasOwnId: entry.id !== undefined } : { id: `secret-${index + 1}`, hasOwnId: false, secret: entry as SecretValue }))
  const problems = all.flatMap(secretProblems)
  if (list.length > maxSecrets || (list.length === 0 && !mayBeEmpty)) problems.push({ key: 'secrets', got: `${list.length} secrets`, want: `1 to ${maxSecrets}` })
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
  return all
}

function isEntry(entry: unknown): entry is Secret {
  return typeof entry === 'object' && entry !== null && !(entry instanceof Uint8Array) && 'secret' in entry
}

function secretProblems({ id, secret, notBefore, notAfter, rotateBy }: NamedSecret, index: number): Problem[] {
  const problems: Problem[] = []
  const empty = (typeof secret === 'string' || secret instanceof Uint8Array) && secret.length === 0 // anybody can make an HMAC with an empty key
  if (empty || !isSecretValue(secret)) problems.push({ key: `secrets[${index}]`, got: describe(secret), want: 'the secret, as a text, bytes or a KeyObject' })
  if (typeof id !== 'string' || !/^[A-Za-z0-9._:-]{1,128}$/.test(id)) problems.push({ key: `secrets[${index}].id`, got: describe(id), want: '1 to 128 letters, digits and . _ : -' })
  for (const [key, date] of Object.entries({ notBefore, notAfter, rotateBy })) {
    if (date !== undefined && !(date instanceof Date && !Number.isNaN(date.getTime()))) problems.push({ key: `secrets[${index}].${key}`, got: describe(date), want: 'a valid Date' })
  }
  return problems
}

function isSecretValue(value: unknown): value is SecretValue {
  return typeof value === 'string' || value instanceof Uint8Array || (typeof value === 'object' && value !== null && 'asymmetricKeyType' in value)
}

export function isGood({ notBefore, notAfter }: Secret, nowMs: number): boolean {
  return (notBefore === undefined || nowMs >= notBefore.getTime()) && (notAfter === undefined || nowMs < notAfter.getTime())
}

/** Ids that were reported; a secret's id is the developer's, so the set stays small. */
const reported = new Set<string>()

/** Once for each id of this process, because it holds for thousands of deliveries. */
export function reportRotation({ id, rotateBy }: NamedSecret, scheme: string, nowMs: number, onRotationDue: ((due: RotationDue) => void) | undefined): void {
  const key = `${scheme} ${id} ${rotateBy?.getTime()}`
  if (rotateBy === undefined || nowMs < rotateBy.getTime() || reported.has(key)) return
  reported.add(key)
  if (onRotationDue !== undefined) onRotationDue({ scheme, keyId: id, rotateBy })
  else process.emitWarning(`the webhook secret ${id} of ${scheme} should have been replaced by ${rotateBy.toISOString().slice(0, 10)}`, { type: 'AuditWarning', code: 'SECRET_ROTATION_DUE' })
}

export interface RotationDue {
  readonly scheme: string
  readonly keyId: string
  readonly rotateBy: Date
}

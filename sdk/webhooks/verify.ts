// `verifyWebhook`: the order in which a delivery is checked. The order is the point: what costs little comes first, so
// that a request without signature or with an old one costs no digest, and nothing is remembered of one that was forged.

import { describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import { algorithms } from './algorithms.ts'
import { match } from './match.ts'
import type { Match } from './match.ts'
import { replayKey } from './replay.ts'
import type { ReplayStore } from './replay.ts'
import { rawRequest } from './request.ts'
import type { WebhookRequest } from './request.ts'
import type { Candidate, RawRequest, Told, WebhookScheme } from './scheme.ts'
import type { RotationDue, Secrets } from './secrets.ts'
import { Refusal, gradeOf, refuse } from './verdict.ts'
import type { Accepted, NetworkMatch, Proof, RefusalReason, Refused, Verdict } from './verdict.ts'
import { warn } from './warn.ts'

export interface VerifyOptions {
  /** How far the signed time may be off, into the past and into the future. Milliseconds; default 300 000, or the scheme's own. Longer lets an overheard delivery be used for longer. */
  readonly toleranceMs?: number
  /** Milliseconds since 1970, for tests. Default: the wall clock. */
  readonly nowMs?: number
  /** To what URL the sender sends, for schemes that sign it. Default: `request.url`, which is wrong behind a proxy that changes host, path or scheme. */
  readonly url?: string
  /** What the scheme needs to know besides the secret, such as `webhookId`. From your configuration, never from the request. */
  readonly parameters?: Readonly<Record<string, string>>
  /** Finds deliveries that were seen before. Default none: `proof.replay` is then `not checked`. */
  readonly replay?: ReplayStore
  /** How long a delivery without a signed time is remembered: it can be replayed after that. Milliseconds; default 30 days. With a signed time it is twice the tolerance and a minute. */
  readonly rememberMs?: number
  /** The service's published addresses, as a second factor. Default none. */
  readonly addresses?: AddressMatcher
  /** Address of the sender, for `addresses`. Behind a proxy the socket's is the proxy's. */
  readonly clientAddress?: string
  /** Bytes; a larger body is refused before it is hashed. Default 26 214 400. */
  readonly maxBodyBytes?: number
  /** Told once when a secret verified after its `rotateBy`. Default: a process warning. */
  readonly onRotationDue?: (due: RotationDue) => void
}

export interface AddressMatcher {
  /** `report`: the match stands on the record. `enforce`: a mismatch is refused, and while there is no list everything is, as `unavailable`. */
  readonly mode: 'report' | 'enforce'
  check(address: string | undefined): { readonly match: Exclude<NetworkMatch, 'not checked'> }
}

type WithDefault = 'toleranceMs' | 'rememberMs' | 'maxBodyBytes'

export const verifyDefaults: Readonly<Required<Pick<VerifyOptions, WithDefault>>> = Object.freeze({ toleranceMs: 300_000, rememberMs: 30 * 86_400_000, maxBodyBytes: 26_214_400 })

/** A list of signatures longer than this is an attack. Of those that need public-key arithmetic, ten are enough. */
export const maxSignatures = 100
const maxCostly = 10

/**
 * Never rejects for what a sender sent. Rejects with INVALID_OPTIONS for a mistake of the app: a body that is not bytes,
 * no secret at all, a missing URL or parameter. A secret that the scheme cannot use is a process warning.
 */
export async function verifyWebhook(scheme: WebhookScheme, request: WebhookRequest, secrets: Secrets, options: VerifyOptions = {}): Promise<Verdict> {
  assertOptions(scheme, options)
  const { url = request.url ?? '', parameters = {} } = options
  const raw = rawRequest({ ...pick(request), url }, parameters)
  const settings: Settings = { ...verifyDefaults, ...(scheme.toleranceMs === undefined ? {} : { toleranceMs: scheme.toleranceMs }), ...set(options), nowMs: options.nowMs ?? Date.now() }
  try {
    return await verify(scheme, raw, secrets, settings)
  } catch (error) {
    if (error instanceof Refusal) return refused(error.reason)
    throw error
  }
}

type Settings = VerifyOptions & Required<Pick<VerifyOptions, WithDefault | 'nowMs'>>

async function verify(scheme: WebhookScheme, raw: RawRequest, secrets: Secrets, settings: Settings): Promise<Verdict> {
  if (raw.body.length > settings.maxBodyBytes) refuse('too_large')
  const network = checkAddress(settings)
  const candidates = inWindow(bounded(scheme.read(raw)), settings)
  const found = await match(scheme, candidates, secrets, settings)
  if (found.candidate.bodyMatches?.() === false) refuse('bad_signature')
  return accept(scheme, raw, found, network, settings)
}

function checkAddress({ addresses, clientAddress }: Settings): NetworkMatch {
  if (addresses === undefined) return 'not checked'
  const { match: found } = addresses.check(clientAddress)
  if (addresses.mode === 'enforce' && found !== 'match') refuse(found === 'mismatch' ? 'forbidden_address' : 'unavailable')
  return found
}

function bounded(candidates: readonly Candidate[]): readonly Candidate[] {
  const count = (some: readonly Candidate[]): number => new Set(some.map(({ signature }) => signature)).size
  const costly = candidates.filter(({ algorithm }) => algorithms[algorithm].keyType !== 'bytes')
  return count(candidates) > maxSignatures || count(costly) > maxCostly ? refuse('too_many_signatures') : candidates
}

/** Those whose time is right; the reason of the first when none is. */
function inWindow(candidates: readonly Candidate[], settings: Settings): readonly Candidate[] {
  const timely = candidates.filter((candidate) => lateness(candidate, settings) === undefined)
  return timely.length > 0 ? timely : refuse(lateness(candidates[0]!, settings)!)
}

function lateness({ sentAtMs, expiresAtMs }: Pick<Candidate, 'sentAtMs' | 'expiresAtMs'>, { nowMs, toleranceMs }: Settings): 'expired' | 'future' | undefined {
  if (expiresAtMs !== undefined && nowMs >= expiresAtMs) return 'expired'
  if (sentAtMs === undefined) return undefined
  if (nowMs - sentAtMs > toleranceMs) return 'expired'
  return sentAtMs - nowMs > toleranceMs ? 'future' : undefined
}

/** The signature is right. What is still to say comes from inside what was signed. */
async function accept(scheme: WebhookScheme, raw: RawRequest, { candidate, signed, keyId }: Match, network: NetworkMatch, settings: Settings): Promise<Verdict> {
  const told: Told = { ...scheme.readVerified?.(raw), ...set({ sentAtMs: candidate.sentAtMs, id: candidate.id }) }
  const proof = proofOf(scheme, candidate, told, keyId, network)
  const known = { ...told, ...deliveryId(scheme, raw, told), keyId }
  const late = lateness(told, settings)
  if (late !== undefined) return { kind: 'refused', reason: late, ...known, proof }
  const kind = proof.grade === 'D' || proof.grade === 'E' ? 'unproven' : 'verified'
  if (settings.replay === undefined) return { kind, ...known, proof, forget: () => Promise.resolve() }
  return once({ kind, ...known, proof, digest: replayKey(scheme.name, signed) }, settings.replay, told.sentAtMs === undefined ? settings.rememberMs : 2 * settings.toleranceMs + 60_000)
}

/** The last step: a delivery that is refused for any other reason leaves nothing behind. */
async function once(verdict: Omit<Accepted, 'forget'> & { readonly digest: string }, store: ReplayStore, ttlMs: number): Promise<Verdict> {
  const isFirst = await claim(store, verdict.digest, ttlMs)
  const proof: Proof = { ...verdict.proof, replay: isFirst ? 'first seen' : 'seen' }
  return isFirst ? { ...verdict, proof, forget: () => release(store, verdict.digest) } : { ...verdict, proof, kind: 'refused', reason: 'replayed' }
}

function proofOf(scheme: WebhookScheme, candidate: Candidate, { sentAtMs }: Told, keyId: string, network: NetworkMatch): Proof {
  const facts = {
    algorithm: candidate.algorithm,
    covered: candidate.covered ?? scheme.covered,
    freshness: sentAtMs === undefined ? 'none' : 'signed time in window',
  } as const
  return { scheme: scheme.name, ...facts, coveredParts: candidate.coveredParts ?? scheme.coveredParts, replay: 'not checked', keyId, network, grade: gradeOf(facts) }
}

/** An id goes on records: only what looks like one does. */
function deliveryId(scheme: WebhookScheme, raw: RawRequest, { id }: Told): { deliveryId?: string } {
  const claimed = id ?? scheme.claimedId?.(raw)
  return claimed !== undefined && /^[\x21-\x7e]{1,256}$/.test(claimed) ? { deliveryId: claimed } : {}
}

async function claim(store: ReplayStore, key: string, ttlMs: number): Promise<boolean> {
  try {
    return (await store.claim(key, ttlMs)) === true
  } catch (error) {
    warn('REPLAY_STORE_FAILED', 'the replay store failed: deliveries are refused', error)
    return refuse('unavailable')
  }
}

async function release(store: ReplayStore, key: string): Promise<void> {
  try {
    await store.release?.(key)
  } catch (error) {
    warn('REPLAY_STORE_FAILED', 'the replay store failed: a delivery whose handler failed will be taken for a replay', error)
  }
}

function refused(reason: RefusalReason): Refused {
  return { kind: 'refused', reason }
}

function assertOptions(scheme: WebhookScheme, options: VerifyOptions): void {
  const problems: Problem[] = []
  if (typeof scheme?.read !== 'function') problems.push({ key: 'scheme', got: describe(scheme), want: 'a scheme, such as schemes.stripe' })
  for (const key of ['toleranceMs', 'rememberMs', 'maxBodyBytes', 'nowMs'] as const) {
    const value = options[key]
    if (value !== undefined && !(Number.isFinite(value) && value >= 0)) problems.push({ key, got: describe(value), want: 'a number from 0' })
  }
  for (const key of scheme?.parameters ?? []) {
    const value: unknown = options.parameters?.[key]
    if (typeof value !== 'string' || value === '') problems.push({ key: `parameters.${key}`, got: describe(value), want: 'a text' })
  }
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

/** A `Request` or a Node request has its members on the prototype, where a spread does not find them. */
function pick({ method, url, headers, body }: WebhookRequest): WebhookRequest {
  return { headers, body, ...set({ method, url }) } as WebhookRequest
}

function set<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>
}


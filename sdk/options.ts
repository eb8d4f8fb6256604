// The options of `createAudit`: declared once, with their defaults and one check that reports everything at once.

import { describe, problemError } from './errors.ts'
import type { AuditError, Problem } from './errors.ts'
import type { AuditEvent } from './event.ts'
import { createProcessRedaction } from './redaction.ts'
import type { RedactSettings } from './redaction.ts'

export interface AuditOptions {
  /**
   * Base URL of the collector; the SDK adds `/v1/audit` and `/v1/fingerprint/key`. Default `http://127.0.0.1:4318`.
   * Over plain http to another machine the API key can be read on the way: use https there.
   */
  readonly endpoint?: string | undefined
  /** API key of the collector, with the scope `ingest`. Default none, which a collector accepts on loopback only. */
  readonly key?: string | undefined
  /** Which platform this code integrates, such as `stripe`; written to every record that does not name its own. Required. */
  readonly integration: string
  /** Who emits, as resource attributes of OpenTelemetry. Default none. */
  readonly service?: ServiceOptions
  /** Milliseconds that one record may take, all attempts together; after that `record()` rejects. Default 30 000. */
  readonly timeoutMs?: number
  /**
   * Whether the redacted payload travels as the record's body. Default false: only its fingerprint and size do.
   * What redaction does not recognise then reaches the collector: names and addresses, for example, are not secrets to it.
   */
  readonly includePayload?: boolean
  /** Bytes above which a payload is neither redacted nor fingerprinted: only its size travels. Default 262 144. Larger ones hold up the event loop. */
  readonly maxPayloadBytes?: number
  /**
   * Further key names and paths to redact, and the policy: what is masked, tokenised, encrypted, allowed. From your
   * configuration only, never from input. Default: the built-in policy. A token needs the fingerprint key: until it was
   * fetched, or without `fingerprintKey`, a value that is to be tokenised is removed.
   */
  readonly redact?: RedactSettings
  /** Key of the fingerprints. Default: the workspace's own, fetched from the collector when the first payload comes, and asked for again each hour. */
  readonly fingerprintKey?: FingerprintKeyOptions
  /** What `track()` does when the function returned and its record failed. Default `throw`; see {@link OnRecordError}. */
  readonly onRecordError?: OnRecordError
  /** Records in one request. Default 100. */
  readonly maxBatch?: number
  /** Records that may wait in memory; above it `record()` rejects with QUEUE_FULL. Default 10 000. */
  readonly maxQueue?: number
  /** Instead of the global `fetch`, for proxies, certificates and tests. It sees the API key. */
  readonly fetch?: typeof globalThis.fetch
  /** Nanoseconds since 1970, for tests. Default: the wall clock, never backwards within the process. */
  readonly clock?: () => bigint
}

export interface ServiceOptions {
  /** `service.name` */
  readonly name: string
  /** `service.version` */
  readonly version?: string
  /** `service.namespace` */
  readonly namespace?: string
  /** `service.instance.id` */
  readonly instanceId?: string
}

export interface FingerprintKeyOptions {
  /** Names the key's period: lower-case letters and digits, such as `e1`. */
  readonly epoch: string
  /** 32 bytes, or their base64 text. Whoever has it can test guesses at payloads. */
  readonly secret: Uint8Array | string
}

/**
 * `throw`: `track()` rejects, and the error's `tracked.value` is what the function returned. An action without a record
 * does not pass silently, but the caller must not take it for an action that did not happen.
 * A function: it is told, with the event but for its payload, and `track()` returns what the function returned. It is
 * told as well when the tracked function threw; `throw` then makes a process warning of it.
 */
export type OnRecordError = 'throw' | ((error: AuditError, event: Partial<AuditEvent>) => void)

type WithDefault = 'timeoutMs' | 'includePayload' | 'maxPayloadBytes' | 'onRecordError' | 'maxBatch' | 'maxQueue'
type Defaults = Readonly<Required<Pick<AuditOptions, WithDefault>>> & { readonly endpoint: string }

export const defaults: Defaults = Object.freeze({
  endpoint: 'http://127.0.0.1:4318',
  timeoutMs: 30_000,
  includePayload: false,
  maxPayloadBytes: 262_144,
  onRecordError: 'throw',
  maxBatch: 100,
  maxQueue: 10_000,
})

export type CheckedOptions = AuditOptions & Defaults

/** The options with their defaults. Throws INVALID_OPTIONS with every problem. */
export function checkOptions(given: AuditOptions): CheckedOptions {
  check(given, rules, ['integration'])
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as AuditOptions
  return { ...defaults, ...set, endpoint: (set.endpoint ?? defaults.endpoint).replace(/\/+$/, '') } as CheckedOptions
}

/** The options of the OpenTelemetry plugin are a part of these. */
export function checkPluginOptions(given: unknown): void {
  const { integration, redact, fingerprintKey } = rules
  check(given, { integration, redact, fingerprintKey }, ['integration'])
}

interface OptionRule {
  readonly want: string
  readonly accepts: (value: unknown) => boolean
}

const text = (want: string, pattern: RegExp): OptionRule => ({ want, accepts: (value) => typeof value === 'string' && pattern.test(value) })
const count = (least: number, most: number): OptionRule => ({ want: `a whole number from ${least} to ${most}`, accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most })
const callable = (want: string): OptionRule => ({ want, accepts: (value) => typeof value === 'function' })

const rules = {
  endpoint: { want: 'an http or https URL without credentials, query or fragment', accepts: isEndpoint },
  key: text('the API key, of visible ASCII characters', /^[\x21-\x7e]{1,512}$/),
  integration: text('a name of 1 to 256 characters, such as stripe', /^[^\s](?:.{0,254}[^\s])?$/),
  service: { want: 'an object with a name and, if you like, version, namespace and instanceId, all of them texts', accepts: isService },
  timeoutMs: count(1, 3_600_000),
  includePayload: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
  maxPayloadBytes: count(0, 67_108_864),
  redact: { want: 'an object with keys, paths and a policy or rules, the paths in the syntax of fast-redact and rooted at body, attributes or resource', accepts: isRedact },
  fingerprintKey: { want: 'an epoch such as e1 and a secret of 32 bytes, or base64 of them', accepts: isFingerprintKey },
  onRecordError: { want: 'throw or a function', accepts: (value) => value === 'throw' || typeof value === 'function' },
  maxBatch: count(1, 1_000),
  maxQueue: count(1, 1_000_000),
  fetch: callable('a function like the global fetch'),
  clock: callable('a function that returns nanoseconds since 1970 as a bigint'),
} as const satisfies Record<keyof AuditOptions, OptionRule>

function check(given: unknown, known: Readonly<Record<string, OptionRule>>, required: readonly string[]): void {
  if (!isObject(given)) throw problemError('INVALID_OPTIONS', [{ key: '(options)', got: describe(given), want: 'an object' }])
  const problems: Problem[] = []
  for (const key of Object.keys(given)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined
    if (rule === undefined) problems.push({ key, got: 'an option of this name', want: `one of ${Object.keys(known).join(', ')}` })
    else if (given[key] !== undefined && !rule.accepts(given[key])) problems.push({ key, got: describe(given[key]), want: rule.want })
  }
  for (const key of required) if (given[key] === undefined) problems.push({ key, got: 'nothing', want: known[key]!.want })
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

function isEndpoint(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, username, password, search, hash } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === '' && search === '' && hash === ''
}

function isService(value: unknown): boolean {
  if (!isObject(value) || typeof value['name'] !== 'string') return false
  return Object.keys(value).every((key) => ['name', 'version', 'namespace', 'instanceId'].includes(key) && (value[key] === undefined || typeof value[key] === 'string'))
}

function isRedact(value: unknown): boolean {
  if (!isObject(value) || !Object.keys(value).every((key) => ['keys', 'paths', 'rules', 'policy'].includes(key))) return false
  const { keys = [], paths = [] } = value
  if (![keys, paths].every((list) => Array.isArray(list) && list.every((member) => typeof member === 'string'))) return false
  if (!(paths as string[]).every((path) => /^(?:body|attributes|resource)(?:[.[]|$)/.test(path))) return false
  try {
    createProcessRedaction(value)
    return true
  } catch {
    return false // a path or a pattern that does not compile, a policy with problems
  }
}

function isFingerprintKey(value: unknown): boolean {
  return isObject(value) && isEpoch(value['epoch']) && decodeSecret(value['secret']) !== undefined && Object.keys(value).length === 2
}

export function isEpoch(value: unknown): value is string {
  return typeof value === 'string' && /^[a-z0-9]{1,32}$/.test(value)
}

/** The 32 bytes of a fingerprint key, or undefined. */
export function decodeSecret(secret: unknown): Uint8Array | undefined {
  if (secret instanceof Uint8Array) return secret.length === 32 ? secret : undefined
  if (typeof secret !== 'string' || !/^[A-Za-z0-9+/_-]{43}=?$/.test(secret)) return undefined
  return new Uint8Array(Buffer.from(secret, 'base64'))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

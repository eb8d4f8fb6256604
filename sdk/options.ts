// The options of `createAudit`: declared once, with their defaults and one check that reports everything at once.

import { describe, problemError } from './errors.ts'
import type { AuditError, Problem } from './errors.ts'
import type { AuditEvent } from './event.ts'
import { isCatalogue } from './events.ts'
import type { Catalogue } from './events.ts'
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
  /**
   * What the promise of `record()` waits for. `acknowledged`, the default: the collector's receipt. `spooled`: that the
   * record is on this machine's disk, from where it is delivered whatever happens to the process. `best-effort`: nothing;
   * what the process has not written when it is killed is lost. Each call can choose.
   */
  readonly delivery?: Delivery
  /**
   * The directory on this machine's disk in which records wait for the collector, or false: in memory only. Default
   * `./.blotter-spool`; when that one cannot be used there is one process warning, and memory only. See {@link SpoolSettings}.
   */
  readonly spool?: SpoolSettings | false
  /** Milliseconds that `record()` waits, all attempts together; after that it rejects. Default 30 000. A record that is in the spool is delivered all the same. */
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
  /** The events that this audit accepts, from `defineEvents()`: then no other, and each with what it requires. Default any. */
  readonly events?: Catalogue
  /**
   * Whether records are numbered (`audit.sequence.*`), in a stream of this audit's own, so that the collector reports a
   * number that never came: a loss is then found even when this process cannot tell of it. The last record of a stream,
   * made by `close()`, is `blotter.stream.end`. Default true with a spool, else false.
   */
  readonly sequence?: boolean
  /**
   * Told of each record that the collector will never take, with the error that says why; its promise may have resolved
   * long before. Default: a process warning, unless a promise that still waits is rejected with it. Must not throw.
   */
  readonly onRefused?: (error: AuditError) => void
  /** Records in one request, which is also limited to 1 MiB. Default 512. */
  readonly maxBatch?: number
  /** Records that may wait in memory; above it `record()` rejects with QUEUE_FULL. Those in the spool do not count. Default 10 000. */
  readonly maxQueue?: number
  /** `gzip` where the way to the collector is narrow: it costs the sender about as much again as all else. Default `none`. */
  readonly compression?: 'none' | 'gzip'
  /**
   * Whether redaction, spool and delivery run in a thread of their own, so that the event loop of the app does not feel
   * them. Default true. Without threads, and with `fetch` or `redact.rules`, which cannot go to another thread, the same
   * is done in the caller's.
   */
  readonly thread?: boolean
  /** Instead of the global `fetch`, for proxies, certificates and tests. It sees the API key. */
  readonly fetch?: typeof globalThis.fetch
  /** Nanoseconds since 1970, for tests. Default: the wall clock, never backwards within the process. */
  readonly clock?: () => bigint
}

/** `acknowledged`: resolves with the collector's receipt. `spooled`: once the record is on the local disk. `best-effort`: at once. */
export type Delivery = 'acknowledged' | 'spooled' | 'best-effort'

/** Of one call of `record`, `track` or `run`. */
export interface CallOptions {
  /** When its promise resolves. Default: what the event's definition says, else the option `delivery` of the audit. */
  readonly delivery?: Delivery
}

export interface SpoolSettings {
  /**
   * Default the environment variable BLOTTER_SPOOL, or `./.blotter-spool`. Processes may share one. It holds redacted
   * records and the fingerprint key, so it is made for this user alone (0700). Keep it on a disk of this machine that
   * outlives the process: what lies in a container's own file system goes with the container.
   */
  readonly directory?: string
  /** Bytes that the directory may take, all processes together. Default 268 435 456. */
  readonly maxBytes?: number
  /**
   * What happens to a record when it is full. `block`, the default: it waits for room, up to `timeoutMs`, then SPOOL_FULL.
   * `throw`: SPOOL_FULL at once. `drop`: it is lost and counted, and a signed record says how many were lost when.
   */
  readonly whenFull?: 'block' | 'throw' | 'drop'
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

type WithDefault = 'delivery' | 'timeoutMs' | 'includePayload' | 'maxPayloadBytes' | 'onRecordError' | 'maxBatch' | 'maxQueue' | 'compression' | 'thread'
type Defaults = Readonly<Required<Pick<AuditOptions, WithDefault>>> & { readonly endpoint: string }

export const defaults: Defaults = Object.freeze({
  endpoint: 'http://127.0.0.1:4318',
  delivery: 'acknowledged',
  timeoutMs: 30_000,
  includePayload: false,
  maxPayloadBytes: 262_144,
  onRecordError: 'throw',
  maxBatch: 512,
  maxQueue: 10_000,
  compression: 'none',
  thread: true,
})

export type CheckedOptions = AuditOptions & Defaults

/** The options with their defaults. Throws INVALID_OPTIONS with every problem. */
export function checkOptions(given: AuditOptions): CheckedOptions {
  check(given, rules, ['integration'])
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as AuditOptions
  return { ...defaults, ...set, endpoint: (set.endpoint ?? defaults.endpoint).replace(/\/+$/, '') } as CheckedOptions
}

/** The options of the OpenTelemetry plugin are a part of these, and `more` of its own. */
export function checkPluginOptions(given: unknown, more: Readonly<Record<string, OptionRule>> = {}): void {
  const { integration, redact, fingerprintKey } = rules
  check(given, { integration, redact, fingerprintKey, ...more }, ['integration'])
}

export interface OptionRule {
  readonly want: string
  readonly accepts: (value: unknown) => boolean
}

const text = (want: string, pattern: RegExp): OptionRule => ({ want, accepts: (value) => typeof value === 'string' && pattern.test(value) })
const count = (least: number, most: number): OptionRule => ({ want: `a whole number from ${least} to ${most}`, accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most })
const oneOf = (...words: readonly string[]): OptionRule => ({ want: words.join(' or '), accepts: (value) => typeof value === 'string' && words.includes(value) })
const callable = (want: string): OptionRule => ({ want, accepts: (value) => typeof value === 'function' })

const rules = {
  endpoint: { want: 'an http or https URL without credentials, query or fragment', accepts: isEndpoint },
  key: text('the API key, of visible ASCII characters', /^[\x21-\x7e]{1,512}$/),
  integration: text('a name of 1 to 256 characters, such as stripe', /^[^\s](?:.{0,254}[^\s])?$/),
  service: { want: 'an object with a name and, if you like, version, namespace and instanceId, all of them texts', accepts: isService },
  delivery: oneOf('acknowledged', 'spooled', 'best-effort'),
  spool: { want: 'false, or an object with directory, maxBytes (from 1 MiB) and whenFull (block, throw, drop)', accepts: isSpool },
  timeoutMs: count(1, 3_600_000),
  includePayload: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
  maxPayloadBytes: count(0, 67_108_864),
  redact: { want: 'an object with keys, paths and a policy or rules, the paths in the syntax of fast-redact and rooted at body, attributes or resource', accepts: isRedact },
  fingerprintKey: { want: 'an epoch such as e1 and a secret of 32 bytes, or base64 of them', accepts: isFingerprintKey },
  onRecordError: { want: 'throw or a function', accepts: (value) => value === 'throw' || typeof value === 'function' },
  onRefused: callable('a function'),
  maxBatch: count(1, 1_000),
  maxQueue: count(1, 1_000_000),
  compression: oneOf('none', 'gzip'),
  thread: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
  events: { want: 'a catalogue from defineEvents()', accepts: isCatalogue },
  sequence: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
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

function isSpool(value: unknown): boolean {
  if (value === false) return true
  if (!isObject(value) || !Object.keys(value).every((key) => ['directory', 'maxBytes', 'whenFull'].includes(key))) return false
  const { directory, maxBytes, whenFull } = value
  return (directory === undefined || (typeof directory === 'string' && directory !== '' && !directory.includes('\0'))) &&
    (maxBytes === undefined || (Number.isSafeInteger(maxBytes) && (maxBytes as number) >= 1_048_576)) &&
    (whenFull === undefined || whenFull === 'block' || whenFull === 'throw' || whenFull === 'drop')
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

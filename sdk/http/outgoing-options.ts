// The options of `auditedFetch` and `instrumentFetch`.

import type { Actor } from '../event.ts'
import type { Delivery } from '../options.ts'
import { assertOptions, optionRules } from './inbound-options.ts'
import type { Rules } from './inbound-options.ts'
import type { OnAuditFailure } from './recorder.ts'

export interface OutgoingOptions {
  /** Names of the platforms by host: `{ 'api.stripe.com': 'stripe', '*.myshopify.com': 'shopify' }`. Default: the host. */
  readonly integrations?: Readonly<Record<string, string>>
  /** Who calls, where neither the context nor the audit says. Default `unknown` of type `service`. */
  readonly actor?: Actor | string
  /** Name of the event. Default `http.call`. */
  readonly event?: string
  /** Action by method, where it differs from READ, CREATE, UPDATE, DELETE. */
  readonly actions?: Readonly<Record<string, string>>
  /** The template of a call's path. Undefined: the built-in one, which replaces everything that may be an id by `:id`. Never return the path itself: it holds ids and secrets. */
  readonly route?: (url: URL) => string | undefined
  /** Only calls to these hosts are recorded, `*.example.com` for all below. Default all. */
  readonly only?: readonly string[]
  /** Calls to these hosts are not recorded. Default none. Wins over `only`. */
  readonly skip?: readonly string[]
  /** Hosts of your own that are sent the request id, as `x-request-id`, unless the call has one. Default none: a third party has no business with it. */
  readonly propagateTo?: readonly string[]
  /** Whether a body that is text, bytes or URLSearchParams is fingerprinted. Default true. Streams are never touched. */
  readonly payload?: boolean
  /** Milliseconds after a failed try, or a try with the same idempotency key, in which the next one counts as its retry. Default 60 000. */
  readonly retryWindowMs?: number
  /** When the record counts as made. Default `spooled`: on this machine's disk; without a spool, at the collector. The call never waits for it. */
  readonly delivery?: Delivery
  /** What a record that failed does. `continue`: a process warning, at most one a minute. A function is told instead. Default `continue`. */
  readonly onAuditFailure?: 'continue' | OnAuditFailure
}

export type CheckedOutgoingOptions = OutgoingOptions & Required<Pick<OutgoingOptions, keyof typeof outgoingDefaults>>

export const outgoingDefaults = Object.freeze({ event: 'http.call', payload: true, retryWindowMs: 60_000, delivery: 'spooled', onAuditFailure: 'continue', actor: Object.freeze({ id: 'unknown', type: 'service' }) } as const)

/** The options with their defaults. Throws INVALID_OPTIONS with every problem. */
export function checkOutgoingOptions(given: OutgoingOptions): CheckedOutgoingOptions {
  assertOptions(given, rules)
  return { ...outgoingDefaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) }
}

const isHost = (value: unknown): boolean => typeof value === 'string' && /^(?:\*\.)?[a-z0-9.:[\]-]+$/.test(value)
const hosts = { want: 'a list of hosts in lower case, such as api.example.com or *.example.com', accepts: (value: unknown) => Array.isArray(value) && value.every(isHost) }

const rules: Readonly<Record<keyof OutgoingOptions, Rules[string]>> = {
  integrations: { want: 'names by host, such as { "api.stripe.com": "stripe" }', accepts: (value) => typeof value === 'object' && value !== null && Object.entries(value).every(([host, name]) => isHost(host) && typeof name === 'string' && name !== '') },
  actor: { want: 'an id, or an object with an id', accepts: (value) => typeof (typeof value === 'object' ? (value as Actor | null)?.id : value) === 'string' },
  event: optionRules.name,
  actions: optionRules.record,
  route: optionRules.callable,
  only: hosts,
  skip: hosts,
  propagateTo: hosts,
  payload: { want: 'true or false', accepts: (value) => typeof value === 'boolean' },
  retryWindowMs: { want: 'milliseconds from 0 to 86 400 000', accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 86_400_000 },
  delivery: optionRules.delivery,
  onAuditFailure: { want: 'continue or a function', accepts: (value) => value === 'continue' || typeof value === 'function' },
}

/** A port counts only where the pattern has one. */
export function matchesHost(pattern: string, url: URL): boolean {
  const host = /:\d+$/.test(pattern) ? url.host : url.hostname
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern
}

// The options of `auditRequests`, the same for every framework but for the type of its request.

import { describe, problemError } from '../errors.ts'
import type { Problem } from '../errors.ts'
import type { Actor, AuditEvent } from '../event.ts'
import type { Delivery } from '../options.ts'
import type { OnAuditFailure } from './recorder.ts'

export type Who = Actor | string | undefined

export interface AuditRequestsOptions<Request> {
  /**
   * Who asks. Called when the request comes; a promise is awaited before the request goes on, so it must not hang. As long
   * as it answers undefined it is asked again, at last when the request has ended: sign-in may come later in the chain.
   * What throws counts as `unknown`. Default: `anonymous`. The type is `unknown` unless it says. Never take it from a
   * header that nobody has checked.
   */
  readonly actor?: (request: Request) => Who | Promise<Who>
  /** Header with the request id, in and out. Default `x-request-id`; false: neither read nor sent. An id of other than 1 to 128 letters, digits and `. _ : + / = -` is replaced. */
  readonly requestIdHeader?: string | false
  /** How many proxies of your own stand in front: that many entries of `x-forwarded-for` are believed. Default 0. Too high a number lets callers forge their address. */
  readonly trustedHops?: number
  /** Which of GET, HEAD, OPTIONS and TRACE are recorded: those that were `denied` (401, 403), `all`, or `none`. Default `denied`. All other methods always are. */
  readonly reads?: 'denied' | 'all' | 'none'
  /** Only these are recorded: paths, `/admin/*` for all below, or a function. Default all. The others have a request id and a context all the same. */
  readonly only?: Paths<Request>
  /** These are not recorded. Default none. Wins over `only`. */
  readonly skip?: Paths<Request>
  /** Name of the event. Default `http.request`. */
  readonly event?: string
  /** Action by method, where it differs from READ, CREATE, UPDATE, DELETE. */
  readonly actions?: Readonly<Record<string, string>>
  /** What a route is called in the log: `{ 'POST /orders/:id/refund': { event: 'order.refund', action: 'EXECUTE' } }`. Default none. */
  readonly routes?: Readonly<Record<string, Partial<AuditEvent>>>
  /** The template of the route, such as `/orders/:id`, where the framework's own is not wanted. Undefined: the framework's. Never return the URL: it holds ids and secrets. */
  readonly route?: (request: Request) => string | undefined
  /**
   * Whether the request's body is fingerprinted (its fingerprint and size travel, see `payload` of an event). Default
   * false. True takes what the app has parsed by the time it answers, without reading or copying anything itself; a
   * function picks. It costs what a record with a payload costs, and ends at `maxPayloadBytes`.
   */
  readonly payload?: boolean | ((request: Request) => unknown)
  /**
   * When the record counts as made: see `delivery` of `createAudit`. It matters with `onAuditFailure: 'fail'`, where the answer
   * waits for it. Default `spooled`: on this machine's disk; without a spool, at the collector.
   */
  readonly delivery?: Delivery
  /**
   * What a record that failed does. `continue`: the request is answered and a process warning tells, at most one a minute.
   * `fail`: the answer waits until the record is made, and is 503 without it; what the handler did has happened all the
   * same. A function: like `continue`, and it is told instead. Default `continue`.
   */
  readonly onAuditFailure?: 'continue' | 'fail' | OnAuditFailure
}

export type Paths<Request> = readonly string[] | ((request: Request) => boolean)

export type CheckedInboundOptions<Request> = AuditRequestsOptions<Request> & Required<Pick<AuditRequestsOptions<Request>, keyof typeof inboundDefaults>>

export const inboundDefaults = Object.freeze({ requestIdHeader: 'x-request-id', trustedHops: 0, reads: 'denied', event: 'http.request', delivery: 'spooled', onAuditFailure: 'continue' } as const)

/** The options with their defaults. Throws INVALID_OPTIONS with every problem. */
export function checkInboundOptions<Request>(given: AuditRequestsOptions<Request>): CheckedInboundOptions<Request> {
  assertOptions(given, rules)
  const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const options = { ...inboundDefaults, ...set } as CheckedInboundOptions<Request>
  return { ...options, requestIdHeader: options.requestIdHeader === false ? false : options.requestIdHeader.toLowerCase() }
}

export type Rules = Readonly<Record<string, { readonly want: string; readonly accepts: (value: unknown) => boolean }>>

export function assertOptions(given: object, known: Rules, required: readonly string[] = []): void {
  const problems: Problem[] = []
  for (const [key, value] of Object.entries(given)) {
    const rule = Object.hasOwn(known, key) ? known[key] : undefined
    if (rule === undefined) problems.push({ key, got: 'an option of this name', want: `one of ${Object.keys(known).join(', ')}` })
    else if (value !== undefined && !rule.accepts(value)) problems.push({ key, got: describe(value), want: rule.want })
  }
  for (const key of required) if ((given as Record<string, unknown>)[key] === undefined) problems.push({ key, got: 'nothing', want: known[key]!.want })
  if (problems.length > 0) throw problemError('INVALID_OPTIONS', problems)
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every((member) => typeof member === 'string' && member.startsWith('/'))
const oneOf = (...words: readonly unknown[]): Rules[string] => ({ want: words.map(String).join(', '), accepts: (value) => words.includes(value) })
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

export const optionRules = {
  callable: { want: 'a function', accepts: isFunction },
  headerName: { want: 'the name of a header, or false', accepts: (value) => value === false || (typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value)) },
  hops: { want: 'a whole number from 0 to 16', accepts: (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 16 },
  paths: { want: 'a list of paths that start with /, or a function', accepts: (value) => isFunction(value) || isTexts(value) },
  name: { want: 'a name such as http.request', accepts: (value) => typeof value === 'string' && value !== '' && value.length <= 256 },
  record: { want: 'an object', accepts: isRecord },
  payload: { want: 'true, false or a function', accepts: (value) => typeof value === 'boolean' || isFunction(value) },
  delivery: oneOf('acknowledged', 'spooled', 'best-effort'),
  onAuditFailure: { want: 'continue, fail or a function', accepts: (value) => value === 'continue' || value === 'fail' || isFunction(value) },
} as const satisfies Rules

const rules: Readonly<Record<keyof AuditRequestsOptions<unknown>, Rules[string]>> = {
  actor: optionRules.callable,
  requestIdHeader: optionRules.headerName,
  trustedHops: optionRules.hops,
  reads: oneOf('denied', 'all', 'none'),
  only: optionRules.paths,
  skip: optionRules.paths,
  event: optionRules.name,
  actions: optionRules.record,
  routes: optionRules.record,
  route: optionRules.callable,
  payload: optionRules.payload,
  delivery: optionRules.delivery,
  onAuditFailure: optionRules.onAuditFailure,
}

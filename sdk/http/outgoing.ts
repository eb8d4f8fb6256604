// One call to a platform, from its start to the audit record that says how it ended. Never its headers, query or body;
// of the path the template, of the host the name.

import { AsyncLocalStorage } from 'node:async_hooks'
import { currentContext, withContext } from '../context.ts'
import type { AuditEvent } from '../event.ts'
import { createAttempts } from './attempts.ts'
import { actionOf, methodName, named, outcomeOf } from './ending.ts'
import { checkOutgoingOptions, matchesHost } from './outgoing-options.ts'
import type { CheckedOutgoingOptions, OutgoingOptions } from './outgoing-options.ts'
import { isOwn } from './own.ts'
import { createWarn, safely } from './recorder.ts'
import type { OnAuditFailure, Recorder } from './recorder.ts'
import { pathTemplate } from './template.ts'

export interface Call {
  /** Upper case. */
  readonly method: string
  readonly url: URL
  readonly idempotencyKey: string | undefined
  readonly body: string | Uint8Array | URLSearchParams | undefined
  readonly streams: boolean
}

export interface OpenCall {
  /** To be sent as `x-request-id`; undefined where the host must not have it. */
  readonly requestId: string | undefined
  /** Records, in the context in which the call was made. Never throws; the caller does not wait. */
  end(ending: { readonly status: number } | { readonly error: unknown }): void
}

export interface Outgoing {
  /** Undefined when the call is not to be recorded. Never throws. */
  begin(call: Call): OpenCall | undefined
}

/** Calls that a remembered attempt takes about 200 bytes for. */
const rememberedCalls = 1_000

/** Set inside a call that is recorded already, so that the instrumentation of what carries it does not record it again. */
export const covered: AsyncLocalStorage<true> = new AsyncLocalStorage()

/** Throws INVALID_OPTIONS with every problem. */
export function createOutgoing(audit: Recorder, given: OutgoingOptions): Outgoing {
  const options = checkOutgoingOptions(given)
  const attempts = createAttempts(options.retryWindowMs, rememberedCalls)
  const warn = createWarn('an outgoing call')
  const onFailure: OnAuditFailure = options.onAuditFailure === 'continue' ? warn : safely(options.onAuditFailure, warn)

  function open(call: Call): OpenCall {
    const body = call.body instanceof URLSearchParams ? call.body.toString() : call.body
    const attempt = attempts.begin({ ...call, url: call.url.href, body })
    const begun = { at: new Date(), ms: performance.now(), inside: AsyncLocalStorage.snapshot() }
    const known = eventOf(call, options, attempt.number)
    return {
      requestId: (options.propagateTo ?? []).some((host) => matchesHost(host, call.url)) ? currentContext()?.requestId : undefined,
      end(ending) {
        attempt.settle('error' in ending || isPassing(ending.status))
        const event = { ...known, occurredAt: begun.at, durationMs: performance.now() - begun.ms, ...endingOfCall(call.method, ending) }
        if ('status' in ending) event.attributes = { ...known.attributes, 'http.response.status_code': ending.status }
        begun.inside(() => { record(audit, options, event).catch(onFailure) })
      },
    }
  }

  return {
    begin(call) {
      try {
        return isRecorded(call, options) ? open(call) : undefined
      } catch (error) {
        onFailure(error) // a function of the options threw: the call is made all the same
        return undefined
      }
    },
  }
}

/** The actor of the options stands behind the context's and the audit's own. */
async function record(audit: Recorder, { actor, delivery }: CheckedOutgoingOptions, event: Partial<AuditEvent>): Promise<void> {
  const send = (): Promise<unknown> => audit.record(event as AuditEvent, { delivery })
  await (currentContext()?.actor === undefined ? withContext({ actor }, send) : send())
}

function isRecorded({ method, url }: Call, { only, skip }: OutgoingOptions): boolean {
  if (!/^https?:$/.test(url.protocol) || method === 'CONNECT' || isOwn(url)) return false
  const among = (hosts: readonly string[]): boolean => hosts.some((host) => matchesHost(host, url))
  return (only === undefined || among(only)) && !(skip !== undefined && among(skip))
}

function eventOf({ method, url, idempotencyKey, body }: Call, options: CheckedOutgoingOptions, attempt: number): Partial<AuditEvent> & { attributes: Record<string, unknown> } {
  const route = (options.route?.(url) ?? pathTemplate(url.pathname)).slice(0, 512)
  const [, integration] = Object.entries(options.integrations ?? {}).find(([host]) => matchesHost(host, url)) ?? []
  return {
    event: options.event, action: actionOf(method, options.actions), integration: integration ?? url.hostname, target: { id: url.host + route, type: 'http.endpoint' }, attempt,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(options.payload && body !== undefined ? { payload: body instanceof URLSearchParams ? fieldsOf(body) : body } : {}),
    attributes: {
      'http.request.method': methodName(method), 'server.address': url.hostname, 'url.template': route,
      ...(url.port === '' ? {} : { 'server.port': Number(url.port) }),
      ...(attempt === 1 ? {} : { 'http.request.resend_count': attempt - 1 }),
    },
  }
}

/** By name, so that redaction knows which of them are secret. */
function fieldsOf(params: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries([...new Set(params.keys())].map((name) => {
    const values = params.getAll(name)
    return [name, values.length === 1 ? values[0] : values]
  }))
}

/** After which one tries again: RFC 9110 and 6585, and what gateways say. */
function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function endingOfCall(method: string, ending: { readonly status: number } | { readonly error: unknown }): Partial<AuditEvent> {
  if ('status' in ending) return outcomeOf({ status: ending.status })
  const type = errorTypeOf(ending.error)
  if (isRead(method) || neverSent.has(type)) return { outcome: 'failure', error: named(type) }
  return { outcome: 'unknown', error: named(type), reason: 'no answer came: whether the call took effect is not known' }
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
}

/** Errors before a connection was there: nothing reached the platform. */
const neverSent: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_INVALID_ARG', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])

/** Such as ECONNRESET or TimeoutError. Never a message: it may hold the URL. */
function errorTypeOf(error: unknown): string {
  const { cause, code, name } = (typeof error === 'object' && error !== null ? error : {}) as { cause?: unknown; code?: unknown; name?: unknown }
  const inner = (typeof cause === 'object' && cause !== null ? (cause as { code?: unknown }).code : undefined) ?? code
  return [inner, name].find((word): word is string => typeof word === 'string' && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(word)) ?? '_OTHER'
}

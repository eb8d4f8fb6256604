// @blotter/sdk/fetch: records the calls that an app makes. `auditedFetch` is a fetch to call instead, exact and explicit;
// `instrumentFetch` sees the calls of libraries too, with less known about each.

import { channel } from 'node:diagnostics_channel'
import { covered, createOutgoing } from './http/outgoing.ts'
import type { OpenCall } from './http/outgoing.ts'
import type { OutgoingOptions } from './http/outgoing-options.ts'
import type { Recorder } from './http/recorder.ts'
import { describeFetch, withHeader } from './http/fetch-call.ts'
import { callOf } from './http/undici-call.ts'
import type { UndiciRequest } from './http/undici-call.ts'

export type { OutgoingOptions } from './http/outgoing-options.ts'
export type { OnAuditFailure, Recorder } from './http/recorder.ts'

export interface AuditedFetchOptions extends OutgoingOptions {
  /** What makes the calls. Default: the global `fetch`, looked up at each call. */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * A `fetch` that records each call when its answer begins, or when there is none. Throws INVALID_OPTIONS with every problem.
 *
 * @example
 * const fetch = auditedFetch(audit, { integrations: { 'api.stripe.com': 'stripe' } })
 */
export function auditedFetch(audit: Recorder, { fetch = (...call) => globalThis.fetch(...call), ...options }: AuditedFetchOptions = {}): typeof globalThis.fetch {
  const outgoing = createOutgoing(audit, options)
  return async function fetchAudited(input, init) {
    const described = describeFetch(input, init)
    const call = described === undefined ? undefined : outgoing.begin(described)
    if (call === undefined) return fetch(input, init)
    const given = call.requestId === undefined ? init : withHeader(input, init, 'x-request-id', call.requestId)
    try {
      const response = await covered.run(true, () => fetch(input, given))
      call.end({ status: response.status })
      return response
    } catch (error) {
      call.end({ error })
      throw error
    }
  }
}

export interface Instrumentation extends Disposable {
  /** Records no more calls. Can be called again. */
  readonly stop: () => void
}

/**
 * Records every call that goes through the global `fetch` of Node or the package `undici`, whoever makes it, until it is
 * stopped. Throws INVALID_OPTIONS with every problem.
 */
export function instrumentFetch(audit: Recorder, options: OutgoingOptions = {}): Instrumentation {
  const outgoing = createOutgoing(audit, options)
  const calls = new WeakMap<object, OpenCall>()

  function create(message: unknown): void {
    const { request } = message as { request: UndiciRequest }
    const described = covered.getStore() === true ? undefined : callOf(request)
    const call = described === undefined ? undefined : outgoing.begin(described)
    if (call === undefined) return
    calls.set(request, call)
    if (call.requestId !== undefined && described!.header('x-request-id') === undefined) request.addHeader('x-request-id', call.requestId)
  }

  function headers(message: unknown): void {
    const { request, response } = message as { request: object; response: { statusCode: number } }
    if (response.statusCode >= 200) end(request, { status: response.statusCode })
  }

  function failed(message: unknown): void {
    const { request, error } = message as { request: object; error: unknown }
    end(request, { error })
  }

  function end(request: object, ending: Parameters<OpenCall['end']>[0]): void {
    calls.get(request)?.end(ending)
    calls.delete(request) // an error while the body is read comes after the headers: the call is recorded then
  }

  return subscribed({ create, headers, error: failed })
}

function subscribed(handlers: Readonly<Record<string, (message: unknown) => void>>): Instrumentation {
  const pairs = Object.entries(handlers).map(([name, handler]) => [channel(`undici:request:${name}`), handler] as const)
  for (const [one, handler] of pairs) one.subscribe(handler)
  const stop = (): void => { for (const [one, handler] of pairs) one.unsubscribe(handler) }
  return { stop, [Symbol.dispose]: stop }
}

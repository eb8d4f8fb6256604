// What the options choose for one request: whether it is recorded, what it is called, what of its body counts. Functions of
// the app that throw cost neither the request nor its record.

import type { AuditEvent } from '../event.ts'
import type { CheckedInboundOptions, Paths } from './inbound-options.ts'
import type { Adapter, Known, Setting } from './inbound-setting.ts'

export function isRecorded<Request>({ options, adapter }: Setting<Request>, request: Request, outcome: AuditEvent['outcome']): boolean {
  const isRead = /^(?:GET|HEAD|OPTIONS|TRACE)$/.test(adapter.method(request))
  if (isRead && options.reads !== 'all' && !(options.reads === 'denied' && outcome === 'denied')) return false
  const path = pathOf(adapter.url(request))
  return (options.only === undefined || matches(options.only, request, path)) && !(options.skip !== undefined && matches(options.skip, request, path, false))
}

/** A function that throws lets the request be recorded. */
function matches<Request>(paths: Paths<Request>, request: Request, path: string, whenItThrows: boolean = true): boolean {
  if (typeof paths !== 'function') return paths.some((wanted) => (wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : path === wanted))
  try {
    return paths(request)
  } catch {
    return whenItThrows
  }
}

function pathOf(url: string): string {
  return /^(?:[a-z]+:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1] || '/'
}

/** `POST /orders/:id` before `/orders/:id`. */
export function ruleOf(routes: Readonly<Record<string, Partial<AuditEvent>>>, { target, attributes }: Known): Partial<AuditEvent> {
  const key = [`${String(attributes!['http.request.method'])} ${target!.id}`, target!.id].find((name) => Object.hasOwn(routes, name))
  return key === undefined ? {} : routes[key]!
}

export function routeOf<Request>({ route }: CheckedInboundOptions<Request>, request: Request): string | undefined {
  try {
    return route?.(request)
  } catch {
    return undefined
  }
}

/** Some parsers make an empty object of no body. */
function hasBody<Request>(adapter: Adapter<Request>, request: Request): boolean {
  return adapter.header(request, 'transfer-encoding') !== undefined || (adapter.header(request, 'content-length') ?? '0') !== '0'
}

export function payloadOf<Request>({ options, adapter }: Setting<Request>, request: Request): { payload?: unknown } {
  const { payload } = options
  if (payload === undefined || payload === false || (payload === true && !hasBody(adapter, request))) return {}
  try {
    const value = payload === true ? adapter.body(request) : payload(request)
    return value === undefined ? {} : { payload: value }
  } catch {
    return {} // the body is the app's: a getter of it that throws costs no record
  }
}

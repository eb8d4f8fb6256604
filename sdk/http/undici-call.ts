// A request of undici as its diagnostics channel shows it. The global `fetch` has made a stream of its body by then.

import { bodyOf, keyOf } from './fetch-call.ts'
import type { Call } from './outgoing.ts'

/** What is used of undici's request: of its 5 (headers are text), 6 and later (a flat list). */
export interface UndiciRequest {
  readonly method: string
  readonly origin: string | URL
  readonly path: string
  readonly headers: string | readonly unknown[]
  readonly body?: unknown
  addHeader(name: string, value: string): unknown
}

export interface DescribedCall extends Call {
  /** By lower-case name. */
  header(name: string): string | undefined
}

export function callOf(request: UndiciRequest): DescribedCall | undefined {
  try {
    const header = (name: string): string | undefined => headerOf(request.headers, name)
    const body = bodyOf(request.body)
    return {
      method: request.method.toUpperCase(), url: new URL(/^https?:/i.test(request.path) ? request.path : String(request.origin).replace(/\/$/, '') + request.path), idempotencyKey: keyOf(header),
      body, streams: body === undefined && (request.body ?? undefined) !== undefined, header,
    }
  } catch {
    return undefined
  }
}

function headerOf(headers: UndiciRequest['headers'], wanted: string): string | undefined {
  const list = typeof headers === 'string' ? headers.split('\r\n').flatMap((line) => { const at = line.indexOf(':'); return at < 0 ? [] : [line.slice(0, at), line.slice(at + 1).trim()] }) : headers
  for (let index = 0; index + 1 < list.length; index += 2) {
    if (String(list[index]).toLowerCase() === wanted) return String(list[index + 1])
  }
  return undefined
}

// A call of `fetch` as its arguments tell it, without consuming any of them.

import type { Call } from './outgoing.ts'

type Input = Parameters<typeof globalThis.fetch>[0]
type Init = Parameters<typeof globalThis.fetch>[1]

const keyHeaders = ['idempotency-key', 'x-idempotency-key'] as const

/** Undefined when fetch will refuse it: then there is no call. */
export function describeFetch(input: Input, init: Init): Call | undefined {
  try {
    const request = isRequest(input) ? input : undefined
    const headers = new Headers(init?.headers ?? request?.headers)
    const body = bodyOf(init?.body)
    return {
      method: (init?.method ?? request?.method ?? 'GET').toUpperCase(),
      url: new URL(isRequest(input) ? input.url : input),
      idempotencyKey: keyOf((name) => headers.get(name) ?? undefined),
      body,
      streams: body === undefined && ((init?.body ?? request?.body) ?? undefined) !== undefined,
    }
  } catch {
    return undefined
  }
}

export function keyOf(header: (name: string) => string | undefined): string | undefined {
  for (const name of keyHeaders) {
    const key = header(name)
    if (key !== undefined && key !== '' && key.length <= 256) return key
  }
  return undefined
}

/** The caller's own header wins. */
export function withHeader(input: Input, init: Init, name: string, value: string): Init {
  const headers = new Headers(init?.headers ?? (isRequest(input) ? input.headers : undefined))
  if (!headers.has(name)) headers.set(name, value)
  return { ...init, headers }
}

function isRequest(input: Input): input is Request {
  return typeof input === 'object' && !(input instanceof URL) && 'url' in input
}

export function bodyOf(body: unknown): Call['body'] {
  if (typeof body === 'string' || body instanceof URLSearchParams || body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  return ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : undefined
}

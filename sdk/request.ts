// One exchange with the collector, and what its answer means for the sender. Decided by the status, never by the text.

import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { AuditErrorCode } from './errors.ts'
import { ownEndpoints } from './http/own.ts'
import type { Timing } from './time.ts'

export type Answer =
  | { readonly kind: 'ok'; readonly json: unknown }
  /** Try again: nothing is known to be wrong with the request. */
  | { readonly kind: 'retry'; readonly why: string; readonly afterMs: number }
  | Refusal

export interface Refusal {
  readonly kind: 'refused'
  readonly code: AuditErrorCode
  readonly detail: string
  readonly status: number
  readonly reason?: string
  /** One record of the batch may be the cause, and the others innocent. */
  readonly perRecord: boolean
}

export interface Request {
  (method: 'GET' | 'POST', path: string, body: string | undefined, timeoutMs: number): Promise<Answer>
}

export interface RequestOptions {
  readonly endpoint: string
  readonly key?: string | undefined
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Sent with each request. Names in lower case; those that describe the body are ours. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default `none`. */
  readonly compression?: 'none' | 'gzip'
}

/** Below it, gzip saves less than a packet. */
const gzipFromBytes = 2_048

/** OTLP's limit on an answer. */
const answerLimitBytes = 4 * 1024 * 1024

export function createRequest({ endpoint, key, fetch = (...call) => globalThis.fetch(...call), headers: more = {}, compression = 'none' }: RequestOptions, timing: Timing): Request {
  ownEndpoints.add(endpoint)
  const headers: Record<string, string> = { ...more, accept: 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) }
  return async function request(method, path, body, timeoutMs) {
    const aborter = new AbortController()
    const cancel = timing.after(timeoutMs, () => aborter.abort(), false)
    try {
      const response = await fetch(endpoint + path, {
        method,
        ...(body === undefined ? { headers } : await content(body, headers, compression)),
        redirect: 'manual', // records go to the configured address and to no other
        signal: aborter.signal,
      })
      return await read(response, timing)
    } catch (error) {
      return { kind: 'retry', why: aborter.signal.aborted ? `no answer within ${Math.round(timeoutMs)} ms` : `the connection failed (${failureCode(error)})`, afterMs: 0 }
    } finally {
      cancel()
    }
  }
}

const compress = promisify(gzip)

/** The fastest level: records are so alike that the others gain little. */
async function content(body: string, headers: Record<string, string>, compression: 'none' | 'gzip'): Promise<{ headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> }> {
  const described = { ...headers, 'content-type': 'application/json' }
  if (compression === 'none' || body.length < gzipFromBytes) return { headers: described, body }
  return { headers: { ...described, 'content-encoding': 'gzip' }, body: new Uint8Array(await compress(body, { level: constants.Z_BEST_SPEED })) }
}

async function read(response: Response, timing: Timing): Promise<Answer> {
  const { status } = response
  const json = parse(await readText(response))
  if (status === 200) return json === undefined ? refusal('NOT_A_COLLECTOR', status, 'the answer is not JSON', false) : { kind: 'ok', json }
  const { message, reason } = errorOf(json)
  if (status === 408 || status === 429 || status >= 500) return { kind: 'retry', why: `status ${status}${message === '' ? '' : `, ${message}`}`, afterMs: retryAfterMs(response, timing) }
  const code = codes[status] ?? (status < 400 ? 'NOT_A_COLLECTOR' : 'REFUSED')
  return refusal(code, status, `status ${status}${message === '' ? '' : `, ${message}`}`, perRecord.has(status), reason)
}

const codes: Readonly<Record<number, AuditErrorCode>> = {
  401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_A_COLLECTOR', 405: 'NOT_A_COLLECTOR', 409: 'CONFLICT', 413: 'TOO_LARGE',
}

const perRecord: ReadonlySet<number> = new Set([400, 409, 413, 422])

export function refusal(code: AuditErrorCode, status: number, detail: string, mayBeOneRecord: boolean, reason = ''): Refusal {
  return { kind: 'refused', code, status, detail, perRecord: mayBeOneRecord, ...(reason === '' ? {} : { reason }) }
}

/** Empty when it is longer than any honest answer. */
async function readText(response: Response): Promise<string> {
  if (response.body === null) return ''
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body) {
    size += part.length
    if (size > answerLimitBytes) return '' // leaving the loop cancels the rest
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the caller knows what a missing answer means
  }
}

/** A google.rpc.Status: its message, and the reason of its ErrorInfo. */
function errorOf(json: unknown): { message: string; reason: string } {
  const { message, details } = isObject(json) ? json : {}
  const infos: unknown[] = Array.isArray(details) ? details : []
  const reason = infos.map((info) => (isObject(info) ? info['reason'] : undefined)).find((found) => typeof found === 'string' && /^[A-Z][A-Z0-9_]{0,62}$/.test(found))
  return { message: typeof message === 'string' ? message.slice(0, 300).toWellFormed() : '', reason: typeof reason === 'string' ? reason : '' }
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). 0 when there is none that can be read. */
function retryAfterMs(response: Response, timing: Timing): number {
  const header = response.headers.get('retry-after') ?? ''
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1_000
  const date = Date.parse(header)
  return Number.isNaN(date) ? 0 : Math.max(0, date - timing.wallMs())
}

/** Such as ECONNREFUSED. Never the message, which may hold a header or a URL. */
function failureCode(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = isObject(cause) ? (cause['code'] ?? cause['name']) : undefined
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? code : 'unknown'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

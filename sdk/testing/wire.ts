// Requests and answers of a collector, without the transport: the same for a server and for a `fetch`.

import { gunzipSync } from 'node:zlib'
import { decodeRequest } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'

export interface Call {
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** As it came, perhaps compressed. */
  readonly bytes: Uint8Array
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A collector takes no more either, inflated. */
const maxBodyBytes = 64 * 1024 * 1024

export function bodyText({ headers, bytes }: Call): string {
  const plain = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes, { maxOutputLength: maxBodyBytes }) : bytes
  return new TextDecoder().decode(plain)
}

export function carriesRecords(path: string): boolean {
  return path === '/v1/audit' || path === '/v1/logs'
}

/** Throws what is not OTLP in JSON. */
export function recordsOf(path: string, body: string): readonly AuditRecord[] {
  return carriesRecords(path) ? decodeRequest(JSON.parse(body)) : []
}

/** A google.rpc.Status with an ErrorInfo, as a collector refuses. */
export function refusalReply(status: number, reason: string, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'example.com' }
  return { status, headers, body: JSON.stringify({ code: 3, message, details: reason === '' ? [] : [info] }) }
}

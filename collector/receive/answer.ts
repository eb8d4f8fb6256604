// What the caller hears. OTLP paths answer in the encoding of the request: ExportLogsServiceResponse, or
// google.rpc.Status when something was refused. Other paths answer `{code, message, hint}`.

import { Writer } from 'protobufjs/minimal.js'
import type { BlotterError, Violation } from '../errors.ts'

export type Encoding = 'protobuf' | 'json'

export const contentTypes: Record<Encoding, string> = { protobuf: 'application/x-protobuf', json: 'application/json' }

/** Short, because stock JavaScript clients give up at once when it exceeds their 10 s budget. */
const retryAfterSeconds = 2

export interface Refused { readonly count: number; readonly message: string }

/** `rejected`: OTLP's partial success, on /v1/logs only: clients must not retry it. */
export function successBody(encoding: Encoding, rejected?: Refused): Uint8Array | string {
  if (encoding === 'json') return rejected === undefined ? '{}' : JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejected.count), errorMessage: rejected.message } })
  if (rejected === undefined) return new Uint8Array()
  const partial = Writer.create().uint32(8).int64(rejected.count).uint32(18).string(rejected.message).finish()
  return Writer.create().uint32(10).bytes(partial).finish()
}

export interface AnsweredReceipt { readonly recordId: string; readonly integrityHash: string; readonly leafIndex: number; readonly sinkTimestamp: string }

/**
 * ExportLogsServiceResponse with receipts beside it: clients that know OTLP alone skip them. In protobuf they are field
 * 1000, `repeated Receipt { string record_id = 1; string integrity_hash = 2; uint64 leaf_index = 3; string sink_timestamp = 4; }`.
 */
export function receiptsBody(encoding: Encoding, receipts: readonly AnsweredReceipt[]): Uint8Array | string {
  if (encoding === 'json') return JSON.stringify({ receipts })
  const writer = Writer.create()
  for (const { recordId, integrityHash, leafIndex, sinkTimestamp } of receipts) {
    writer.uint32(8002).fork().uint32(10).string(recordId).uint32(18).string(integrityHash).uint32(24).uint64(leafIndex).uint32(34).string(sinkTimestamp).ldelim()
  }
  return writer.finish()
}

export function errorResponse(error: BlotterError, encoding: Encoding | 'plain', requestId: string): Response {
  const { kind, code, violations } = error
  const headers: Record<string, string> = { 'Content-Type': encoding === 'protobuf' ? contentTypes.protobuf : contentTypes.json, 'X-Request-Id': requestId }
  if (kind.retryable) headers['Retry-After'] = String(retryAfterSeconds)
  if (kind.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  // No `Connection: close` after a 413: it would reset the connection under the answer, and the client would try again.
  // What is left of the body is read and forgotten for half a second by the server, which closes then.
  return new Response(body(error, encoding, requestId, code, violations), { status: kind.status, headers })
}

function body(error: BlotterError, encoding: Encoding | 'plain', requestId: string, code: string, violations: readonly Violation[]): Uint8Array<ArrayBuffer> | string {
  const { kind } = error
  if (encoding === 'plain') return JSON.stringify({ code, message: kind.message, hint: kind.hint, ...(violations.length === 0 ? {} : { details: violations }), requestId })
  const message = [`${kind.message}; ${kind.hint}`, ...violations.map(({ field, description }) => `${field}: ${description}`)].join('\n')
  if (encoding === 'protobuf') return new Uint8Array(Writer.create().uint32(8).int32(kind.rpc).uint32(18).string(message).finish())
  return JSON.stringify({ code: kind.rpc, message, details: details(code, violations, requestId) })
}

/** The well-known detail messages of google.rpc (error_details.proto), in their JSON form. */
function details(reason: string, violations: readonly Violation[], requestId: string): object[] {
  const info = { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'blotter', metadata: { requestId } }
  if (violations.length === 0) return [info]
  return [info, { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations }]
}

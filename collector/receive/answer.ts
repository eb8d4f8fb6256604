// What the caller hears. OTLP paths answer in the encoding of the request: ExportLogsServiceResponse, or
// google.rpc.Status when something was refused. Other paths answer `{code, message, hint}`.

import { Writer } from 'protobufjs/minimal.js'
import { statusJson, statusProtobuf } from './status.ts'
import type { BlotterError } from '../errors.ts'

export type Encoding = 'protobuf' | 'json'

export const contentTypes: Record<Encoding, string> = { protobuf: 'application/x-protobuf', json: 'application/json' }

/** Short, because stock JavaScript clients give up at once when it exceeds their 10 s budget. */
const retryAfterSeconds = 2

/** Places that one answer names: more would help nobody, and clients read four mebibytes of an answer at most. */
export const maxViolations = 100

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
  const { kind } = error
  const headers: Record<string, string> = { 'Content-Type': encoding === 'protobuf' ? contentTypes.protobuf : contentTypes.json, 'X-Request-Id': requestId }
  if (kind.retryable) headers['Retry-After'] = String(retryAfterSeconds)
  if (kind.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  // No `Connection: close` after a 413: it would reset the connection under the answer, and the client would try again.
  // What is left of the body is read and forgotten for half a second by the server, which closes then.
  return new Response(bodyOf(error, encoding, requestId), { status: kind.status, headers })
}

function bodyOf(error: BlotterError, encoding: Encoding | 'plain', requestId: string): Uint8Array<ArrayBuffer> | string {
  const { kind, code } = error
  const violations = error.violations.slice(0, maxViolations)
  if (encoding === 'plain') return JSON.stringify({ code, message: kind.message, hint: kind.hint, ...(violations.length === 0 ? {} : { details: violations }), requestId })
  const message = [`${kind.message}; ${kind.hint}`, ...violations.map(({ field, description }) => `${field}: ${description}`)].join('\n')
  const status = { code: kind.rpc, message, reason: code, requestId, violations, ...(kind.retryable ? { retryAfterSeconds } : {}) }
  return encoding === 'protobuf' ? statusProtobuf(status) : statusJson(status)
}

// google.rpc.Status with the well-known details of google/rpc/error_details.proto: ErrorInfo always, BadRequest when
// places are named, RetryInfo when sending again can help. The same in both encodings.

import { Writer } from 'protobufjs/minimal.js'
import type { Violation } from '../errors.ts'

export interface RpcStatus {
  /** google.rpc.Code. */
  readonly code: number
  readonly message: string
  /** Our own code: what callers decide by. */
  readonly reason: string
  readonly requestId: string
  readonly violations: readonly Violation[]
  /** Absent when no retry helps. */
  readonly retryAfterSeconds?: number
}

const typeUrl = (name: string): string => `type.googleapis.com/google.rpc.${name}`

/** Whose reasons these are: ErrorInfo wants a name that is unique to the service. */
const domain = 'blotter'

export function statusJson({ code, message, reason, requestId, violations, retryAfterSeconds }: RpcStatus): string {
  const details: object[] = [{ '@type': typeUrl('ErrorInfo'), reason, domain, metadata: { requestId } }]
  if (violations.length > 0) details.push({ '@type': typeUrl('BadRequest'), fieldViolations: violations.map(({ field, description }) => ({ field, description })) })
  if (retryAfterSeconds !== undefined) details.push({ '@type': typeUrl('RetryInfo'), retryDelay: `${retryAfterSeconds}s` })
  return JSON.stringify({ code, message, details })
}

/** Tags of the wire format: `field << 3 | 2` is a length and as many bytes, `field << 3` a varint. */
export function statusProtobuf({ code, message, reason, requestId, violations, retryAfterSeconds }: RpcStatus): Uint8Array<ArrayBuffer> {
  const writer = Writer.create().uint32(8).int32(code).uint32(18).string(message)
  any(writer, 'ErrorInfo', Writer.create().uint32(10).string(reason).uint32(18).string(domain)
    .uint32(26).fork().uint32(10).string('requestId').uint32(18).string(requestId).ldelim().finish())
  if (violations.length > 0) any(writer, 'BadRequest', badRequest(violations))
  if (retryAfterSeconds !== undefined) any(writer, 'RetryInfo', Writer.create().uint32(10).fork().uint32(8).int64(retryAfterSeconds).ldelim().finish())
  return new Uint8Array(writer.finish())
}

/** `repeated google.protobuf.Any details = 3`: a type and the message of that type. */
function any(writer: Writer, name: string, value: Uint8Array): void {
  writer.uint32(26).fork().uint32(10).string(typeUrl(name)).uint32(18).bytes(value).ldelim()
}

function badRequest(violations: readonly Violation[]): Uint8Array {
  const writer = Writer.create()
  for (const { field, description } of violations) writer.uint32(10).fork().uint32(10).string(field).uint32(18).string(description).ldelim()
  return writer.finish()
}

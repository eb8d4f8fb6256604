import protobuf from 'protobufjs'
import { describe, expect, test } from 'vitest'
import { BlotterError, errorKinds } from '../errors.ts'
import { errorResponse, maxViolations, receiptsBody, successBody } from './answer.ts'
import type { ErrorCode } from '../errors.ts'

// From the published definitions (google/rpc/status.proto, error_details.proto, google/protobuf/{any,duration}.proto), by
// a library's own decoder: nothing here is shared with what is tested.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message BadRequest { message FieldViolation { string field = 1; string description = 2; } repeated FieldViolation field_violations = 1; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
`, { keepCase: true })

function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type)
  return message.toObject(message.decode(bytes), { longs: Number, enums: String })
}

/** The whole status, its details decoded by the type that each of them names. */
async function decodeStatus(response: Response): Promise<object> {
  const { details, ...status } = decode('Status', new Uint8Array(await response.arrayBuffer())) as { details: { type_url: string; value: Uint8Array }[] }
  return { ...status, details: details.map(({ type_url, value }) => ({ type_url, ...decode(type_url.replace('type.googleapis.com/google.rpc.', ''), value) })) }
}

const violations = [{ field: 'records[3].audit.actor.id', description: 'set this attribute' }, { field: 'records[4].eventName', description: 'name the event' }]

describe('google.rpc.Status', () => {
  test.each(Object.keys(errorKinds) as ErrorCode[])('%s says the same in protobuf and in JSON', async (code) => {
    const error = new BlotterError(code, { violations })
    const { status, rpc, retryable, message, hint } = errorKinds[code]
    const [binary, text] = [errorResponse(error, 'protobuf', 'req-1'), errorResponse(error, 'json', 'req-1')]
    expect([binary.status, text.status]).toEqual([status, status])
    const whole = `${message}; ${hint}\n${violations.map(({ field, description }) => `${field}: ${description}`).join('\n')}`
    expect(await text.json()).toEqual({ code: rpc, message: whole, details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'blotter', metadata: { requestId: 'req-1' } },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations },
      ...(retryable ? [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }] : []),
    ] })
    expect(await decodeStatus(binary)).toEqual({ code: rpc, message: whole, details: [
      { type_url: 'type.googleapis.com/google.rpc.ErrorInfo', reason: code, domain: 'blotter', metadata: { requestId: 'req-1' } },
      { type_url: 'type.googleapis.com/google.rpc.BadRequest', field_violations: violations },
      ...(retryable ? [{ type_url: 'type.googleapis.com/google.rpc.RetryInfo', retry_delay: { seconds: 2 } }] : []),
    ] })
  })

  test('Retry-After is said exactly where sending again can help, and is short', () => {
    for (const code of Object.keys(errorKinds) as ErrorCode[]) {
      const header = errorResponse(new BlotterError(code), 'json', 'req-1').headers.get('Retry-After')
      expect([code, header]).toEqual([code, [429, 503].includes(errorKinds[code].status) ? '2' : null])
    }
  })

  test('only statuses that stock clients retry are retryable, and no error that is ours is a 500, which they do not', () => {
    expect(Object.values(errorKinds).filter(({ status, retryable }) => retryable !== [429, 502, 503, 504].includes(status))).toEqual([])
    expect(Object.values(errorKinds).filter(({ status }) => Number(status) === 500)).toEqual([])
  })
})

test('elsewhere an error is code, message, hint, details and request id', async () => {
  const response = errorResponse(new BlotterError('INVALID_QUERY', { violations }), 'plain', 'req-1')
  const { message, hint } = errorKinds.INVALID_QUERY
  expect(await response.json()).toEqual({ code: 'INVALID_QUERY', message, hint, details: violations, requestId: 'req-1' })
  expect(response.headers.get('Content-Type')).toBe('application/json')
})

const fourMebibytes = 4 * 1024 * 1024

test('however much is wrong, an answer stays small', async () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({ field: `records[${i}].${'x'.repeat(256)}`, description: 'y'.repeat(256) }))
  for (const encoding of ['json', 'protobuf', 'plain'] as const) {
    const body = await errorResponse(new BlotterError('OVER_LIMIT', { violations: many }), encoding, 'req-1').arrayBuffer()
    expect(body.byteLength).toBeLessThan(fourMebibytes / 10)
    expect(Buffer.from(body).toString()).toContain(`records[${maxViolations - 1}]`)
    expect(Buffer.from(body).toString()).not.toContain(`records[${maxViolations}]`)
  }
})

test('as many receipts as a request may have records stay below what clients read', () => {
  const receipts = Array.from({ length: 10_000 }, (_, i) => ({ recordId: 'x'.repeat(200), integrityHash: 'h'.repeat(44), leafIndex: Number.MAX_SAFE_INTEGER - i, sinkTimestamp: '1795500634123456789' }))
  for (const encoding of ['json', 'protobuf'] as const) expect(Buffer.byteLength(receiptsBody(encoding, receipts))).toBeLessThan(fourMebibytes)
})

test('a full success is empty, a partial one says how many and why', () => {
  expect([successBody('json'), successBody('protobuf')]).toEqual(['{}', new Uint8Array()])
  expect(successBody('json', { count: 3, message: 'OVER_LIMIT' })).toBe('{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"OVER_LIMIT"}}')
})

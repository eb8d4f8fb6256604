// Every error that leaves the service, in one table. Callers decide by code and status, never by message text; the table
// in collector/README.md is tested against this one. Messages never repeat what was sent.

export interface ErrorKind {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 431 | 500 | 503
  /** google.rpc.Code, for OTLP answers. */
  readonly rpc: number
  /** Whether sending the same again can succeed. */
  readonly retryable: boolean
  readonly message: string
  /** What the reader should do next. */
  readonly hint: string
}

const kind = (status: ErrorKind['status'], rpc: number, message: string, hint: string): ErrorKind =>
  ({ status, rpc, retryable: status === 429 || status === 503, message, hint })

export const errorKinds = {
  MALFORMED_REQUEST: kind(400, 3, 'the request is not well-formed HTTP, or says twice what may be said once', 'see the details; a proxy in front may have changed the headers'),
  MALFORMED_BODY: kind(400, 3, 'the body could not be decoded', 'send an OTLP ExportLogsServiceRequest as protobuf or JSON, with a Content-Type that says which'),
  MALFORMED_ENCODING: kind(400, 3, 'the body is not what its Content-Encoding says', 'send whole gzip data, or no Content-Encoding'),
  NO_RECORDS: kind(400, 3, 'the body holds no records under the names of OTLP', 'use lowerCamelCase keys: resourceLogs, scopeLogs, logRecords'),
  MISSING_ATTRIBUTE: kind(400, 3, 'a record lacks what every audit record must say', 'set the attributes named in the details, or send to /v1/logs, which fills them with unknown'),
  OVER_LIMIT: kind(400, 3, 'a record is larger than the limits allow', 'see the limits table; the details name the field'),
  INVALID_QUERY: kind(400, 3, 'the query cannot be answered as it stands', 'see the details'),
  ENVIRONMENT_MISMATCH: kind(400, 3, 'a record says it belongs to another workspace or environment than the key', 'send it with a key of the environment that it names, or leave that name out; the details name the attribute'),
  INVALID_KEY_REQUEST: kind(400, 3, 'the keys cannot be changed as asked', 'see the details'),
  GUESSABLE_PAYLOAD: kind(400, 3, 'the payload says too little to be looked up: whoever asks could try every value', 'ask with a whole payload, as it was received'),
  UNAUTHENTICATED: kind(401, 16, 'no valid API key was given', 'send Authorization: Bearer <key>, whole, live and from where it may be used; blotter keys list shows which are, blotter keys create makes one'),
  FORBIDDEN: kind(403, 7, 'that is not allowed with this key, or from there', 'see the details for what is missing: a scope of the key, or a place among those that may connect'),
  NOT_FOUND: kind(404, 5, 'there is nothing here', 'see GET / for what is'),
  METHOD_NOT_ALLOWED: kind(405, 12, 'this path does not take that method', 'see GET / for what is here'),
  RECORD_CONFLICT: kind(409, 6, 'a record id was used before for another record', 'give each record an id of its own; only a retry repeats one'),
  TOO_LARGE: kind(413, 8, 'the body is larger than the limit', 'send smaller batches; the limit counts after decompression too'),
  UNSUPPORTED_MEDIA_TYPE: kind(415, 3, 'this Content-Type or Content-Encoding is not understood', 'use application/x-protobuf or application/json, with gzip, deflate, zstd or no encoding'),
  BUSY: kind(429, 8, 'too many requests are being worked on', 'send again after the Retry-After time'),
  RATE_LIMITED: kind(429, 8, 'this key has asked too often', 'ask again after the Retry-After time; see the limits table'),
  HEADERS_TOO_LARGE: kind(431, 8, 'the headers are larger than the limit', 'send fewer or shorter headers; see the limits table'),
  INCOMPLETE_REQUEST: kind(503, 14, 'the request was not whole within its time', 'send it again, in smaller batches when the line is slow'),
  JOURNAL_FULL: kind(503, 14, 'the journal is full because background steps are behind', 'send again later; see blotter status and /metrics for the step that lags'),
  JOURNAL_FAILED: kind(503, 14, 'the journal cannot be written; nothing of this request was acknowledged', 'send again later; the operator must look at the disk'),
  STORE_UNAVAILABLE: kind(503, 14, 'the store does not answer', 'ask again later; records are still accepted meanwhile'),
  SHUTTING_DOWN: kind(503, 14, 'the service is stopping', 'send again to the next instance'),
  INTERNAL: kind(503, 13, 'something went wrong inside', 'send again; the operator finds the request id in the log'),
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

/** One thing that is wrong with the input: a place and what is expected there, never what was sent. */
export interface Violation { readonly field: string; readonly description: string }

export class BlotterError extends Error {
  readonly code: ErrorCode
  readonly violations: readonly Violation[]

  constructor(code: ErrorCode, options: { readonly violations?: readonly Violation[]; readonly cause?: unknown } = {}) {
    super(errorKinds[code].message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.violations = options.violations ?? []
  }

  get kind(): ErrorKind { return errorKinds[this.code] }
}

/** Whatever was thrown, as one of ours. What we did not foresee is ours to mend, and safe to try again. */
export function asBlotterError(error: unknown): BlotterError {
  return error instanceof BlotterError ? error : new BlotterError('INTERNAL', { cause: error })
}

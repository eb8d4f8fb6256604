// What a client hears whose bytes were no request: written straight to the socket, since there is nothing else to answer.

import { STATUS_CODES } from 'node:http'
import { errorKinds } from '../errors.ts'
import type { ErrorCode } from '../errors.ts'
import type { CloseReason } from './limits.ts'

export interface ClientErrorAnswer { readonly reason: CloseReason; readonly code: ErrorCode }

/** By the code of Node's error. Undefined: the client hung up, and hears nothing any more. */
export function judgeClientError(code: string | undefined): ClientErrorAnswer | undefined {
  switch (code) {
    case 'ECONNRESET': case 'EPIPE': case 'ECONNABORTED': case 'HPE_INVALID_EOF_STATE': return undefined
    case 'HPE_HEADER_OVERFLOW': return { reason: 'headers_too_large', code: 'HEADERS_TOO_LARGE' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW': return { reason: 'chunk_extensions', code: 'MALFORMED_REQUEST' }
    // Not 408: OTLP clients take that for final, and drop what a slow line may yet bring.
    case 'ERR_HTTP_REQUEST_TIMEOUT': return { reason: 'late', code: 'INCOMPLETE_REQUEST' }
    default: return { reason: 'malformed', code: 'MALFORMED_REQUEST' }
  }
}

export function clientErrorText(code: ErrorCode): string {
  const { status, message, hint, retryable } = errorKinds[code]
  const body = JSON.stringify({ code, message, hint })
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, 'Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, ...(retryable ? ['Retry-After: 2'] : []), 'Connection: close']
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

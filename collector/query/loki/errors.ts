// What Loki's clients hear when something is wrong: plain text under a status, which Grafana and logcli show as it is.
// Nothing of the question is repeated in it.

import { BlotterError } from '../../errors.ts'
import { LogQLError, QueryError, QueryLimitError } from '../logql/errors.ts'

/** `cancelled` is 499, which nobody hears: whoever asked has gone. */
export type LokiStatus = 400 | 429 | 499 | 504

export class LokiError extends Error {
  readonly status: LokiStatus

  constructor(status: LokiStatus, message: string) {
    super(message)
    this.status = status
  }
}

/** What a question can end with, as one of ours; undefined for what is no fault of the question. */
export function asLokiError(error: unknown): LokiError | undefined {
  if (error instanceof LokiError) return error
  if (error instanceof QueryLimitError) return new LokiError(error.cap === 'time' ? 504 : 400, error.message)
  if (error instanceof LogQLError || error instanceof QueryError) return new LokiError(400, error.message)
  return undefined
}

export function plainText(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(message, { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff', ...headers } })
}

/** An error of the table of errors, where Loki's clients ask: they show the text and look at the status alone. */
export function plainTextError({ kind, violations }: BlotterError, requestId: string): Response {
  const details = violations.slice(0, 10).map(({ field, description }) => `; ${field}: ${description}`).join('')
  return plainText(kind.status, `${kind.message}; ${kind.hint}${details}`, { 'X-Request-Id': requestId, ...(kind.retryable ? { 'Retry-After': '2' } : {}), ...(kind.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}) })
}

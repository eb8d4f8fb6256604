// How a request ended, in the words of an audit record.

import { STATUS_CODES } from 'node:http'
import type { AuditEvent } from '../event.ts'
import { endingOf } from '../run.ts'

export interface Ending {
  /** What was answered; undefined when nothing was. */
  readonly status: number | undefined
  /** What the handler threw, if the adapter could see it. */
  readonly error?: unknown
  /** The other side went away before it had the whole answer. */
  readonly aborted?: boolean
}

/** `Denied` thrown, 401 and 403 are a decision (`denied`), other 4xx and 5xx a failure. Whether an aborted request did its work is not known. */
export function outcomeOf({ status, error, aborted = false }: Ending): Partial<AuditEvent> {
  if (aborted) return { outcome: 'unknown', reason: 'the client closed the connection before the answer was complete' }
  const thrown = error === undefined ? {} : endingOf(error)
  if (thrown.outcome === 'denied') return thrown
  if (status === 401 || status === 403) return { outcome: 'denied', reason: reasonOf(status) }
  if (status === undefined || status >= 500) return { outcome: 'failure', error: error ?? statusError(status), ...(status === undefined ? {} : { reason: reasonOf(status) }) }
  return status >= 400 ? { outcome: 'failure', reason: reasonOf(status) } : { outcome: 'success' }
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? `status ${status}`
}

/** `error.type` of the semantic conventions is the status when nothing else is known. */
export function statusError(status: number | undefined): Error {
  return named(status === undefined ? '_OTHER' : String(status))
}

/** An error of this type and nothing else: its name becomes `error.type`, and there is no message to travel. */
export function named(type: string): Error {
  const error = new Error('')
  error.name = type
  return error
}

const actions: Readonly<Record<string, string>> = { GET: 'READ', HEAD: 'READ', OPTIONS: 'READ', POST: 'CREATE', PUT: 'UPDATE', PATCH: 'UPDATE', DELETE: 'DELETE' }

/** What a method usually does. Any other is EXECUTE. */
export function actionOf(method: string, own: Readonly<Record<string, string>> = {}): string {
  return [own, actions].find((table) => Object.hasOwn(table, method))?.[method] ?? 'EXECUTE'
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'QUERY'])

/** `http.request.method` of the semantic conventions: of low cardinality, whatever is sent. */
export function methodName(method: string): string {
  return methods.has(method) ? method : '_OTHER'
}

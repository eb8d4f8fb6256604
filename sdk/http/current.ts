// The request that is being answered, for code that has only its async context.

import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditEvent } from '../event.ts'

/** Stands on the framework's request: `req.audit`, `request.audit`, `c.get('audit')`. */
export interface RequestAudit {
  /** The id that ties the records of this request together; sent back in the response header. */
  readonly requestId: string
  /**
   * Adds to the request's record what only the handler knows: the target, a reason, the outcome, an actor, attributes. A
   * later call wins. An actor holds for all records that are made inside from now on. False, and without effect, when the
   * request has ended.
   */
  add(more: Partial<AuditEvent>): boolean
}

const storage = new AsyncLocalStorage<RequestAudit>()

export function runAs<T>(request: RequestAudit, fn: () => T): T {
  return storage.run(request, fn)
}

export function currentRequest(): RequestAudit | undefined {
  return storage.getStore()
}

/** {@link RequestAudit.add} from anywhere inside a request. False, and without effect, when there is none. */
export function addToRequestRecord(more: Partial<AuditEvent>): boolean {
  return storage.getStore()?.add(more) ?? false
}

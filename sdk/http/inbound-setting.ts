// What a middleware is made of, fixed when the app starts, and how it reads its framework's request.

import type { AuditEvent } from '../event.ts'
import type { CheckedInboundOptions } from './inbound-options.ts'
import type { OnAuditFailure, Recorder } from './recorder.ts'

/** How a framework's request is read. */
export interface Adapter<Request> {
  method(request: Request): string
  /** With or without its query, which is cut off. */
  url(request: Request): string
  /** By lower-case name. */
  header(request: Request, name: string): string | undefined
  /** Address of the socket's peer. */
  peer(request: Request): string | undefined
  /** What the app has read of the body by now. Undefined when it has not. */
  body(request: Request): unknown
}

export interface Setting<Request> {
  readonly audit: Recorder
  readonly options: CheckedInboundOptions<Request>
  readonly adapter: Adapter<Request>
  readonly onFailure: OnAuditFailure
}

/** An event of which only the actor may be missing. */
export type Known = Omit<AuditEvent, 'actor'> & Partial<Pick<AuditEvent, 'actor'>>

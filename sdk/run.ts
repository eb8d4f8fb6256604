// Jobs and automations: a run is a tracked function with an id, inside which every record carries that id, the request
// id and who runs it. A run inside another one names it as its parent, so that the whole tree can be read back.

import { randomUUID } from 'node:crypto'
import { currentContext, inContext, withContext } from './context.ts'
import type { AuditContext } from './context.ts'
import { assertEvent } from './event.ts'
import type { AuditEvent } from './event.ts'
import type { CallOptions } from './options.ts'

/** What the function of a run is told about it. */
export interface Run {
  /** Of this run alone. On each record made inside as `blotter.run.id`. */
  readonly id: string
  /** Ties the records of the run together with those of what started it. */
  readonly requestId: string
  /** The run in which this one was started. */
  readonly parentId: string | undefined
}

export interface RunOptions extends CallOptions {
  /**
   * Also record the start, as `<event>.started` with outcome `unknown`, and only then run the function. Default false:
   * one record, at the end. For what runs long, or must not happen unrecorded: without it a process that dies in the
   * middle leaves no trace of the run. When the start cannot be recorded, `run()` rejects and the function is not run.
   */
  readonly started?: boolean
}

/** Thrown inside `track` or `run`: the action was refused, it did not break. Recorded as `denied`, thrown on like any error. */
export class Denied extends Error {
  /** Why, as it stands in the record: free text, so keep secrets and personal data out. */
  readonly reason: string
  constructor(reason: string) {
    super(reason)
    this.name = 'Denied'
    this.reason = reason
  }
}

/** What a thrown error says about the outcome. A denial is a decision with a reason, and no error. */
export function endingOf(error: unknown): Partial<AuditEvent> {
  return isDenied(error) ? { outcome: 'denied', reason: error.reason } : { outcome: 'failure', error }
}

function isDenied(error: unknown): error is Denied {
  try {
    return error instanceof Denied
  } catch {
    return false // a proxy may throw when it is looked at; what the app threw must not be lost for that
  }
}

/** What a run needs of the audit that it belongs to. */
export interface RunHost<Add> {
  record(event: Partial<AuditEvent>, options?: CallOptions): Promise<unknown>
  track<T>(event: Partial<AuditEvent>, fn: (add: Add) => T | PromiseLike<T>, options?: CallOptions): Promise<T>
}

const runKey = 'blotter.run.id'
const parentKey = 'blotter.run.parent_id'

/** `event`: with the defaults of the child that runs it; what it says goes into the context. */
export async function runJob<T, Add>(host: RunHost<Add>, event: Partial<AuditEvent>, fn: (add: Add, run: Run) => T | PromiseLike<T>, { started = false, ...options }: RunOptions = {}): Promise<T> {
  const run = newRun(event)
  return withContext(contextOf(run, event), async () => {
    if (started) await host.record(startOf(event), options)
    return host.track(event, (add) => fn(add, run), options)
  })
}

function newRun({ requestId }: Partial<AuditEvent>): Run {
  const around = currentContext()
  const parentId = around?.attributes?.[runKey]
  const id = randomUUID()
  return { id, requestId: requestId ?? around?.requestId ?? id, parentId: typeof parentId === 'string' ? parentId : undefined }
}

/** The parent's own parent must not show through, hence undefined, which no record carries. */
function contextOf({ id, requestId, parentId }: Run, { actor, sessionId, deliveryId, source }: Partial<AuditEvent>): AuditContext {
  return {
    requestId,
    ...(actor === undefined ? {} : { actor }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(deliveryId === undefined ? {} : { deliveryId }),
    ...(source === undefined ? {} : { source }),
    attributes: { [runKey]: id, [parentKey]: parentId },
  }
}

/** Checked as the event that it announces, so that nothing starts which could not be recorded at its end. */
function startOf(event: Partial<AuditEvent>): Partial<AuditEvent> {
  const whole = inContext(event)
  assertEvent(whole)
  const { payload: _, recordId: __, ...start } = whole
  return { ...start, event: `${event.event}.started`, outcome: 'unknown' }
}

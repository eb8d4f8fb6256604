// What the middlewares need of an audit, and what they do when a record fails: the app's request must not depend on it
// unless it was asked to, and nobody may fail to notice.

import { AuditError } from '../errors.ts'
import type { AuditEvent } from '../event.ts'
import type { CallOptions } from '../options.ts'

/** An audit or a child of one. */
export interface Recorder {
  record(event: AuditEvent, options?: CallOptions): Promise<unknown>
}

/** Is told of each record that failed; must not throw. */
export interface OnAuditFailure {
  (error: unknown): void
}

/** A warning says how many it stands for, and they come at most this often: an outage must not fill the app's log. */
const warningPauseMs = 60_000

/** Makes process warnings of failures: one at once, then one a minute with the number of those between. */
export function createWarn(what: string, nowMs: () => number = () => performance.now()): OnAuditFailure {
  let quietUntilMs = Number.NEGATIVE_INFINITY
  let unsaid = 0
  return function warn(error) {
    unsaid += 1
    if (nowMs() < quietUntilMs) return
    const count = unsaid === 1 ? '' : ` (${unsaid} times since the last warning)`
    process.emitWarning(`no audit record of ${what}: ${reasonOf(error)}${count}`, { type: 'AuditWarning', code: codeOf(error) })
    quietUntilMs = nowMs() + warningPauseMs
    unsaid = 0
  }
}

/** A teller of the app's that throws must not become the failure of the request. */
export function safely(tell: OnAuditFailure, warn: OnAuditFailure): OnAuditFailure {
  return function told(error) {
    try {
      tell(error)
    } catch {
      warn(error)
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof AuditError ? error.code : 'INTERNAL'
}

/** Messages of an AuditError repeat nothing of what was recorded; those of others may. */
function reasonOf(error: unknown): string {
  return error instanceof AuditError ? error.message : 'something other than the audit failed'
}

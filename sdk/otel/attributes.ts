// An event as attributes of an OpenTelemetry log record, for apps that emit through a Logger of their own.

import { randomUUID } from 'node:crypto'
import { createRedact, emptyRecord } from '@blotter/processors'
import { problemError } from '../errors.ts'
import { problemsOf, toAttributes } from '../event.ts'
import type { AuditEvent } from '../event.ts'
import { shortMessage } from '../payload.ts'
import { toOtelAttributes } from '../value.ts'

/** An event but for what a log record has places of its own for: the event's name, its time and its body. */
export type AuditAttributes = Omit<AuditEvent, 'event' | 'occurredAt' | 'payload'>

const redact = createRedact()

/**
 * For `logger.emit({ eventName, body, attributes: auditAttributes({ actor, action, target }) })`. Redacted by the
 * built-in rules already here; the body is the processor's to redact. Throws INVALID_EVENT with every problem.
 */
export function auditAttributes(event: AuditAttributes): Record<string, unknown> {
  const problems = problemsOf(event)
  if (problems.length > 0) throw problemError('INVALID_EVENT', problems)
  const { attributes } = redact.process({ ...emptyRecord, attributes: toAttributes({ ...event, recordId: event.recordId ?? randomUUID() }) })
  return toOtelAttributes(shortMessage(attributes))
}

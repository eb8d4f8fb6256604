// Stamps a record with its retention class, once, on the request path: what it is kept by is decided by the policy of
// the day it was accepted, and is part of what is sealed.

import { fields } from '../fields.ts'
import { text, withValues } from '../record.ts'
import type { Processor } from '../processor.ts'
import type { AuditRecord } from '../record.ts'
import type { Condition, RetentionClass, RetentionPolicy, Subject } from './policy.ts'

const subjectOf: Record<Subject, (record: AuditRecord) => string> = {
  action: ({ attributes }) => text(attributes, fields.action.key),
  actor_type: ({ attributes }) => text(attributes, fields.actorType.key),
  decision: ({ attributes }) => text(attributes, fields.decision.key),
  environment: ({ attributes }) => text(attributes, fields.environment.key),
  event: ({ eventName }) => eventName,
  integration: ({ attributes }) => text(attributes, fields.integration.key),
  outcome: ({ attributes }) => text(attributes, fields.outcome.key),
  target_type: ({ attributes }) => text(attributes, fields.targetType.key),
  workspace: ({ attributes }) => text(attributes, fields.workspace.key),
}

export function createRetain(policy: RetentionPolicy): Processor {
  return {
    name: 'retain',
    writes: [fields.retentionClass.key],
    process(record) {
      const { name } = classOf(record, policy)
      if (record.attributes[fields.retentionClass.key] === name) return record
      return { ...record, attributes: withValues(record.attributes, { [fields.retentionClass.key]: name }) }
    },
  }
}

/** The first class all of whose conditions hold, else the default. A class without conditions matches only as default. */
export function classOf(record: AuditRecord, policy: RetentionPolicy): RetentionClass {
  return policy.classes.find(({ match }) => match.length > 0 && match.every((condition) => holds(condition, record))) ?? policy.byDefault
}

function holds({ subject, patterns }: Condition, record: AuditRecord): boolean {
  const value = subjectOf[subject](record)
  return patterns.some((pattern) => pattern(value))
}

// What is added to a record on its way out, so that backends which know nothing of audit records show it well.

import { fields, text, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'

/**
 * The environment where backends look for it, and a line for people where the sender sent no body. Records of one sender
 * and environment share a resource object, so that the encoder groups them.
 */
export function readable(records: readonly AuditRecord[]): AuditRecord[] {
  const resources = new Map<string, AuditRecord['resource']>()
  return records.map((record) => {
    const environment = text(record.attributes, fields.environment.key)
    const key = `${environment}\n${JSON.stringify(record.resource, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`
    const resource = resources.get(key) ?? withValues(record.resource, { 'deployment.environment.name': environment })
    resources.set(key, resource)
    return { ...record, resource, body: record.body ?? summary(record) }
  })
}

/** Loki and its kin show the body and nothing else. */
export function summary({ eventName, attributes }: AuditRecord): string {
  const part = (key: string): string => text(attributes, key)
  const target = [part(fields.targetType.key), part(fields.targetId.key)].filter((word) => word !== '').join(':')
  const outcome = part(fields.decision.key) === 'deny' ? 'denied' : part(fields.outcome.key)
  const reason = part(fields.reason.key) || part(fields.errorType.key)
  return [part(fields.integration.key), part(fields.actorId.key), part(fields.action.key), target, `→ ${outcome}`, reason === '' ? '' : `(${reason})`, eventName]
    .filter((word) => word !== '').join(' ')
}

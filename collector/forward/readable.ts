// What is added to a record on its way out, so that backends which know nothing of audit records show it well.

import { fields, text, withValues } from '@blotter/processors'
import { summary } from '../look/summary.ts'
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

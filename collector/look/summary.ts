// The line of a record whose sender sent no body. Loki and its kin show the body and nothing else.

import { fields, text } from '@blotter/processors'
import type { AuditRecord, FieldName } from '@blotter/processors'

export function summary({ eventName, attributes }: AuditRecord): string {
  return summaryOf((field) => text(attributes, fields[field].key), eventName)
}

/** `part`: the text of a field of the record, empty when it has none. */
export function summaryOf(part: (field: FieldName) => string, eventName: string): string {
  const target = [part('targetType'), part('targetId')].filter((word) => word !== '').join(':')
  const outcome = part('decision') === 'deny' ? 'denied' : part('outcome')
  const reason = part('reason') || part('errorType')
  return [part('integration'), part('actorId'), part('action'), target, `→ ${outcome}`, reason === '' ? '' : `(${reason})`, eventName]
    .filter((word) => word !== '').join(' ')
}

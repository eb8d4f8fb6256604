// The names under which Loki, and Blotter's own API, show the fields of a record. They come from the table of fields, so that
// a renamed field renames every query.

import { fields } from '@blotter/processors'
import type { FieldName } from '@blotter/processors'

export function labelOf(field: FieldName): string {
  return fields[field].key.replaceAll('.', '_')
}

/** Beside the fields: what every OTLP record has, and what records about webhooks say. */
export const labels = {
  service: 'service_name', environment: 'deployment_environment_name', event: 'event_name', trace: 'trace_id', level: 'detected_level',
  webhookScheme: 'blotter_webhook_scheme', webhookGrade: 'blotter_webhook_grade', refusedCount: 'blotter_refused_count', missing: 'blotter_sequence_missing', erased: 'blotter_erased_count',
} as const

/** Identifiers by which one searches: the box *Request id* takes any of them. */
export const idLabels: readonly string[] = [
  labelOf('requestId'), labels.trace, labelOf('sessionId'), labelOf('deliveryId'), labelOf('idempotencyKey'), labelOf('fingerprint'), labelOf('recordId'),
]

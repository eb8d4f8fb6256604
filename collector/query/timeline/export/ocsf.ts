// OCSF API Activity (class 6003), one event a line. OCSF counts milliseconds: the nanoseconds stand in `unmapped`, with
// whatever else the class has no place for. A refusal is a failure of the call whose decision is told beside it.

import { line } from './ndjson.ts'
import { oneLine } from './text.ts'
import { outcomeOf, targetOf } from './story.ts'
import type { TimelineRecordView } from '../answer.ts'
import type { Exporter } from './exporter.ts'

export const ocsfVersion = '1.3.0'

const activities: Readonly<Record<string, readonly [number, string]>> = { CREATE: [1, 'Create'], READ: [2, 'Read'], UPDATE: [3, 'Update'], DELETE: [4, 'Delete'] }
const statuses: Readonly<Record<string, readonly [number, string]>> = { success: [1, 'Success'], failure: [2, 'Failure'], denied: [2, 'Failure'] }
const userTypes: Readonly<Record<string, readonly [number, string]>> = { user: [1, 'User'], system: [3, 'System'] }

export const ocsf: Exporter = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  * write({ records }) {
    for (const record of records) yield line(eventOf(record))
  },
}

function eventOf(record: TimelineRecordView): Record<string, unknown> {
  const action = record.action.toUpperCase()
  const [activityId, activity] = Object.hasOwn(activities, action) ? activities[action]! : [99, record.action]
  const outcome = outcomeOf(record)
  const [statusId, status] = Object.hasOwn(statuses, outcome) ? statuses[outcome]! : [0, 'Unknown']
  const { folded } = record
  return {
    class_uid: 6003, class_name: 'API Activity', category_uid: 6, category_name: 'Application Activity', activity_id: activityId, activity_name: activity, type_uid: 600300 + activityId, type_name: `API Activity: ${activityId === 99 ? 'Other' : activity}`,
    time: millisecondsOf(record.occurredAt), severity_id: 1, severity: 'Informational', status_id: statusId, status, status_code: record.errorType, status_detail: record.reason, duration: record.durationMs,
    ...(folded === undefined ? {} : { count: folded.count + 1, start_time: millisecondsOf(folded.firstOccurredAt), end_time: millisecondsOf(folded.lastOccurredAt) }),
    message: oneLine(`${record.actor.id} ${record.action} ${targetOf(record)}: ${outcome}`),
    metadata: {
      version: ocsfVersion, product: { name: 'Blotter', vendor_name: 'Blotter' }, uid: record.id, event_code: record.event, log_name: 'audit', log_provider: record.integration || undefined,
      original_time: record.occurredAt, logged_time: millisecondsOf(record.observedAt), processed_time: millisecondsOf(record.storedAt), correlation_uid: record.requestId ?? record.traceId ?? record.deliveryId,
      tenant_uid: record.workspace, labels: record.milestones,
    },
    actor: { user: userOf(record), session: record.sessionId === undefined ? undefined : { uid: record.sessionId } },
    api: { operation: record.event || record.action, service: { name: record.integration || 'unknown' }, request: { uid: record.requestId ?? record.id } },
    src_endpoint: endpointOf(record),
    resources: record.target.id === '' && record.target.type === '' ? undefined : [{ uid: record.target.id || 'unknown', type: record.target.type || undefined }],
    unmapped: unmappedOf(record),
  }
}

function userOf({ actor }: TimelineRecordView): Record<string, unknown> {
  const [typeId, type] = Object.hasOwn(userTypes, actor.type) ? userTypes[actor.type]! : [actor.type === '' || actor.type === 'unknown' ? 0 : 99, actor.type || 'Unknown']
  return { uid: actor.id || 'unknown', type_id: typeId, type }
}

/** The class requires one; what is not known is named after the service that told of it. */
function endpointOf({ source, integration }: TimelineRecordView): Record<string, string> {
  if (source !== undefined && source.id !== '') return source.type === 'hostname' ? { hostname: source.id } : source.type === 'ipv4' || source.type === 'ipv6' ? { ip: source.id } : { name: source.id }
  return { svc_name: integration || 'unknown' }
}

function unmappedOf(record: TimelineRecordView): Record<string, unknown> {
  const { decision, environment, retentionClass, redaction, fingerprint, fingerprintForm, payloadSize, deliveryId, idempotencyKey, attempt, traceId, spanId, leaf, attributes } = record
  return { occurred_at: record.occurredAt, stored_at: record.storedAt, decision, environment, retention_class: retentionClass, redaction, fingerprint, fingerprint_form: fingerprintForm, payload_size: payloadSize, delivery_id: deliveryId, idempotency_key: idempotencyKey, attempt, trace_id: traceId, span_id: spanId, leaf, found_by: record.via, attributes }
}

function millisecondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 23)}Z`)
}

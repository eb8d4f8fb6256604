// The Elastic Common Schema, one document a line. What it has no name for stands below `blotter`, which nobody else uses.

import { isIP } from 'node:net'
import { line } from './ndjson.ts'
import { oneLine } from './text.ts'
import { outcomeOf, targetOf } from './story.ts'
import type { TimelineRecordView } from '../answer.ts'
import type { Exporter } from './exporter.ts'

export const ecsVersion = '8.17.0'

/** Types that the category `api` may have. */
const types: Readonly<Record<string, string>> = { CREATE: 'creation', READ: 'access', UPDATE: 'change', DELETE: 'deletion' }

export const ecs: Exporter = {
  contentType: 'application/x-ndjson',
  extension: 'ndjson',
  * write({ records }) {
    for (const record of records) yield line(documentOf(record))
  },
}

function documentOf(record: TimelineRecordView): Record<string, unknown> {
  const outcome = outcomeOf(record)
  const address = record.source?.id
  const ip = address !== undefined && isIP(address) !== 0 ? address : undefined
  return {
    '@timestamp': record.occurredAt, ecs: { version: ecsVersion }, message: oneLine(`${record.actor.id} ${record.action} ${targetOf(record)}: ${outcome}`),
    event: {
      kind: 'event', category: ['api'], type: typesOf(record), action: record.event || record.action, id: record.id, outcome: ['success', 'failure'].includes(record.outcome) ? record.outcome : 'unknown',
      reason: record.reason, created: record.observedAt, ingested: record.storedAt, dataset: 'blotter.audit', module: 'blotter', provider: record.integration || undefined,
      duration: record.durationMs === undefined ? undefined : record.durationMs * 1_000_000, sequence: record.leaf.index, ...spanOf(record),
    },
    user: { id: record.actor.id }, service: { name: record.integration || undefined, environment: record.environment }, organization: { id: record.workspace },
    ...(address === undefined || address === '' ? {} : { source: { address, ip } }),
    error: record.errorType === undefined ? undefined : { type: record.errorType }, http: record.requestId === undefined ? undefined : { request: { id: record.requestId } },
    trace: record.traceId === undefined ? undefined : { id: record.traceId }, span: record.spanId === undefined ? undefined : { id: record.spanId },
    related: { user: record.actor.id === '' ? [] : [record.actor.id], ip: ip === undefined ? [] : [ip], hash: record.fingerprint === undefined ? [] : [record.fingerprint] },
    tags: record.milestones, blotter: ownOf(record),
  }
}

function typesOf({ action, decision }: TimelineRecordView): string[] {
  const verb = action.toUpperCase()
  return [Object.hasOwn(types, verb) ? types[verb]! : 'info', ...(decision === 'deny' ? ['denied'] : decision === 'allow' ? ['allowed'] : [])]
}

function spanOf({ folded }: TimelineRecordView): object {
  return folded === undefined ? {} : { start: folded.firstOccurredAt, end: folded.lastOccurredAt }
}

function ownOf(record: TimelineRecordView): Record<string, unknown> {
  const { action, target, actor, decision, sessionId, deliveryId, idempotencyKey, attempt, fingerprint, fingerprintForm, payloadSize, retentionClass, redaction, leaf, via, folded, attributes } = record
  return {
    action, actor_type: actor.type, target, decision, session_id: sessionId, delivery_id: deliveryId, idempotency_key: idempotencyKey, attempt, fingerprint, fingerprint_form: fingerprintForm, payload_size: payloadSize,
    retention_class: retentionClass, redaction, leaf, found_by: via, folded: folded === undefined ? undefined : { count: folded.count, outcomes: folded.outcomes },
    attributes: JSON.stringify(attributes), // as text: keys of senders would make a mapping without end
  }
}

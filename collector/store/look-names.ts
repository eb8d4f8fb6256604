// Which column holds which metadata of a record, by the name that it has in Loki: what queries may be answered by.

import { fields } from '@blotter/processors'
import type { FieldName } from '@blotter/processors'
import { labelName } from '../look/names.ts'

const attributes = {
  recordId: 'RecordId', integration: 'Integration', actorId: 'ActorId', actorType: 'ActorType', action: 'Action', outcome: 'Outcome', decision: 'Decision', targetId: 'TargetId', targetType: 'TargetType',
  reason: 'Reason', requestId: 'RequestId', sessionId: 'SessionId', deliveryId: 'DeliveryId', idempotencyKey: 'IdempotencyKey', fingerprint: 'Fingerprint', workspace: 'Workspace', environment: 'Environment',
} as const satisfies Partial<Record<FieldName, string>>

const members = { event_name: 'EventName', trace_id: 'TraceId', span_id: 'SpanId', severity_text: 'SeverityText' } as const
const looks = { detected_level: 'DetectedLevel', level: 'Level' } as const

export type MetadataColumn = (typeof attributes)[keyof typeof attributes] | (typeof members)[keyof typeof members] | (typeof looks)[keyof typeof looks]

/** Attributes whose column holds what their metadata says, in every record that is not `Irregular`. */
export const attributeColumns = (Object.keys(attributes) as (keyof typeof attributes)[]).map((field) => ({ field, key: fields[field].key, name: labelName(fields[field].key), column: attributes[field] }))

/** The columns of these are derived from the look itself. */
export const metadataColumns: ReadonlyMap<string, MetadataColumn> = new Map<string, MetadataColumn>([...attributeColumns.map(({ name, column }) => [name, column] as const), ...Object.entries(members), ...Object.entries(looks)])

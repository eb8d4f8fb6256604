// What the collector makes of a record before the steps see it: one name for each thing, no gap, no stolen field.

import { outcomes } from './check.ts'
import { collectorKeys, fields, requiredFields } from './fields.ts'
import { text, withValues } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** In `blotter.incomplete`: the sender's SDK threw attributes away, the record says how many. Nobody knows which. */
const droppedAttributes = 'droppedAttributes'

/**
 * The record with its gaps filled and its synonyms resolved: `denied` becomes `failure` with decision `deny`, the
 * request id and the integration are taken from where stock instrumentation puts them. Claims to fields that belong
 * to the collector are removed. `unknown` stands for what a stock client did not send, and `blotter.incomplete` says so.
 */
export function normalise(record: AuditRecord, recordId: string, nowUnixNano: bigint): AuditRecord {
  const { attributes } = record
  const changes: { [key: string]: Value | undefined } = {}
  for (const key of collectorKeys) if (key in attributes) changes[key] = undefined
  const lacks = fillRequired(attributes, changes, recordId)
  if (record.eventName === '') lacks.push('eventName')
  if (record.droppedAttributesCount > 0) lacks.push(droppedAttributes)
  if (lacks.length > 0) changes[fields.incomplete.key] = lacks
  fillSynonyms(record, changes)
  const observed = record.observedTimeUnixNano || nowUnixNano
  return {
    ...record,
    eventName: record.eventName || 'unknown',
    timeUnixNano: record.timeUnixNano || observed,
    observedTimeUnixNano: observed,
    attributes: Object.keys(changes).length === 0 ? attributes : withValues(attributes, changes),
  }
}

function fillRequired(attributes: ValueMap, changes: { [key: string]: Value | undefined }, recordId: string): string[] {
  const lacks: string[] = []
  for (const field of requiredFields) {
    const value = text(attributes, field.key)
    if (value !== '') {
      if (typeof attributes[field.key] !== 'string') changes[field.key] = value
      continue
    }
    lacks.push(field.key)
    changes[field.key] = field === fields.recordId ? recordId : 'unknown'
  }
  const outcome = text(attributes, fields.outcome.key)
  if (outcome === 'denied') {
    changes[fields.outcome.key] = 'failure'
    changes[fields.decision.key] = 'deny'
  } else if (outcome !== '' && !outcomes.has(outcome)) {
    changes[fields.outcome.key] = 'unknown'
    lacks.push(fields.outcome.key)
  }
  return lacks
}

/** Where stock instrumentation and common habit put a request id. */
const requestIdSynonyms = ['http.request.header.x-request-id', 'http.request.id', 'request.id', 'request_id', 'requestId']

function fillSynonyms({ attributes, resource }: AuditRecord, changes: { [key: string]: Value | undefined }): void {
  if (text(attributes, fields.requestId.key) === '') {
    const synonym = requestIdSynonyms.find((key) => text(attributes, key) !== '')
    if (synonym !== undefined) changes[fields.requestId.key] = text(attributes, synonym)
  }
  if (text(attributes, fields.integration.key) === '') changes[fields.integration.key] = text(resource, 'service.name') || 'unknown'
}

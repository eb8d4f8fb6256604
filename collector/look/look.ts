// What a record looks like in Loki after our forwarder sent it there by OTLP. Our own Loki API shows it the same, so that
// one set of dashboards serves both; test/contract/forward-look.test.ts holds it against a real one.

import { detectLevel, levelNames } from './level.ts'
import { indexKeys, labelName } from './names.ts'
import { eachLabel, resourceOf, streamFrom, streamOf, streamText } from './stream.ts'
import { summary } from './summary.ts'
import { goText } from './values.ts'
import type { AuditRecord, ValueMap } from '@blotter/processors'
import type { Labels } from './stream.ts'

export interface Look {
  /** Index labels: the same object for the same stream. */
  readonly stream: Labels
  /** Structured metadata, `detected_level` among it. */
  readonly metadata: Labels
  readonly line: string
}

export function lookOf(record: AuditRecord): Look {
  const resource = resourceOf(record)
  const stream = streamFrom(streamText(streamOf(resource)))
  const line = lineOf(record)
  return { stream, metadata: metadataOf(record, resource, stream, line), line }
}

export function lineOf(record: AuditRecord): string {
  return record.body === null ? summary(record) : goText(record.body)
}

/** Where several have one name the last counts; names of the stream's labels are not taken from it. */
function metadataOf(record: AuditRecord, resource: ValueMap, stream: Labels, line: string): Labels {
  const metadata = new Map<string, string>()
  let first: Map<string, string> | undefined
  const add = (name: string, value: string): void => {
    if (levelNames.has(name)) { first ??= new Map(); if (!first.has(name)) first.set(name, value) }
    metadata.set(stream.has(name) ? `${name}_extracted` : name, value)
  }
  addRecord(record, add)
  for (const key of Object.keys(resource)) if (!indexKeys.has(key)) eachLabel(labelName(key), resource[key]!, add)
  if (record.scopeName !== '') add('scope_name', record.scopeName)
  if (record.scopeVersion !== '') add('scope_version', record.scopeVersion)
  const level = detectLevel(first, line)
  if (level !== undefined) metadata.set('detected_level', level)
  return metadata
}

function addRecord(record: AuditRecord, add: (name: string, value: string) => void): void {
  const { attributes } = record
  for (const key of Object.keys(attributes)) eachLabel(labelName(key), attributes[key]!, add)
  if (record.observedTimeUnixNano !== 0n && record.timeUnixNano !== 0n) add('observed_timestamp', String(record.observedTimeUnixNano))
  if (record.eventName !== '') add('event_name', record.eventName) // from Loki 3.7 on
  if (record.severityNumber !== 0) add('severity_number', String(record.severityNumber))
  if (record.severityText !== '') add('severity_text', record.severityText)
  if (record.droppedAttributesCount !== 0) add('dropped_attributes_count', String(record.droppedAttributesCount))
  if (record.flags !== 0) add('flags', String(record.flags))
  if (record.traceId !== '') add('trace_id', record.traceId)
  if (record.spanId !== '') add('span_id', record.spanId)
}

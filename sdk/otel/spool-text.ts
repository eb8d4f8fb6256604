// A log record as it waits in the spool: the text of one element of OTLP's `scopeLogs`, scope included, so that a request
// is put together from such texts without reading them.

import { decodeRequest, text as textOf, fields, withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { randomUUID } from 'node:crypto'
import { logRecordText } from '../log-record.ts'
import type { SpoolEntry } from '../spool/spool.ts'

/**
 * Every record gets an id: it may be sent more than once, in other company, and the collector keeps an id once. An
 * ordinary log record thereby has one attribute more, which is not an audit event's for it.
 */
export function entryOf(record: AuditRecord): SpoolEntry {
  const given = textOf(record.attributes, fields.recordId.key)
  const recordId = given === '' ? randomUUID() : given
  const whole = given === '' ? { ...record, attributes: withValues(record.attributes, { [fields.recordId.key]: recordId }) } : record
  const { scopeName, scopeVersion } = record
  const scope = scopeName === '' && scopeVersion === '' ? '' : `"scope":${JSON.stringify({ name: scopeName, version: scopeVersion })},`
  return { recordId, text: `{${scope}"logRecords":[${logRecordText(whole)}]}` }
}

/** `resource`: OTLP/JSON of the resource that all of them share. */
export function requestOf(resource: string, entries: readonly SpoolEntry[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[${entries.map(({ text }) => text).join(',')}]}]}`
}

/** Back, for exporters that want records. Undefined when it is none, which our own spool never holds. */
export function recordsOf(resource: string, entries: readonly SpoolEntry[]): AuditRecord[] | undefined {
  try {
    const records = decodeRequest(JSON.parse(requestOf(resource, entries)))
    return records.length === entries.length ? records : undefined
  } catch {
    return undefined
  }
}

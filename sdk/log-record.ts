// One log record as OTLP/JSON text, and requests put together from such texts: what waits in a spool is sent as it is,
// the same bytes each time, without being read again.

import { decodeRequest, emptyRecord, encodeRequest } from '@blotter/processors'
import type { AuditRecord, ValueMap } from '@blotter/processors'

const marker = '@'

/** What stands before and after the first log record of a request whose resource and scope are empty. */
const [before, after] = encodeRequest([{ ...emptyRecord, eventName: marker }]).split(/\{"timeUnixNano".*"eventName":"@"\}/) as [string, string]

/** Without its resource and scope, which the request says once for all its records. */
export function logRecordText(record: AuditRecord): string {
  return encodeRequest([bare(record)]).slice(before.length, -after.length)
}

export function readLogRecord(text: string): AuditRecord {
  return decodeRequest(JSON.parse(before + text + after))[0]!
}

/** `resource`: from {@link resourceJson}. */
export function requestText(resource: string, texts: readonly string[]): string {
  return `{"resourceLogs":[{"resource":${resource},"scopeLogs":[{"logRecords":[${texts.join(',')}]}]}]}`
}

export function resourceJson(resource: ValueMap): string {
  const text = encodeRequest([{ ...emptyRecord, resource }])
  return text.slice('{"resourceLogs":[{"resource":'.length, text.indexOf(',"scopeLogs":[{"logRecords":[{"timeUnixNano":"0"'))
}

const { resource, scopeName, scopeVersion } = emptyRecord

function bare(record: AuditRecord): AuditRecord {
  return { ...record, resource, scopeName, scopeVersion }
}

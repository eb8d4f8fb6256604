// Sends what waits through the app's own log exporter. Its records are made again from the spool's text, with the members
// that exporters read; what it answers decides, and of an error only its status is read.

import type { AuditErrorCode } from '../errors.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Timing } from '../time.ts'
import { toOtelAttributes, toOtelValue } from '../value.ts'
import type { Send, Sent } from './courier.ts'
import type { LogExporter } from './logs-options.ts'
import { recordsOf } from './spool-text.ts'

/** An exporter has a timeout of its own, and retries within it. One that never answers is asked again. */
const patienceMs = 60_000

const afterRefusalMs = 60_000

export function createSendExport(exporter: LogExporter, timing: Timing): Send {
  return async function send(resource, entries) {
    const records = recordsOf(resource, entries)
    if (records === undefined) return { kind: 'refused', code: 'INTERNAL', why: 'a record of the spool cannot be read' }
    return exported(exporter, readable(records), timing)
  }
}

function exported(exporter: LogExporter, logs: object[], timing: Timing): Promise<Sent> {
  const { promise, resolve } = Promise.withResolvers<Sent>()
  const cancel = timing.after(patienceMs, () => { resolve({ kind: 'retry', code: 'DEADLINE', why: 'the exporter does not answer', afterMs: 0 }) }, false)
  exporter.export(logs as never[], ({ code, error }) => { resolve(code === 0 ? { kind: 'accepted' } : meaning(statusOf(error))) })
  return promise.finally(cancel)
}

/** OTLP exporters put the HTTP status there. Some answers have none, such as 503: then it is tried again. */
function statusOf(error: unknown): number {
  const code: unknown = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'number' ? code : 0
}

const perRecord: Readonly<Record<number, AuditErrorCode>> = { 400: 'REFUSED', 409: 'CONFLICT', 413: 'TOO_LARGE', 422: 'REFUSED' }
const needsSomebody: Readonly<Record<number, AuditErrorCode>> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 404: 'NOT_A_COLLECTOR', 405: 'NOT_A_COLLECTOR' }

function meaning(status: number): Sent {
  const why = status === 0 ? 'the exporter failed' : `the exporter failed with status ${status}`
  if (perRecord[status] !== undefined) return { kind: 'refused', code: perRecord[status], why }
  const code = needsSomebody[status]
  return { kind: 'retry', code: code ?? 'DEADLINE', why, afterMs: code === undefined ? 0 : afterRefusalMs }
}

/** Resource and scopes are objects that are the same for what is the same: exporters group by them. */
function readable(records: readonly AuditRecord[]): object[] {
  const resource = resourceOf(records[0]!)
  const scopes = new Map<string, object>()
  return records.map((record) => {
    const { scopeName: name, scopeVersion: version, traceId, spanId, flags } = record
    const key = JSON.stringify([name, version])
    const scope = scopes.get(key) ?? { name, version: version === '' ? undefined : version }
    scopes.set(key, scope)
    return {
      hrTime: hrTime(record.timeUnixNano), hrTimeObserved: hrTime(record.observedTimeUnixNano),
      ...(traceId === '' ? {} : { spanContext: { traceId, spanId, traceFlags: flags } }),
      severityNumber: record.severityNumber === 0 ? undefined : record.severityNumber, severityText: record.severityText === '' ? undefined : record.severityText,
      body: record.body === null ? undefined : toOtelValue(record.body), eventName: record.eventName === '' ? undefined : record.eventName,
      attributes: toOtelAttributes(record.attributes), droppedAttributesCount: record.droppedAttributesCount, resource, instrumentationScope: scope,
    }
  })
}

function resourceOf(record: AuditRecord): object {
  const attributes = toOtelAttributes(record.resource)
  const resource = { attributes, asyncAttributesPending: false, waitForAsyncAttributes: () => Promise.resolve(), getRawAttributes: () => Object.entries(attributes), merge: (): object => resource }
  return resource
}

function hrTime(nano: bigint): [number, number] {
  return [Number(nano / 1_000_000_000n), Number(nano % 1_000_000_000n)]
}

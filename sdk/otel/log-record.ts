// What is used of a log record of @opentelemetry/sdk-logs, by shape: it is the same in 2.x and 3.x, so that neither has
// to be installed for these types. And such a record as one of ours.

import { emptyRecord } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'

/** Inside `onEmit`, where it may be changed. */
export interface WritableLogRecord {
  readonly attributes: { [key: string]: unknown }
  body?: unknown
  eventName?: string | undefined
  setAttribute(key: string, value?: never): unknown
  setBody(body: never): unknown
  setEventName(eventName: string): unknown
}

/** What else it says, and to whom it belongs. All optional here: what a record lacks is empty. */
export interface EmittedLogRecord extends WritableLogRecord {
  /** Seconds and nanoseconds since 1970. */
  readonly hrTime?: readonly [number, number]
  readonly hrTimeObserved?: readonly [number, number]
  readonly spanContext?: { readonly traceId: string; readonly spanId: string; readonly traceFlags: number } | undefined
  readonly severityNumber?: number | undefined
  readonly severityText?: string | undefined
  readonly droppedAttributesCount?: number
  readonly resource?: LogResource
  readonly instrumentationScope?: { readonly name: string; readonly version?: string | undefined }
}

export interface LogResource {
  readonly attributes: { readonly [key: string]: unknown }
  /** Some of its attributes are still being found out, such as by asking a cloud's metadata service. */
  readonly asyncAttributesPending?: boolean | undefined
  waitForAsyncAttributes?(): Promise<void>
}

/** What surrounds the redacted part. A copy: nothing of it is read later. */
export function withEnvelope({ eventName, body, attributes }: AuditRecord, logRecord: EmittedLogRecord): AuditRecord {
  const { spanContext, instrumentationScope: scope } = logRecord
  return {
    ...emptyRecord, eventName, body, attributes,
    timeUnixNano: nano(logRecord.hrTime),
    observedTimeUnixNano: nano(logRecord.hrTimeObserved),
    ...(spanContext === undefined ? {} : { traceId: spanContext.traceId, spanId: spanContext.spanId, flags: spanContext.traceFlags & 0xff }),
    severityNumber: logRecord.severityNumber ?? 0,
    severityText: logRecord.severityText?.toWellFormed() ?? '',
    droppedAttributesCount: logRecord.droppedAttributesCount ?? 0,
    scopeName: scope?.name.toWellFormed() ?? '',
    scopeVersion: scope?.version?.toWellFormed() ?? '',
  }
}

function nano(time: readonly [number, number] | undefined): bigint {
  return time === undefined ? 0n : BigInt(time[0]) * 1_000_000_000n + BigInt(Math.round(time[1]))
}

// The active span of OpenTelemetry, when the app has OpenTelemetry. Of the API only `trace` is used, which every
// version in the peer range has: the lowest one that works is what lets an app keep its own.

const api = await import('@opentelemetry/api').catch(() => undefined) // an optional peer: without it there is no trace to tie to

export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  readonly flags: number
}

/** Undefined without OpenTelemetry, without an active span, or when the span's ids are not valid. */
export function activeTrace(): TraceContext | undefined {
  try {
    const context = api?.trace.getActiveSpan()?.spanContext()
    if (context === undefined || !isId(context.traceId, 32) || !isId(context.spanId, 16)) return undefined
    return { traceId: context.traceId, spanId: context.spanId, flags: context.traceFlags & 0xff }
  } catch {
    return undefined // a foreign span implementation must not cost an audit record
  }
}

function isId(id: unknown, length: number): id is string {
  return typeof id === 'string' && id.length === length && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id)
}

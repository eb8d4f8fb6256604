// The active span of OpenTelemetry, when the app has OpenTelemetry.

import { otelApi } from './otel-api.ts'

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
    const context = otelApi?.trace.getActiveSpan()?.spanContext()
    if (context === undefined || !isId(context.traceId, 32) || !isId(context.spanId, 16)) return undefined
    return { traceId: context.traceId, spanId: context.spanId, flags: context.traceFlags & 0xff }
  } catch {
    return undefined // a foreign span implementation must not cost an audit record
  }
}

function isId(id: unknown, length: number): id is string {
  return typeof id === 'string' && id.length === length && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id)
}

const suppressTracing = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING'

/** Runs `fn` so that instrumented clients make no spans of what it sends: requests of ours are not the app's work. */
export function untraced<T>(fn: () => T): T {
  if (otelApi === undefined) return fn()
  const { context, createContextKey } = otelApi
  return context.with(context.active().setValue(createContextKey(suppressTracing), true), fn)
}

// The options of `blotterLogs`, and their defaults. Checked in logs-check.ts.

import type { AuditError } from '../errors.ts'
import type { AuditLogRecordProcessorOptions } from './redact.ts'

export interface LogsOptions extends AuditLogRecordProcessorOptions {
  /**
   * Base URL of the collector; `/v1/logs` is added. Default: BLOTTER_ENDPOINT, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT (the
   * whole URL), OTEL_EXPORTER_OTLP_ENDPOINT, `http://127.0.0.1:4318`. Over plain http to another machine the API key and
   * the records can be read on the way: use https there. Not together with `exporter`.
   */
  readonly endpoint?: string | undefined
  /** API key of the collector, with the scope `ingest`. Default: BLOTTER_KEY, the bearer token of OTEL_EXPORTER_OTLP_HEADERS, none. Not together with `exporter`. */
  readonly key?: string | undefined
  /**
   * Sends instead of this plugin: your `OTLPLogExporter`, or any other log exporter. It is given what waits in the spool,
   * again and again until it says that it succeeded. Give it to nobody else. Default none: the plugin sends by itself, and
   * sees what an exporter does not tell: Retry-After and partial success.
   */
  readonly exporter?: LogExporter
  /** Where records wait on disk, redacted. `false`: in memory only, and lost with the process. */
  readonly spool?: LogsSpoolOptions | false
  /** Records in one request. Default 512. */
  readonly maxBatch?: number
  /** Milliseconds that one request may take; it is tried again after. Default: OTEL_EXPORTER_OTLP_LOGS_TIMEOUT, OTEL_EXPORTER_OTLP_TIMEOUT, 10 000. */
  readonly attemptTimeoutMs?: number
  /** Milliseconds that `forceFlush()` and `shutdown()` wait for what is still to be delivered. Default 10 000. */
  readonly flushTimeoutMs?: number
  /** Default: OTEL_EXPORTER_OTLP_LOGS_COMPRESSION, OTEL_EXPORTER_OTLP_COMPRESSION, `none`. */
  readonly compression?: 'gzip' | 'none'
  /** Instead of the global `fetch`, for proxies, certificates and tests. It sees the API key. */
  readonly fetch?: typeof globalThis.fetch
  /**
   * Told when a record is refused, when records are dropped, and once for each trouble in a row of failures: with the
   * code and the collector's reason, never with content. Must not throw. Default: a process warning.
   */
  readonly onProblem?: (problem: AuditError) => void
}

export interface LogsSpoolOptions {
  /** A directory of this machine's disk, of its own for each service; log records lie in its folder `otel`, so that it may be the one of `createAudit`. Default: BLOTTER_SPOOL, `./.blotter-spool`. */
  readonly directory?: string
  /** Bytes on disk, all processes together. Default 268 435 456. When it is full, 64 MiB wait in memory, and what is above is dropped, counted and told. */
  readonly maxBytes?: number
}

/** What is used of a log exporter of @opentelemetry/sdk-logs. */
export interface LogExporter {
  export(logs: never[], done: (result: { readonly code: number; readonly error?: Error }) => void): void
  forceFlush?(): Promise<void>
  shutdown?(): Promise<void>
}

export const logsDefaults = Object.freeze({ endpoint: 'http://127.0.0.1:4318', directory: './.blotter-spool', maxBatch: 512, attemptTimeoutMs: 10_000, flushTimeoutMs: 10_000, compression: 'none' }) satisfies Partial<LogsOptions> & { directory: string }

export interface CheckedLogsOptions extends AuditLogRecordProcessorOptions, Required<Pick<LogsOptions, 'maxBatch' | 'attemptTimeoutMs' | 'flushTimeoutMs' | 'compression'>>, Pick<LogsOptions, 'key' | 'exporter' | 'fetch' | 'onProblem'> {
  /** Of the requests, as a whole. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly spool: { readonly directory: string; readonly maxBytes?: number; readonly chosen: boolean } | false
  /** The names of environment variables that could not be used, and a word when OpenTelemetry is switched off. */
  readonly notes: readonly string[]
}

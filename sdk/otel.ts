// @blotter/sdk/otel: for apps that emit through OpenTelemetry.

export { auditAttributes } from './otel/attributes.ts'
export type { AuditAttributes } from './otel/attributes.ts'
export type { EmittedLogRecord, LogResource, WritableLogRecord } from './otel/log-record.ts'
export { createAuditLogRecordProcessor } from './otel/redact.ts'
export type { AuditLogRecordProcessor, AuditLogRecordProcessorOptions } from './otel/redact.ts'
export { blotterLogs } from './otel/logs.ts'
export type { BlotterLogs, LogsStatus } from './otel/logs.ts'
export { logsDefaults } from './otel/logs-options.ts'
export type { LogExporter, LogsOptions, LogsSpoolOptions } from './otel/logs-options.ts'

// @blotter/sdk/otel: for apps that emit through OpenTelemetry.

export { auditAttributes } from './otel-attributes.ts'
export type { AuditAttributes } from './otel-attributes.ts'
export { createAuditLogRecordProcessor } from './otel-processor.ts'
export type { AuditLogRecordProcessor, AuditLogRecordProcessorOptions, WritableLogRecord } from './otel-processor.ts'

// @blotter/sdk: emit audit records from an integration, redacted and fingerprinted in the process.

export { createAudit } from './audit.ts'
export type { Add, Audit, EventWith } from './audit.ts'
export { AuditError, errorTable } from './errors.ts'
export type { AuditErrorCode, ErrorRow, Problem } from './errors.ts'
export type { Actor, AuditEvent, Outcome, Target } from './event.ts'
export { defaults } from './options.ts'
export type { AuditOptions, FingerprintKeyOptions, OnRecordError, ServiceOptions } from './options.ts'
export type { Receipt } from './receipt.ts'
export type { RedactSettings } from './redaction.ts'

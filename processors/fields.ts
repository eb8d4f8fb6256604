// The names of an audit record's parts: what each question is called on the wire, who may write it, and what it means.
// Everything that has a standard name uses it; the draft's `audit.*` names (apeirora/opentelemetry-specification,
// data model @195a6da4; a draft, not a standard) stand in this file alone, so that a rename upstream touches one place.

/** What a policy of redaction goes by where it names neither the field nor the rule that found something. */
export type FieldClass = 'public' | 'internal' | 'personal' | 'secret'

export interface Field {
  /** Attribute key of the OTLP LogRecord. */
  readonly key: string
  readonly type: 'string' | 'int' | 'bool' | 'string[]'
  /** `required`: /v1/audit refuses a record without it, /v1/logs fills `unknown` and flags it. */
  readonly level: 'required' | 'recommended' | 'optional'
  /** `collector`: set by the collector; a client's claim is overwritten, never believed. */
  readonly owner: 'client' | 'collector'
  /** `internal`: it says who, what or which. Kept although it may look personal; `public`: it says nothing about anybody. */
  readonly holds: FieldClass
  readonly meaning: string
}

const client = (key: string, type: Field['type'], level: Field['level'], meaning: string, holds: FieldClass = 'public'): Field =>
  ({ key, type, level, owner: 'client', holds, meaning })

const collector = (key: string, type: Field['type'], meaning: string): Field =>
  ({ key, type, level: 'optional', owner: 'collector', holds: 'public', meaning })

/** One row per attribute that Blotter knows. The docs table in processors/README.md is tested against this one. */
export const fields = {
  recordId: client('audit.record.id', 'string', 'required', 'Id of the record, stable over retries: the idempotency key. UUIDv4 recommended.'),
  actorId: client('audit.actor.id', 'string', 'required', 'Who did it. `anonymous` or `unknown` when not known.', 'internal'),
  actorType: client('audit.actor.type', 'string', 'required', '`user`, `service` or `system`.'),
  action: client('audit.action', 'string', 'required', 'What was done: an upper-case verb such as `CREATE`, `UPDATE`, `EXECUTE`, or your own.'),
  outcome: client('audit.outcome', 'string', 'required', 'How it ended: `success`, `failure` or `unknown`. `denied` is accepted and becomes `failure` with decision `deny`.'),
  targetId: client('audit.target.id', 'string', 'recommended', 'What it was done to.', 'internal'),
  targetType: client('audit.target.type', 'string', 'recommended', 'Kind of target, such as `payment`, `contact`, `http.endpoint`.'),
  sourceId: client('audit.source.id', 'string', 'optional', 'Where it came from: an address or host name.', 'internal'),
  sourceType: client('audit.source.type', 'string', 'optional', '`ipv4`, `ipv6` or `hostname`.'),
  reason: client('blotter.reason', 'string', 'recommended', 'Why it was done, or why it ended as it did.', 'internal'),
  decision: client('blotter.decision', 'string', 'optional', '`allow` or `deny`: a refusal is a decision, not a breakdown.'),
  errorType: client('error.type', 'string', 'optional', 'Class of the error when the outcome is a failure.'),
  integration: client('blotter.integration', 'string', 'recommended', 'Which platform: `stripe`, `hubspot`, … Falls back to the resource attribute `service.name`.'),
  requestId: client('blotter.request.id', 'string', 'recommended', 'Ties one request together. Falls back to `http.request.header.x-request-id`.', 'internal'),
  sessionId: client('session.id', 'string', 'optional', 'Session of the actor.', 'internal'),
  deliveryId: client('blotter.delivery.id', 'string', 'optional', 'The platform’s id of a webhook delivery or event, the same over redeliveries.', 'internal'),
  attempt: client('blotter.delivery.attempt', 'int', 'optional', 'Which try this was, from 1.'),
  idempotencyKey: client('blotter.idempotency.key', 'string', 'optional', 'Idempotency key sent to or by the platform.', 'internal'),
  durationMs: client('blotter.duration_ms', 'int', 'optional', 'How long it took, in milliseconds.'),
  fingerprint: client('blotter.payload.hash.value', 'string', 'optional', 'Keyed digest of the canonical, redacted payload: `hmac-sha256:<epoch>:<hex>`.'),
  fingerprintForm: client('blotter.payload.hash.canonicalization', 'string', 'optional', 'What was digested: `jcs` (RFC 8785) or `raw` (bytes); `jcs-redacted` or `raw-redacted` where the sender had no key yet and digested what redaction had left.'),
  payloadSize: client('blotter.payload.size', 'int', 'optional', 'Size of the payload in bytes, before redaction.'),
  redactionCount: client('blotter.redaction.count', 'int', 'optional', 'How many values were redacted, in the process and in the collector together.'),
  redactionRules: client('blotter.redaction.rules', 'string[]', 'optional', 'Which rules redacted how much, as `rule:count`. Never what it was.'),
  redactionPolicy: collector('blotter.redaction.policy', 'string', 'Version of the rule set that the collector applied.'),
  sequenceStream: client('audit.sequence.stream_id', 'string', 'optional', 'The numbered stream that the record belongs to: one for each logger instance, new after a restart.', 'internal'),
  sequenceNumber: client('audit.sequence.number', 'int', 'optional', 'Its number in the stream, from 1. A number that does not arrive becomes a `blotter.sequence.gap` record.'),
  sequenceEnd: client('audit.sequence.end', 'bool', 'optional', 'True on the last record of a stream that was closed in order.'),
  retentionClass: collector('blotter.retention.class', 'string', 'How long it is kept: a class of retention.yaml.'),
  workspace: collector('blotter.workspace', 'string', 'The tenant that owns the record, from the API key.'),
  environment: collector('blotter.environment', 'string', '`production`, `staging`, `sandbox`, …, from the API key.'),
  storedAt: collector('blotter.sink.time_unix_nano', 'int', 'When the collector committed it, in nanoseconds since 1970.'),
  incomplete: collector('blotter.incomplete', 'string[]', 'Required attributes that the sender left out and the collector filled with `unknown`; `droppedAttributes` when its SDK threw some away.'),
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof fields

const named = Object.entries(fields) as [FieldName, Field][]

/** Keys that only the collector may set. */
export const collectorKeys: ReadonlySet<string> = new Set(named.filter(([, field]) => field.owner === 'collector').map(([, field]) => field.key))

/** Fields without which a record does not say who did what and how it ended. */
export const requiredFields: readonly Field[] = named.map(([, field]) => field).filter((field) => field.level === 'required')

/** Keys of all fields above: everything else in a record's attributes is the sender's own. */
export const knownKeys: ReadonlySet<string> = new Set(named.map(([, field]) => field.key))

/** Fields that name somebody or something: what they hold is kept although it looks personal, because a log must say who. What is secret goes there as well. */
export const namingKeys: ReadonlySet<string> = new Set([
  fields.actorId, fields.targetId, fields.sourceId, fields.requestId, fields.sessionId, fields.deliveryId, fields.idempotencyKey, fields.sequenceStream,
].map(({ key }) => key))

/** Ids that tie records together, and what the collector says: no policy touches them. Their shape is checked on the way in, and an altered one would tie nothing. */
export const fixedKeys: ReadonlySet<string> = new Set([
  fields.recordId, fields.fingerprint, fields.fingerprintForm, fields.redactionRules, fields.redactionPolicy, fields.redactionCount,
  fields.workspace, fields.environment, fields.incomplete, fields.storedAt, fields.retentionClass,
].map(({ key }) => key))

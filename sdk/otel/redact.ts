// A log record processor that redacts what an OpenTelemetry app emits, before any exporter has it. It needs nothing of
// @opentelemetry/sdk-logs at run time: the record's shape is the same in its 2.x and 3.x.
//
// Register it first. A log record may be changed only inside onEmit, so all of it is synchronous; and nothing may be
// thrown from there, so what cannot be redacted is wiped.

import { randomUUID } from 'node:crypto'
import { emptyRecord, fields, fingerprint, fingerprintKey, isMap, placeholder, valueMap } from '@blotter/processors'
import type { AuditRecord, FingerprintKey, PartRedaction, Value, ValueMap } from '@blotter/processors'
import { checkPluginOptions, decodeSecret } from '../options.ts'
import type { FingerprintKeyOptions } from '../options.ts'
import { createProcessRedaction } from '../redaction.ts'
import type { RedactSettings } from '../redaction.ts'
import { jsonSize, readValue, toOtelValue } from '../value.ts'
import type { WritableLogRecord } from './log-record.ts'

export interface AuditLogRecordProcessorOptions {
  /** Written to audit events that do not name their own, such as `stripe`. Required. */
  readonly integration: string
  /** Further key names and paths to redact, and the policy: see {@link RedactSettings}. From your configuration only, never from input. Default: the built-in policy. */
  readonly redact?: RedactSettings
  /** Default none: the collector then fingerprints the redacted body, which gives the same correlation inside one workspace. */
  readonly fingerprintKey?: FingerprintKeyOptions
}

/** Structurally a LogRecordProcessor of sdk-logs. */
export interface AuditLogRecordProcessor {
  /** Records that could not be redacted and were wiped instead. More than 0 deserves a look. */
  readonly wiped: number
  onEmit(logRecord: WritableLogRecord, context?: unknown): void
  forceFlush(): Promise<void>
  shutdown(): Promise<void>
}

/** Throws INVALID_OPTIONS with every problem. */
export function createAuditLogRecordProcessor(options: AuditLogRecordProcessorOptions): AuditLogRecordProcessor {
  checkPluginOptions(options)
  const key = keyOf(options.fingerprintKey)
  const step = createRedactStep(options, () => key)
  return {
    get wiped() { return step.wiped },
    onEmit(logRecord) { step.take(logRecord) },
    forceFlush: () => Promise.resolve(), // it holds nothing
    shutdown: () => Promise.resolve(),
  }
}

function keyOf(given: FingerprintKeyOptions | undefined): FingerprintKey | undefined {
  return given === undefined ? undefined : fingerprintKey(given.epoch, decodeSecret(given.secret)!)
}

export interface RedactStep {
  readonly wiped: number
  /** Redacts the log record where it is, and returns what is left of it: event name, body, attributes. Never throws. */
  take(logRecord: WritableLogRecord): AuditRecord
  /** Of the emitter: resource attributes, which may hold a command line. */
  resource(this: void, attributes: { readonly [key: string]: unknown }): ValueMap
}

export function createRedactStep({ integration, redact }: Pick<AuditLogRecordProcessorOptions, 'integration' | 'redact'>, key: () => FingerprintKey | undefined): RedactStep {
  const steps: Steps = { redact: createProcessRedaction(redact, key), integration, key }
  let wiped = 0
  return {
    get wiped() { return wiped },
    take(logRecord) {
      try {
        return protect(logRecord, steps)
      } catch {
        wiped += 1
        return wipe(logRecord)
      }
    },
    resource: (attributes) => steps.redact.process({ ...emptyRecord, resource: readMap(attributes) }).resource,
  }
}

interface Steps {
  readonly redact: PartRedaction
  readonly integration: string
  readonly key: () => FingerprintKey | undefined
}

function protect(logRecord: WritableLogRecord, steps: Steps): AuditRecord {
  const before = read(logRecord)
  const redacted = steps.redact.process(before)
  const after = isAudit(redacted) ? { ...redacted, attributes: completed(before, redacted, steps) } : redacted
  write(logRecord, before, after)
  return after
}

function read({ attributes, body, eventName }: WritableLogRecord): AuditRecord {
  return {
    ...emptyRecord,
    eventName: eventName ?? '',
    body: body === undefined ? null : readOrFail(body),
    attributes: readMap(attributes),
  }
}

function readMap(attributes: { readonly [key: string]: unknown }): ValueMap {
  return valueMap(Object.keys(attributes).map((key) => [key, readOrFail(attributes[key])] as const))
}

function readOrFail(input: unknown): Value {
  const value = readValue(input)
  if (value === undefined) throw new TypeError('unreadable') // wipes the record
  return value
}

function isAudit({ eventName, attributes }: AuditRecord): boolean {
  return eventName !== '' || Object.keys(attributes).some((key) => key.startsWith('audit.'))
}

function completed(before: AuditRecord, { body, attributes }: AuditRecord, { redact, integration, key }: Steps): ValueMap {
  const more = valueMap()
  const fill = (name: string, value: Value): void => { if (!(name in attributes)) more[name] = value }
  fill(fields.recordId.key, randomUUID())
  fill(fields.integration.key, integration)
  if (isMap(body) || Array.isArray(body)) {
    fill(fields.payloadSize.key, BigInt(jsonSize(before.body)))
    const current = key()
    if (current !== undefined && !(fields.fingerprint.key in attributes)) {
      const { value, form } = fingerprint(before.body, current, redact.payload)
      more[fields.fingerprint.key] = value
      more[fields.fingerprintForm.key] = form
    }
  }
  return Object.assign(valueMap(), attributes, more)
}

/**
 * A body that is an object is always replaced by the copy that was redacted: exporters read it later, when the app may
 * have changed it, and through getters that may then answer otherwise.
 */
function write(logRecord: WritableLogRecord, before: AuditRecord, after: AuditRecord): void {
  if (after.eventName !== before.eventName) logRecord.setEventName(after.eventName)
  if (after.body !== before.body || (typeof logRecord.body === 'object' && logRecord.body !== null)) logRecord.setBody(toOtelValue(after.body) as never)
  for (const key in before.attributes) if (!(key in after.attributes)) remove(logRecord, key)
  for (const key in after.attributes) {
    if (after.attributes[key] !== before.attributes[key]) overwrite(logRecord, key, toOtelValue(after.attributes[key]!))
  }
}

/** There is no call for it, but the attributes are an ordinary object. */
function remove(logRecord: WritableLogRecord, key: string): void {
  if (!Reflect.deleteProperty(logRecord.attributes, key)) throw new TypeError('kept')
}

/** The record's own call keeps its limits; where it refuses, the value must go all the same. */
function overwrite(logRecord: WritableLogRecord, key: string, value: unknown): void {
  const had = Object.hasOwn(logRecord.attributes, key)
  const old = logRecord.attributes[key]
  logRecord.setAttribute(key, value as never)
  if (had && logRecord.attributes[key] === old && old !== value) logRecord.attributes[key] = value
}

const gone = placeholder('failed')

/** Every value goes, and every key that is not one of ours. The id is a fresh one, so that no record is taken for the repeat of another. */
function wipe(logRecord: WritableLogRecord): AuditRecord {
  const left = valueMap()
  const named = typeof logRecord.eventName === 'string' && logRecord.eventName !== ''
  try {
    const keys = Object.keys(logRecord.attributes)
    for (const [index, key] of keys.entries()) left[key in fieldKeys ? key : `wiped.${index}`] = gone
    if (keys.includes(fields.recordId.key)) left[fields.recordId.key] = randomUUID()
    logRecord.setBody(gone as never)
    if (named) logRecord.setEventName(gone)
    for (const key of keys) Reflect.deleteProperty(logRecord.attributes, key)
    Object.assign(logRecord.attributes, left)
  } catch {
    // nothing of it can be written: not a record of sdk-logs, whose records are plain objects with setters
  }
  return { ...emptyRecord, eventName: named ? gone : '', body: gone, attributes: left }
}

const fieldKeys: Readonly<Record<string, true>> = Object.fromEntries(Object.values(fields).map(({ key }) => [key, true] as const))

// What a record must be before anything else looks at it: whole enough to say who did what, small enough to be safe.

import { fields, requiredFields } from './fields.ts'
import { text } from './record.ts'
import type { AuditRecord, Value, ValueMap } from './record.ts'

/** Every limit on one record. What happens at each stands in the limits table of the docs. */
export const recordLimits = {
  /** Attributes of the record, and of its resource. OTel SDKs stop at 128 by default. */
  attributes: 256,
  /** Characters of an attribute key. */
  keyLength: 256,
  /** Levels of arrays and maps inside a value. */
  depth: 16,
  /** Values inside one record, all levels together. */
  values: 10_000,
  /** Characters of all strings and bytes of one record together. */
  size: 512 * 1024,
  /** Characters of an event name (semantic conventions recommend 256). */
  eventName: 256,
  /** Characters of an identifier such as an actor or a request id: they are indexed. */
  identifier: 1024,
} as const

export interface Problem {
  /** Attribute key or field name; never anything that the sender wrote. */
  readonly field: string
  readonly code: 'missing' | 'invalid' | 'too_large' | 'too_deep' | 'too_many'
  readonly message: string
}

export const outcomes: ReadonlySet<string> = new Set(['success', 'failure', 'unknown', 'denied'])

/** Years that DateTime64 and its five-minute bucket can hold; outside them ClickHouse wraps without a word. */
const earliestNano = 0n
const latestNano = 4_291_747_200_000_000_000n // 2106-01-01T00:00:00Z

/** All that is missing or wrong about a record as sent to /v1/audit. Empty when it is fit to keep. */
export function missing(record: AuditRecord): Problem[] {
  const problems: Problem[] = []
  if (record.eventName === '') problems.push(lacking('eventName', 'name the event, such as payment.refund'))
  if (record.timeUnixNano === 0n) problems.push(lacking('timeUnixNano', 'say when it happened'))
  for (const field of requiredFields) {
    if (text(record.attributes, field.key) === '') problems.push(lacking(field.key, 'set this attribute to a non-empty string'))
  }
  const outcome = text(record.attributes, fields.outcome.key)
  if (outcome !== '' && !outcomes.has(outcome)) problems.push({ field: fields.outcome.key, code: 'invalid', message: 'use success, failure, unknown or denied' })
  return problems
}

/** What is too much about a record, on any path. Empty when it is within limits. */
export function excess(record: AuditRecord): Problem[] {
  const problems: Problem[] = []
  const tooMany = (field: string, message: string): void => { problems.push({ field, code: 'too_many', message }) }
  if (record.eventName.length > recordLimits.eventName) problems.push({ field: 'eventName', code: 'too_large', message: `at most ${recordLimits.eventName} characters` })
  if (Object.keys(record.attributes).length > recordLimits.attributes) tooMany('attributes', `at most ${recordLimits.attributes}`)
  if (Object.keys(record.resource).length > recordLimits.attributes) tooMany('resource.attributes', `at most ${recordLimits.attributes}`)
  if (!isTime(record.timeUnixNano)) problems.push({ field: 'timeUnixNano', code: 'invalid', message: 'a time between 1970 and 2106' })
  if (!isTime(record.observedTimeUnixNano)) problems.push({ field: 'observedTimeUnixNano', code: 'invalid', message: 'a time between 1970 and 2106' })
  const budget = { size: recordLimits.size, values: recordLimits.values, deep: false, longKey: false }
  spend(record.body, 1, budget)
  for (const part of [record.attributes, record.resource]) spend(part, 0, budget) // the map of attributes itself is no level
  if (budget.size < 0) problems.push({ field: 'record', code: 'too_large', message: `at most ${recordLimits.size} characters in all values together` })
  if (budget.values < 0) tooMany('record', `at most ${recordLimits.values} values`)
  if (budget.deep) problems.push({ field: 'record', code: 'too_deep', message: `at most ${recordLimits.depth} levels of arrays and maps` })
  if (budget.longKey) problems.push({ field: 'record', code: 'too_large', message: `keys of at most ${recordLimits.keyLength} characters` })
  for (const name of identifiers) {
    if (text(record.attributes, fields[name].key).length > recordLimits.identifier) problems.push({ field: fields[name].key, code: 'too_large', message: `at most ${recordLimits.identifier} characters` })
  }
  return problems
}

const identifiers = ['recordId', 'actorId', 'targetId', 'requestId', 'sessionId', 'deliveryId', 'idempotencyKey', 'integration', 'action'] as const

interface Budget { size: number; values: number; deep: boolean; longKey: boolean }

function spend(value: Value, depth: number, budget: Budget): void {
  budget.values -= 1
  if (budget.values < 0 || budget.size < 0) return
  if (typeof value === 'string') { budget.size -= value.length; return }
  if (value instanceof Uint8Array) { budget.size -= value.length; return }
  if (typeof value !== 'object' || value === null) return
  if (depth > recordLimits.depth) { budget.deep = true; return }
  if (Array.isArray(value)) { for (const member of value as readonly Value[]) spend(member, depth + 1, budget); return }
  for (const key in value as ValueMap) {
    budget.size -= key.length
    if (key.length > recordLimits.keyLength) budget.longKey = true
    spend((value as ValueMap)[key]!, depth + 1, budget)
  }
}

function lacking(field: string, message: string): Problem {
  return { field, code: 'missing', message }
}

function isTime(nano: bigint): boolean {
  return nano >= earliestNano && nano < latestNano
}

// What changed between a failure and a success of the same action: the fields that differ, whether the payload was the
// same (by fingerprint, never by value), and what else happened between the two.

import { outcomeOf } from './export/story.ts'
import type { TimelineRecordView } from './answer.ts'

export interface Comparison {
  readonly failure: TimelineRecordView
  readonly success: TimelineRecordView
  /** What they share besides the action, the strongest first. */
  readonly shared: readonly SharedPart[]
  readonly differences: readonly Difference[]
  /** `unknown`: at least one of them has no fingerprint, or they were made under different keys. */
  readonly payload: 'same' | 'different' | 'unknown'
  /** Fields that the reader may not see: nothing can be said about them. */
  readonly notCompared: readonly string[]
  /** Successes of other actions between the two, in order: one of them may be what changed. */
  readonly between: readonly TimelineRecordView[]
}

export type SharedPart = 'target' | 'actor' | 'integration'

/** Absent on a side: the record has no such field. */
export interface Difference { readonly field: string; readonly failure?: string; readonly success?: string }

export const comparisonLimits = { differences: 100, valueLength: 200, between: 20 } as const

export function failedLast(records: readonly TimelineRecordView[]): TimelineRecordView | undefined {
  return records.findLast(isFailure)
}

export function isFailure(record: TimelineRecordView): boolean {
  return ['failure', 'denied'].includes(outcomeOf(record))
}

/** The success of the same action that shares most with the failure; of those, the nearest in time. */
export function nearestSuccess(failure: TimelineRecordView, candidates: readonly TimelineRecordView[]): TimelineRecordView | undefined {
  const comparable = candidates.filter((record) => outcomeOf(record) === 'success' && record.action === failure.action && sharedParts(failure, record).length > 0)
  return comparable.sort((a, b) => weightOf(failure, b) - weightOf(failure, a) || distance(failure, a) - distance(failure, b))[0]
}

/** `story`: where to look for what happened in between. */
export function compareRecords(failure: TimelineRecordView, success: TimelineRecordView, story: readonly TimelineRecordView[]): Comparison {
  const [left, right] = [comparableFields(failure), comparableFields(success)]
  const masked = new Set([...(failure.masked ?? []), ...(success.masked ?? [])])
  const isHidden = (field: string): boolean => masked.has(field) || (left.get(field) ?? '').startsWith('[masked:') || (right.get(field) ?? '').startsWith('[masked:')
  const names = [...new Set([...left.keys(), ...right.keys()])]
  return {
    failure, success, shared: sharedParts(failure, success), payload: payloadOf(failure, success), notCompared: [...new Set([...masked, ...names.filter(isHidden)])].sort(),
    differences: names.filter((name) => left.get(name) !== right.get(name) && !isHidden(name)).slice(0, comparisonLimits.differences).map((field) => differenceOf(field, left.get(field), right.get(field))),
    between: betweenThem(failure, success, story),
  }
}

function sharedParts(a: TimelineRecordView, b: TimelineRecordView): SharedPart[] {
  return [
    ...(a.target.id !== '' && a.target.id === b.target.id && a.target.type === b.target.type ? ['target' as const] : []),
    ...(a.actor.id !== '' && a.actor.id === b.actor.id ? ['actor' as const] : []),
    ...(a.integration !== '' && a.integration === b.integration ? ['integration' as const] : []),
  ]
}

/** The same event says more than any of the three, the target more than actor and integration together. */
function weightOf(failure: TimelineRecordView, record: TimelineRecordView): number {
  const weights: Readonly<Record<SharedPart, number>> = { target: 4, actor: 2, integration: 1 }
  return (record.event === failure.event ? 8 : 0) + sharedParts(failure, record).reduce((sum, part) => sum + weights[part], 0)
}

function distance(a: TimelineRecordView, b: TimelineRecordView): number {
  return Math.abs(Date.parse(a.occurredAt) - Date.parse(b.occurredAt))
}

/** What may tell a cause. Ids of one request, times and places in the log differ always and say nothing. */
function comparableFields(record: TimelineRecordView): Map<string, string> {
  const { event, environment, integration, actor, target, source, reason, decision, errorType, attempt, durationMs, payloadSize, severity, scope, redaction, incomplete, attributes, resource } = record
  const plain = {
    event, environment, integration, 'actor.id': actor.id, 'actor.type': actor.type, 'target.id': target.id, 'target.type': target.type, 'source.id': source?.id, 'source.type': source?.type, reason, decision, errorType, attempt, durationMs, payloadSize,
    'severity.text': severity?.text, 'scope.name': scope?.name, 'scope.version': scope?.version, 'redaction.policy': redaction.policy, 'redaction.count': redaction.count, incomplete: incomplete?.join(', '),
  }
  const found = new Map(Object.entries(plain).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, String(value)] as const])))
  for (const [prefix, members] of [['attributes', attributes], ['resource', resource]] as const) {
    for (const [name, value] of Object.entries(members)) found.set(`${prefix}.${name}`, typeof value === 'string' ? value : JSON.stringify(value) ?? '')
  }
  return found
}

function differenceOf(field: string, failure: string | undefined, success: string | undefined): Difference {
  return { field, ...(failure === undefined ? {} : { failure: shorten(failure) }), ...(success === undefined ? {} : { success: shorten(success) }) }
}

function shorten(value: string): string {
  return value.length <= comparisonLimits.valueLength ? value : `${value.slice(0, comparisonLimits.valueLength)}…`
}

/** Fingerprints of different keys cannot be compared: `hmac-sha256:<epoch>:<hex>`. */
function payloadOf(a: TimelineRecordView, b: TimelineRecordView): Comparison['payload'] {
  if (a.fingerprint === undefined || b.fingerprint === undefined) return 'unknown'
  if (a.fingerprint === b.fingerprint) return 'same'
  const keyOf = (fingerprint: string): string => fingerprint.slice(0, fingerprint.lastIndexOf(':'))
  return keyOf(a.fingerprint) === keyOf(b.fingerprint) && a.fingerprintForm === b.fingerprintForm ? 'different' : 'unknown'
}

function betweenThem(failure: TimelineRecordView, success: TimelineRecordView, story: readonly TimelineRecordView[]): TimelineRecordView[] {
  const [from, to] = [failure.occurredAt, success.occurredAt].sort() as [string, string]
  return story.filter((record) => record.occurredAt > from && record.occurredAt < to && outcomeOf(record) === 'success' && record.action !== failure.action).slice(0, comparisonLimits.between)
}

// What a test says about a collector or an audit, as functions that any test runner can use: pass or not, and why.

import { builtinRules, createRedact, emptyRecord } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import type { Audit } from '../audit.ts'
import type { RecordedEvent } from './recorded.ts'
import type { SeenRequest, TestCollector } from './test-collector.ts'
import { recordsOf } from './wire.ts'

export interface MatchResult {
  readonly pass: boolean
  /** Why it did not pass, or with `not`, why it did. */
  readonly message: () => string
}

/** Deep equality in which the second may leave members out; of the test runner, so that its asymmetric matchers work. */
export type Includes = (actual: unknown, expected: unknown) => boolean

/** Members of the event that was recorded; `actor`, `target` and `source` by their id alone as well. Asymmetric matchers wherever a value stands. */
export type ExpectedEvent = { readonly [Key in keyof RecordedEvent]?: unknown }

export function haveRecorded(collector: Pick<TestCollector, 'records'>, expected: ExpectedEvent, times: number | undefined, includes: Includes, print: (value: unknown) => string): MatchResult {
  const { records } = collector
  const want = Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, isParty(key) && typeof value === 'string' ? { id: value } : value]))
  const found = records.filter((record) => includes(record, want)).length
  const near = records.filter(({ event }) => event === expected.event).slice(-3)
  return {
    pass: times === undefined ? found > 0 : found === times,
    message: () => [
      `${found} of ${records.length} records match, wanted ${times ?? 'at least 1'}:`, print(want),
      ...(near.length > 0 ? ['The last ones with this event:', ...near.map(print)] : [`Recorded were: ${[...new Set(records.map(({ event }) => event))].join(', ') || 'none'}`]),
    ].join('\n'),
  }
}

function isParty(key: string): boolean {
  return key === 'actor' || key === 'target' || key === 'source'
}

const secretRules = new Set([...builtinRules.filter(({ finds }) => finds === 'secret').map(({ id }) => id), 'key_name'])

/**
 * Nothing in what was sent looks like a secret to the built-in rules, and none of `planted` is in it: as it is, or in
 * base64, percent-encoding or JSON. Names places and rules, never what was found there.
 */
export function haveNoSecrets(collector: Pick<TestCollector, 'requests'>, planted: readonly string[]): MatchResult {
  if (planted.some((secret) => secret.length < 4)) throw new RangeError('a planted secret: want at least 4 characters')
  const problems = collector.requests.flatMap((request, index) => [
    ...planted.flatMap((secret, number) => (holds(request, secret) ? [`request ${index + 1} (${request.path}) holds planted secret ${number + 1}`] : [])),
    ...findings(request).map((rule) => `request ${index + 1} (${request.path}) holds what the rule ${rule} takes for a secret`),
  ])
  return { pass: problems.length === 0, message: () => (problems.length === 0 ? `no secrets in ${collector.requests.length} requests, wanted some` : problems.join('\n')) }
}

function holds({ body, headers }: SeenRequest, secret: string): boolean {
  const text = `${body}\n${Object.values(headers).join('\n')}`
  return formsOf(secret).some((form) => text.includes(form))
}

/** Base64 depends on where the secret begins: the three ways, without what neighbours would change. */
function formsOf(secret: string): readonly string[] {
  const base64 = [0, 1, 2].map((shift) => Buffer.from(`${' '.repeat(shift)}${secret}`).toString('base64').replaceAll('=', '').slice(shift === 0 ? 0 : shift + 1, -1))
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), JSON.stringify(JSON.stringify(secret)).slice(3, -3), encodeURIComponent(secret), Buffer.from(secret).toString('hex'), ...base64.filter((form) => form.length >= 4)])]
}

/** As the collector would look: a record that was redacted already has nothing left to find. */
function findings({ path, body }: SeenRequest): readonly string[] {
  const found = new Set<string>()
  const redact = createRedact({ found: (rule) => { if (secretRules.has(rule)) found.add(rule) } })
  for (const record of recordsOrText(path, body)) redact.process(record)
  return [...found]
}

function recordsOrText(path: string, body: string): readonly AuditRecord[] {
  try {
    return recordsOf(path, body)
  } catch {
    return [{ ...emptyRecord, body }] // not OTLP: then it is looked at as text
  }
}

/** Every record that arrived at the collector was accepted in the end. */
export function beAcknowledged({ records, requests }: Pick<TestCollector, 'records' | 'requests'>): MatchResult {
  const accepted = new Set(records.map(({ recordId }) => recordId))
  const lost = [...new Set(requests.flatMap(({ recordIds }) => recordIds))].filter((id) => !accepted.has(id))
  return { pass: lost.length === 0, message: () => (lost.length === 0 ? 'every record was acknowledged, wanted one that was not' : `${lost.length} records were sent and never acknowledged: ${lost.slice(0, 5).join(', ')}`) }
}

/** Every record that was made has its receipt, as far as the audit has heard. */
export function haveAllAccepted({ status }: Pick<Audit, 'status'>): MatchResult {
  const { emitted, accepted, refused, dropped, pending, spoolRecords } = status()
  return {
    pass: accepted >= emitted && refused + dropped + pending + spoolRecords === 0, // more are accepted than were made when a spool had some left
    message: () => `${emitted} records were made; accepted ${accepted}, refused ${refused}, dropped ${dropped}, pending ${pending}, in the spool ${spoolRecords}`,
  }
}

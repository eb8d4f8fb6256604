// A story as it is told: records and the silences between them, in order of time.

import type { Gap, TimelineAnswer, TimelineRecordView } from '../answer.ts'

export type Moment = { readonly kind: 'record'; readonly record: TimelineRecordView } | { readonly kind: 'gap'; readonly gap: Gap }

/** A gap stands where it begins, after the record that it follows. */
export function* momentsOf({ records, gaps }: TimelineAnswer): Generator<Moment> {
  const waiting = [...gaps].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))
  let next = 0
  for (const record of records) {
    while (next < waiting.length && waiting[next]!.from < record.occurredAt) yield { kind: 'gap', gap: waiting[next++]! }
    yield { kind: 'record', record }
  }
  while (next < waiting.length) yield { kind: 'gap', gap: waiting[next++]! }
}

/** What is not in the answer although it belongs to the story. An export that passes for the whole must say what it lacks. */
export function shortcomings({ truncated, complete, stopped, older, notFollowed, completeness }: TimelineAnswer): string[] {
  return [
    ...(truncated ? ['More records match than are shown.'] : []),
    ...(older !== undefined && !truncated ? ['There are older records than those shown.'] : []),
    ...(stopped === undefined ? [] : [`The search ended at its limit of ${stopped}: there may be related records beyond it.`]),
    ...(complete ? [] : ['The store was still taking in what had been acknowledged: ask again for the rest.']),
    ...notFollowed.map(({ link, records }) => `A ${link.replaceAll('_', ' ')} that ${records} records share was not followed.`),
    ...completeness.sources.filter(({ silent }) => silent).map(({ integration }) => `${integration} is silent: what it did not send is not here.`),
  ]
}

/** `denied` is how a refusal reads; it travels as a failure with a decision. */
export function outcomeOf({ outcome, decision }: Pick<TimelineRecordView, 'outcome' | 'decision'>): string {
  return decision === 'deny' ? 'denied' : outcome
}

export const milestoneNames = { first_failure: 'first failure', first_alert: 'first alert', last_failure: 'last failure', first_success_after: 'first success after it' } as const

/** `type:id`, as far as it is known. */
export function targetOf({ target }: Pick<TimelineRecordView, 'target'>): string {
  return [target.type, target.id].filter((word) => word !== '').join(':')
}

const linkNames: Readonly<Record<string, string>> = {
  request_id: 'same request', trace_id: 'same trace', session_id: 'same session', delivery_id: 'same delivery', idempotency_key: 'same idempotency key', fingerprint: 'same payload', watch: 'alert',
}

/** Why the record is in the story; empty when it matched the question itself. */
export function reasonThere({ via }: Pick<TimelineRecordView, 'via'>): string {
  return via.link === 'query' ? '' : linkNames[via.link] ?? via.link
}

// Finds what a failure is to be compared with: in the story itself, or else among the successes of the same action that
// the collector knows, around the failure.

import { compareRecords, failedLast, isFailure, nearestSuccess } from '../query/timeline/compare.ts'
import type { TimelineAnswer, TimelineRecordView } from '../query/timeline/answer.ts'
import type { Comparison } from '../query/timeline/compare.ts'
import type { Client } from './client.ts'

export interface Compared {
  readonly comparison?: Comparison
  /** Why there is none. */
  readonly missing?: 'records' | 'failure' | 'success'
}

const candidatesEach = 100

export async function compareIn(client: Client, answer: TimelineAnswer): Promise<Compared> {
  const failure = failedLast(answer.records)
  if (failure === undefined) return { missing: answer.records.length === 0 ? 'records' : 'failure' }
  const success = nearestSuccess(failure, answer.records.filter((record) => !isFailure(record))) ?? nearestSuccess(failure, await candidates(client, failure))
  return success === undefined ? { missing: 'success' } : { comparison: compareRecords(failure, success, answer.records) }
}

/** Those that share the target, the actor and the integration, each before and after: the first kind that has any is enough. */
async function candidates(client: Client, failure: TimelineRecordView): Promise<readonly TimelineRecordView[]> {
  const shared = { target: failure.target.id, actor: failure.actor.id, integration: failure.integration }
  for (const [name, id] of Object.entries(shared)) {
    if (id === '') continue
    const ask = async (window: Record<string, string>): Promise<readonly TimelineRecordView[]> => {
      const question = new URLSearchParams({ [name]: id, action: failure.action, outcome: 'success', related: 'false', fold: 'false', limit: String(candidatesEach), ...window })
      return (await (await client.get(`/v1/timeline?${question.toString()}`)).json() as TimelineAnswer).records
    }
    const found = [...await ask({ to: failure.occurredAt }), ...await ask({ from: failure.occurredAt })]
    if (nearestSuccess(failure, found) !== undefined) return found
  }
  return []
}

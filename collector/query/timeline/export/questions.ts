// What the records do not say, as questions for the review: each comes from something that is missing, not from a guess
// about the cause.

import { outcomeOf, shortcomings, targetOf } from './story.ts'
import { readableDuration } from './text.ts'
import type { TimelineAnswer, TimelineRecordView } from '../answer.ts'

/** A page of questions is not read. */
const mostOfAKind = 5

export function openQuestions(answer: TimelineAnswer): string[] {
  const { records, gaps, skew, milestones } = answer
  const failed = records.filter((record) => ['failure', 'denied'].includes(outcomeOf(record)))
  return [
    ...(failed.length > 0 && !milestones.some(({ kind }) => kind === 'first_success_after') ? ['Is it over? No success follows the last failure.'] : []),
    ...(failed.length > 0 && !milestones.some(({ kind }) => kind === 'first_alert') ? ['Who noticed, and how? No alert is in this timeline.'] : []),
    ...failed.filter(({ reason, errorType }) => reason === undefined && errorType === undefined).slice(0, mostOfAKind).map((record) => `Why did ${deed(record)} end as ${outcomeOf(record)}? The record gives no reason.`),
    ...gaps.slice(0, mostOfAKind).map((gap) => `What happened at ${gap.integration} between ${gap.from.slice(11, 19)} and ${gap.to.slice(11, 19)}?`),
    ...skew.filter(({ offsetMs, uncertaintyMs }) => Math.abs(offsetMs) > uncertaintyMs + 1000).slice(0, mostOfAKind).map(({ source, reference, offsetMs }) => `Is the order right? The clocks of ${source} and ${reference} are ${readableDuration(offsetMs)} apart.`),
    ...records.filter(({ incomplete }) => incomplete !== undefined).slice(0, mostOfAKind).map((record) => `What belongs in ${record.incomplete!.join(', ')} of ${deed(record)}? The sender left it out.`),
    ...(records.some(({ masked }) => masked !== undefined) ? ['What do the masked fields say? Whoever exported this may not see them.'] : []),
    ...shortcomings(answer).slice(0, mostOfAKind).map((text) => `What is missing? ${text}`),
  ]
}

function deed(record: TimelineRecordView): string {
  return [record.action, targetOf(record), `at ${record.occurredAt.slice(11, 19)}`].filter((word) => word !== '').join(' ')
}

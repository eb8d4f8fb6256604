// What changed between a failure and a success, for people.

import { readableDuration } from '../../query/timeline/export/text.ts'
import { printable } from '../table.ts'
import { clockOf, dayOf, millisecondsOf } from './clock.ts'
import { grid } from './grid.ts'
import { cellsOf } from './timeline.ts'
import type { Comparison } from '../../query/timeline/compare.ts'
import type { TimelineRecordView } from '../../query/timeline/answer.ts'
import type { Compared } from '../timeline-compare.ts'
import type { Column, Row } from './grid.ts'
import type { Screen } from './screen.ts'
import type { TimelineLook } from './timeline.ts'

const missing: Readonly<Record<NonNullable<Compared['missing']>, string>> = {
  records: 'No records match. Is the id right, and the key of the right workspace and environment?',
  failure: 'Nothing failed in this story: there is nothing to compare.',
  success: 'No success of the same action is known for the same target, actor or integration: there is nothing to compare with.',
}

const payloads: Readonly<Record<Comparison['payload'], string>> = {
  same: 'The payload was the same, by its fingerprint.', different: 'The payload was another one, by its fingerprint.', unknown: 'Whether the payload was the same is not known.',
}

export function renderComparison({ comparison, missing: why }: Compared, look: TimelineLook, screen: Screen): string {
  if (comparison === undefined) return `${missing[why ?? 'success']}\n`
  const { failure, success, shared, differences, payload, notCompared, between } = comparison
  const span = millisecondsOf(success.occurredAt) - millisecondsOf(failure.occurredAt)
  const title = `${printable(failure.action)}: the failure, and the ${span >= 0 ? `first comparable success, ${readableDuration(span)} after it` : `nearest success, ${readableDuration(span)} before it`} (same ${['action', ...shared].join(', ')})`
  return `${screen.paint('bold', title)}\n\n${recordsGrid(span >= 0 ? [failure, ...between, success] : [success, ...between, failure], look, screen)}
${differences.length === 0 ? 'No field differs.\n' : differencesGrid(comparison, screen)}
${payloads[payload]}
${notCompared.length === 0 ? '' : `Not compared, since you may not see them: ${notCompared.map(printable).join(', ')}.\n`}${between.length === 0 ? '' : `${screen.paint('yellow', `In between, ${between.length === 1 ? 'this happened' : `${between.length} other things happened`}: see the rows in the middle.`)}\n`}`
}

const recordColumns: readonly Column[] = [
  { title: 'TIME' }, { title: 'INTEGRATION', least: 8 }, { title: 'ACTOR', least: 10 }, { title: 'ACTION', least: 6 }, { title: 'TARGET', least: 10 }, { title: 'OUTCOME' }, { title: 'TRY' }, { title: 'REASON', least: 14 },
]

function recordsGrid(records: readonly TimelineRecordView[], look: TimelineLook, screen: Screen): string {
  const first = records[0]!
  const clock = clockOf(look.time, first.occurredAt, new Set(records.map(({ occurredAt }) => dayOf(look.time, occurredAt))).size === 1)
  return grid(recordColumns, records.map((record) => ({ cells: cellsOf(record, clock).slice(0, recordColumns.length) })), screen)
}

function differencesGrid({ differences }: Comparison, screen: Screen): string {
  const rows: Row[] = differences.map(({ field, failure, success }) => ({ cells: [
    { text: printable(field) }, { text: printable(failure ?? '–'), style: 'red' as const }, { text: printable(success ?? '–'), style: 'green' as const },
  ] }))
  return grid([{ title: 'WHAT DIFFERS', least: 12 }, { title: 'IN THE FAILURE', least: 16 }, { title: 'IN THE SUCCESS', least: 16 }], rows, screen)
}

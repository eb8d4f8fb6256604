// A story for people: who did what, when, how it ended and why it is here, with silences where they were.

import { gapText } from '../../query/timeline/export/markdown.ts'
import { milestoneNames, momentsOf, outcomeOf, reasonThere, targetOf } from '../../query/timeline/export/story.ts'
import { readableDuration } from '../../query/timeline/export/text.ts'
import { printable } from '../table.ts'
import { clockOf, dayOf, millisecondsOf, utcText } from './clock.ts'
import { grid } from './grid.ts'
import { chainOf, recordsById } from './why.ts'
import type { Gap, TimelineAnswer, TimelineRecordView } from '../../query/timeline/answer.ts'
import type { Clock, ClockKind } from './clock.ts'
import type { Cell, Column, Row } from './grid.ts'
import type { Screen, Style } from './screen.ts'

export interface TimelineLook {
  readonly time: ClockKind
  /** Under each record the chain of links that leads to it. */
  readonly why: boolean
}

const columns: readonly Column[] = [
  { title: 'TIME' }, { title: 'INTEGRATION', least: 8 }, { title: 'ACTOR', least: 10 }, { title: 'ACTION', least: 6 }, { title: 'TARGET', least: 10 },
  { title: 'OUTCOME' }, { title: 'TRY' }, { title: 'REASON', least: 14 }, { title: 'MILESTONE' }, { title: 'FOUND BY', least: 8 },
]

/** Of a terminal that is too narrow for all of them: the rest stands below each row. */
const fewColumns: readonly Column[] = [{ title: 'TIME' }, { title: 'ACTION', least: 6 }, { title: 'TARGET', least: 8 }, { title: 'OUTCOME' }, { title: 'TRY' }, { title: 'MILESTONE', least: 6 }]
const wideFrom = 120

export const outcomeStyles: Readonly<Record<string, Style>> = { success: 'green', failure: 'red', denied: 'magenta' }

export function renderTimeline(answer: TimelineAnswer, look: TimelineLook, screen: Screen): string {
  const { records } = answer
  if (records.length === 0) return 'No records match. Is the id right, and the key of the right workspace and environment?\n'
  const first = records[0]!
  const clock = clockOf(look.time, first.occurredAt, new Set(records.map(({ occurredAt }) => dayOf(look.time, occurredAt))).size === 1)
  const heading = `${dayOf(look.time, first.occurredAt)}, ${count(records)}, workspace ${printable(first.workspace)}, environment ${printable(first.environment)}, ${clock.meaning}`
  const notes = notesOf(answer).map((note) => `\n${screen.paint('yellow', note)}`)
  return `${screen.paint('bold', heading)}\n\n${grid(screen.width < wideFrom ? fewColumns : columns, timelineRows(answer, look, clock, screen), screen)}${notes.join('')}${notes.length === 0 ? '' : '\n'}${completenessOf(answer, screen)}`
}

function timelineRows(answer: TimelineAnswer, look: TimelineLook, clock: Clock, screen: Screen): Row[] {
  const byId = look.why ? recordsById(answer.records) : undefined
  return [...momentsOf(answer)].map((moment) => {
    if (moment.kind === 'gap') return { line: gapLine(moment.gap), style: 'yellow' }
    const { record } = moment
    const chain = byId === undefined ? [] : chainOf(record, byId).map((line, i) => `${i === 0 ? '└' : ' '} ${line}`)
    const cells = cellsOf(record, clock)
    if (screen.width >= wideFrom) return { cells, under: chain }
    const [time, integration, actor, action, target, outcome, tries, reason, milestone, foundBy] = cells as [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell]
    return { cells: [time, action, target, outcome, tries, milestone], under: [[integration, actor, reason, foundBy].map(({ text }) => text).filter((text) => text !== '').join(' · '), ...chain] }
  })
}

export function cellsOf(record: TimelineRecordView, clock: Clock): Cell[] {
  const outcome = outcomeOf(record)
  const target = targetOf(record)
  return [
    { text: clock.show(record.occurredAt) }, { text: printable(record.integration) }, { text: printable(record.actor.id) }, { text: printable(record.action) }, { text: target === '' ? '–' : printable(target) },
    { text: printable(outcome), style: outcomeStyles[outcome] ?? 'yellow' }, { text: triesOf(record) }, { text: printable(record.reason ?? record.errorType ?? '') },
    { text: (record.milestones ?? []).map((kind) => `← ${milestoneNames[kind]}`).join(', '), style: 'bold' }, { text: printable(reasonThere(record)), style: 'dim' },
  ]
}

/** `#2`; of a folded row how many there were and how long they went on. */
function triesOf({ attempt, folded }: TimelineRecordView): string {
  if (folded === undefined) return attempt === undefined ? '' : `#${attempt}`
  return `×${folded.count + 1} over ${readableDuration(millisecondsOf(folded.lastOccurredAt) - millisecondsOf(folded.firstOccurredAt))}`
}

function gapLine(gap: Gap): string {
  if (gap.kind === 'missing') return `— ${gapText(gap)} from ${printable(gap.integration)} —`
  return `— ${gap.minutes} min without a record from ${printable(gap.integration)} (usually every ${gap.expectedMinutes} min) —`
}

function count(records: readonly TimelineRecordView[]): string {
  const all = records.reduce((sum, { folded }) => sum + 1 + (folded?.count ?? 0), 0)
  return `${all} record${all === 1 ? '' : 's'}${all === records.length ? '' : ` in ${records.length} rows`}`
}

function notesOf({ truncated, complete, stopped, older, notFollowed, skew, completeness }: TimelineAnswer): string[] {
  return [
    ...(truncated ? ['Only the newest records are shown: raise --limit or narrow the window.'] : older === undefined ? [] : ['There are older records: --cursor goes on there, with the value of `older` in --json.']),
    ...(stopped === undefined ? [] : [`The search for related records ended at its limit of ${stopped}.`]),
    ...(complete ? [] : ['The store is still taking in what was acknowledged: ask again for the rest.']),
    ...notFollowed.map(({ link, id, records }) => `Not followed: ${printable(link)} ${printable(id)} is shared by ${records} records.`),
    ...skew.map(({ source, reference, offsetMs, uncertaintyMs, pairs }) => `The clock of ${printable(source)} is ${readableDuration(offsetMs)} ${offsetMs < 0 ? 'behind' : 'ahead of'} ${printable(reference)} (± ${readableDuration(uncertaintyMs)}, from ${pairs} pair${pairs === 1 ? '' : 's'}); no time was corrected.`),
    ...completeness.sources.filter(({ silent }) => silent).map(({ integration, newestOccurredAt }) => `${printable(integration)} is silent since ${utcText(newestOccurredAt)} UTC.`),
  ]
}

function completenessOf({ completeness, complete }: TimelineAnswer, screen: Screen): string {
  return complete ? `\n${screen.paint('dim', `All sources drained up to ${utcText(completeness.drainedUpTo)} UTC.`)}\n` : `\n${screen.paint('dim', `Drained up to ${utcText(completeness.drainedUpTo)} UTC.`)}\n`
}

// For a review: what happened, in a table that people can edit, with what is not known named as such. Everything that a
// sender wrote is text and nothing else: no markup, no HTML, no link, no mention.

import { oneLine, readableDuration, readableTime } from './text.ts'
import { milestoneNames, momentsOf, outcomeOf, reasonThere, shortcomings, targetOf } from './story.ts'
import { openQuestions } from './questions.ts'
import { tallyActors } from './tally.ts'
import type { Gap, TimelineAnswer, TimelineRecordView } from '../answer.ts'
import type { Exporter } from './exporter.ts'

export const markdown: Exporter = {
  contentType: 'text/markdown; charset=utf-8',
  extension: 'md',
  * write(answer, { parameters = [] } = {}) {
    yield heading(answer, parameters)
    yield milestones(answer)
    yield '\n## What happened\n\nTimes are UTC, as each sender’s clock had them.\n\n'
    yield row(['Time', 'Integration', 'Who', 'What', 'To what', 'How it ended', 'Why', 'Found by']) + row(Array.from({ length: 8 }, () => '---'))
    for (const moment of momentsOf(answer)) yield moment.kind === 'record' ? recordRow(moment.record) : row([readableTime(moment.gap.from), escape(moment.gap.integration), `*${gapText(moment.gap)}*`, '', '', '', '', ''])
    yield actors(answer)
    yield clocks(answer)
    yield section('Open questions', openQuestions(answer).map((question) => `- [ ] ${escape(question)}`))
  },
}

function heading({ records, completeness }: TimelineAnswer, parameters: readonly string[]): string {
  const first = records[0]
  const last = records.at(-1)
  const tenant = first === undefined ? [] : [`- Workspace ${escape(first.workspace)}, environment ${escape(first.environment)}`]
  const span = first === undefined ? ['- No records match.'] : [`- From ${readableTime(first.occurredAt)} to ${readableTime(last!.occurredAt)} UTC, ${records.length} records${folded(records)}`]
  const asked = parameters.length === 0 ? [] : [`- Asked by ${parameters.map(escape).join(', ')}`]
  return `# Timeline\n\n${[...span, ...tenant, ...asked, `- Complete up to ${readableTime(completeness.drainedUpTo)} UTC`].join('\n')}\n`
}

function folded(records: readonly TimelineRecordView[]): string {
  const count = records.reduce((sum, record) => sum + (record.folded?.count ?? 0), 0)
  return count === 0 ? '' : `, which stand for ${count} more`
}

function milestones({ milestones: found }: TimelineAnswer): string {
  return section('Milestones', found.map(({ kind, occurredAt, afterMs }) => `- **${milestoneNames[kind]}** ${readableTime(occurredAt)}${afterMs === 0 ? '' : `, ${readableDuration(afterMs)} after the first failure`}`))
}

function recordRow(record: TimelineRecordView): string {
  const marks = (record.milestones ?? []).map((kind) => ` **← ${milestoneNames[kind]}**`).join('')
  const repeats = record.folded === undefined ? '' : ` (×${record.folded.count + 1} until ${readableTime(record.folded.lastOccurredAt).slice(11)})`
  const attempt = record.attempt === undefined ? '' : ` #${record.attempt}`
  const why = [record.reason, record.errorType].filter((text) => text !== undefined && text !== '').map((text) => escape(text!)).join(' · ')
  return row([
    readableTime(record.occurredAt), escape(record.integration), escape(record.actor.id), `${escape(record.action)} (${escape(record.event)})`, escape(targetOf(record)),
    `${escape(outcomeOf(record))}${attempt}${repeats}${marks}`, why, reasonThere(record),
  ])
}

function actors(answer: TimelineAnswer): string {
  return section('Who did what, and why', tallyActors(answer.records).map(({ actor, type, deeds }) =>
    `- **${escape(actor)}** (${escape(type)}): ${deeds.map(({ what, outcomes, reasons }) => `${escape(what)}: ${outcomes.map(([outcome, count]) => `${count} ${escape(outcome)}`).join(', ')}${reasons.length === 0 ? '' : `, because “${reasons.map(escape).join('”, “')}”`}`).join('; ')}`))
}

function clocks({ skew, gaps, ...answer }: TimelineAnswer): string {
  return section('Gaps, clocks and completeness', [
    ...gaps.map((gap) => `- ${readableTime(gap.from)}: ${gapText(gap)} (${escape(gap.integration)})`),
    ...skew.map(({ source, reference, offsetMs, uncertaintyMs, pairs }) => `- The clock of ${escape(source)} is about ${readableDuration(offsetMs)} ${offsetMs < 0 ? 'behind' : 'ahead of'} ${escape(reference)} (± ${readableDuration(uncertaintyMs)}, ${pairs} pairs); no time was corrected`),
    ...shortcomings({ ...answer, skew, gaps }).map((text) => `- ${escape(text)}`),
  ])
}

export function gapText({ kind, minutes, expectedMinutes, missing }: Gap): string {
  return kind === 'missing' ? `${missing ?? 'some'} numbered records are missing` : `${minutes} min without a record, usually every ${expectedMinutes} min`
}

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n## ${title}\n\n${lines.join('\n')}\n`
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`
}

/** All that means something in Markdown, in HTML, or to those who make links of addresses and mentions; in one pass, since what is put in means something too. */
export function escape(text: string): string {
  return oneLine(text).replace(/[&<>@]|:\/\/|\bwww\.|[\\`*_{}[\]()#!|~$^"]|^[-+]/gi, (found) => {
    if (found.length > 1) return found.replace(/[:.]/, (character) => `&#${character.charCodeAt(0)};`)
    return '&<>@'.includes(found) ? `&#${found.charCodeAt(0)};` : `\\${found}`
  })
}

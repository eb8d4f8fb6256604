// The version for a customer, as a page and as JSON. See customer-entries.ts for what may be in it.

import { entriesOf } from './customer-entries.ts'
import { escape, row } from './markdown.ts'
import { readableDuration } from './text.ts'
import type { TimelineAnswer } from '../answer.ts'
import type { CustomerEntry } from './customer-entries.ts'
import type { CustomerField, Exporter } from './exporter.ts'

const titles: Readonly<Record<CustomerField, string>> = { attempt: 'Attempt', duration: 'Took', error: 'Error', reason: 'Reason', target: 'Concerning' }

export const customer: Exporter = {
  contentType: 'text/markdown; charset=utf-8',
  extension: 'md',
  * write(answer, options = {}) {
    const fields = options.fields ?? []
    yield '# What happened\n\nAll times are UTC.\n'
    let isEmpty = true
    for (const entry of entriesOf(answer, options)) {
      if (isEmpty) yield `\n${row(['Time', 'What', 'By', 'Result', ...fields.map((field) => titles[field])])}${row(Array.from({ length: 4 + fields.length }, () => '---'))}`
      isEmpty = false
      yield row([timesOf(entry), `${escape(entry.what)}${entry.steps > 1 ? ` (${entry.steps} steps)` : ''}`, entry.by, `${entry.result}${entry.mark === undefined ? '' : ` **← ${entry.mark}**`}`, ...fields.map((field) => shown(entry, field))])
    }
    if (isEmpty) yield '\nNothing was found.\n'
    if (isPartial(answer)) yield '\nThis is not the whole story: more is known or is still coming in.\n'
  },
}

export const customerJson: Exporter = {
  contentType: 'application/json; charset=utf-8',
  extension: 'json',
  * write(answer, options = {}) {
    yield `{\n"timeZone": "UTC",\n"partial": ${isPartial(answer)},\n"entries": [`
    let between = ''
    for (const entry of entriesOf(answer, options)) {
      yield `${between}\n${JSON.stringify(entry)}`
      between = ','
    }
    yield '\n]\n}\n'
  },
}

function isPartial({ truncated, complete, stopped, older }: TimelineAnswer): boolean {
  return truncated || !complete || stopped !== undefined || older !== undefined
}

function timesOf({ time, until }: CustomerEntry): string {
  return until === undefined ? timeOf(time) : `${timeOf(time)} – ${timeOf(until).slice(until.slice(0, 10) === time.slice(0, 10) ? 11 : 0)}`
}

function timeOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`
}

function shown(entry: CustomerEntry, field: CustomerField): string {
  const value = entry[field]
  return value === undefined ? '' : field === 'duration' ? readableDuration(value as number) : escape(String(value))
}

// The chain of links that leads from the question to a record: why it is in the story at all.

import { printable } from '../table.ts'
import type { TimelineRecordView } from '../../query/timeline/answer.ts'

/** Links follow links a few times at most; a longer chain would be a loop. */
const longest = 10

export function chainOf(record: TimelineRecordView, byId: ReadonlyMap<string, TimelineRecordView>): string[] {
  const lines: string[] = []
  let at: TimelineRecordView | undefined = record
  for (let steps = 0; at !== undefined && steps < longest; steps += 1) {
    const via: TimelineRecordView['via'] = at.via
    if (via.link === 'query') return [...lines, lines.length === 0 ? 'matches the question' : `  ${at.id === '' ? 'it' : printable(at.id)} matches the question`]
    const from: TimelineRecordView | undefined = 'from' in via ? byId.get(via.from) : undefined
    lines.push(`${lines.length === 0 ? '' : '  '}shares ${via.link.replaceAll('_', ' ')} ${printable(via.id)} with ${from === undefined ? 'a record that is not shown' : describe(from)}`)
    at = from
  }
  return lines
}

/** Also what was folded: a chain may lead through an attempt that is not a row of its own. */
export function recordsById(records: readonly TimelineRecordView[]): Map<string, TimelineRecordView> {
  return new Map(records.flatMap((record) => [...(record.folded?.recordIds ?? []), record.id].map((id) => [id, record] as const)))
}

function describe(record: TimelineRecordView): string {
  return `${printable(record.actor.id)} ${printable(record.action)} at ${record.occurredAt.slice(11, 23)} (${printable(record.id)})`
}

// blotter timeline --follow: asks the same question again and again and prints each record once. The whole question, and
// not only what is newer than the last record: records come late, and a story grows at links that old records hold.

import { clockOf, dayOf } from './render/clock.ts'
import { screenOf } from './render/screen.ts'
import { cellsOf, renderTimeline } from './render/timeline.ts'
import { ClientError } from './client.ts'
import { insist, pause, untilInterrupted } from './poll.ts'
import type { TimelineAnswer, TimelineRecordView } from '../query/timeline/answer.ts'
import type { Client } from './client.ts'
import type { Screen } from './render/screen.ts'
import type { TimelineLook } from './render/timeline.ts'

export interface FollowOptions {
  readonly look: TimelineLook
  readonly json: boolean
  readonly signal?: AbortSignal
  readonly write?: (text: string) => void
  readonly pollMs?: number
}

/** A record that falls out of the answer comes back only by a change of the window: more ids than two answers hold need not be remembered. */
const mostRemembered = 50_000
const answerTimeoutMs = 30_000

export async function followTimeline(client: Client, question: URLSearchParams, options: FollowOptions): Promise<number> {
  const { look, json, signal = untilInterrupted(), write = (text) => { process.stdout.write(text) }, pollMs = 1000 } = options
  question.set('fold', 'false') // a fold changes as it grows, and what is printed stays
  const screen = screenOf()
  const printed = new Set<string>()
  let first: string | undefined
  let isWaiting = false
  while (!signal.aborted) {
    const answer = await insist(() => ask(client, question, signal), signal)
    if (answer === undefined) break
    if (answer.records.length === 0 && printed.size === 0 && !isWaiting) process.stderr.write('blotter: nothing yet; waiting for records …\n')
    isWaiting = true
    const fresh = answer.records.filter(({ id }) => !printed.has(id))
    if (answer.truncated && first !== undefined && fresh.length === answer.records.length) process.stderr.write('blotter: more came in than one answer holds; some records were passed over. Raise --limit or narrow the question.\n')
    if (fresh.length > 0) write(json ? fresh.map((record) => `${JSON.stringify(record)}\n`).join('') : first === undefined ? renderTimeline(answer, look, screen) : rowsOf(fresh, first, look, screen))
    first ??= fresh[0]?.occurredAt
    remember(printed, fresh)
    if (!(await pause(pollMs, signal))) break
  }
  return 0
}

async function ask(client: Client, question: URLSearchParams, signal: AbortSignal): Promise<TimelineAnswer> {
  const response = await client.get(`/v1/timeline?${question.toString()}`, AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]))
  return await response.json().catch(() => { throw new ClientError('the collector broke off its answer', true) }) as TimelineAnswer
}

/** Without titles and widths of their own: what comes later cannot move what stands there already. */
function rowsOf(records: readonly TimelineRecordView[], first: string, look: TimelineLook, screen: Screen): string {
  const clock = clockOf(look.time, first, records.every(({ occurredAt }) => dayOf(look.time, occurredAt) === dayOf(look.time, first)))
  return records.map((record) => `${cellsOf(record, clock).filter(({ text }) => text !== '').map(({ text, style }) => (style === undefined ? text : screen.paint(style, text))).join('  ')}\n`).join('')
}

function remember(printed: Set<string>, records: readonly TimelineRecordView[]): void {
  for (const { id } of records) printed.add(id)
  for (const id of printed) {
    if (printed.size <= mostRemembered) break
    printed.delete(id)
  }
}

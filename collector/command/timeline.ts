// blotter timeline

import { styleText } from 'node:util'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { printable, table } from './table.ts'
import type { RecordView } from '../query/view.ts'
import type { Command, Flags } from './flags.ts'

const filters = ['request-id', 'trace-id', 'session-id', 'delivery-id', 'idempotency-key', 'actor', 'target', 'fingerprint', 'record-id', 'integration', 'from', 'to', 'limit']

export const command: Command = {
  help: `blotter timeline: who did what, when and why, in order, and how it ended.

Start from what you have (several must all hold):
  --request-id ID  --trace-id ID  --session-id ID  --delivery-id ID  --idempotency-key K  --record-id ID
  --actor ID  --target ID  --fingerprint F  --integration NAME
  --last 15m                    the last while; or
  --from TIME --to TIME         2026-11-24T06:10:34Z, 2026-11-24, now, or how long ago: 15m, 24h, 7d

  --only       what matches itself, without what shares a request, trace, delivery or payload with it
  --limit N    records at most (default 500)
  --json       the answer as JSON
${clientHelp}
Example: blotter timeline --request-id req_8f2c
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, [...filters, 'last', ...clientFlags], ['json', 'only'])
    noMore(rest)
    const response = await createClient(flags).get(`/v1/timeline?${parametersOf(flags).toString()}`)
    const answer = await response.json() as TimelineAnswer
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : renderTimeline(answer))
    return 0
  },
}

export interface TimelineAnswer {
  readonly records: readonly RecordView[]
  readonly truncated: boolean
  readonly complete: boolean
  readonly notFollowed: readonly { readonly link: string; readonly id: string; readonly records: number }[]
}

function parametersOf(flags: Flags): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const filter of filters) {
    const value = textFlag(flags, filter)
    if (value !== undefined) parameters.set(filter.replaceAll('-', '_'), value)
  }
  const last = textFlag(flags, 'last')
  if (last !== undefined && (parameters.has('from') || parameters.has('to'))) throw new UsageError('say --last, or --from and --to')
  if (last !== undefined) parameters.set('from', last)
  if (flags['only'] === true) parameters.set('related', 'false')
  if ([...parameters.keys()].every((name) => name === 'limit' || name === 'related')) throw new UsageError('say what to start from, such as --request-id ID or --last 15m; see --help')
  return parameters
}

export function renderTimeline({ records, truncated, complete, notFollowed }: TimelineAnswer): string {
  if (records.length === 0) return 'No records match. Is the id right, and the key of the right workspace and environment?\n'
  const paint = (format: Parameters<typeof styleText>[0], text: string): string => styleText(format, text, { stream: process.stdout })
  const first = records[0]!
  const sameDay = records.every(({ occurredAt }) => occurredAt.slice(0, 10) === first.occurredAt.slice(0, 10))
  const rows = records.map((record) => [
    sameDay ? record.occurredAt.slice(11, 23) : `${record.occurredAt.slice(0, 10)} ${record.occurredAt.slice(11, 23)}`,
    printable(record.integration),
    printable(record.actor.id),
    printable(record.action),
    printable([record.target.type, record.target.id].filter((word) => word !== '').join(':') || '–'),
    outcomeOf(record, paint),
    record.attempt === undefined ? '' : `#${record.attempt}`,
    printable(record.reason ?? record.errorType ?? ''),
    paint('dim', viaOf(record)),
  ])
  const span = `${first.occurredAt.slice(0, 10)}, ${records.length} record${records.length === 1 ? '' : 's'}, workspace ${first.workspace}, environment ${first.environment}, times in UTC`
  const notes = [
    ...(truncated ? ['Only the newest records are shown: raise --limit or narrow the window.'] : []),
    ...(complete ? [] : ['The store is still taking in what was acknowledged: ask again for the rest.']),
    ...notFollowed.map(({ link, id, records: count }) => `Not followed: ${link} ${printable(id)} is shared by ${count} records.`),
  ]
  return `${paint('bold', span)}\n\n${table(['TIME', 'INTEGRATION', 'ACTOR', 'ACTION', 'TARGET', 'OUTCOME', 'TRY', 'REASON', 'FOUND BY'], rows)}${notes.map((note) => `\n${paint('yellow', note)}`).join('')}${notes.length > 0 ? '\n' : ''}`
}

const colours = { success: 'green', failure: 'red', denied: 'magenta', unknown: 'yellow' } as const

function outcomeOf({ outcome, decision }: RecordView, paint: (format: Parameters<typeof styleText>[0], text: string) => string): string {
  const word = decision === 'deny' ? 'denied' : outcome
  return paint(colours[word as keyof typeof colours] ?? 'yellow', printable(word))
}

const linkNames: Record<string, string> = {
  request_id: 'same request', trace_id: 'same trace', delivery_id: 'same delivery', idempotency_key: 'same idempotency key', fingerprint: 'same payload',
}

function viaOf({ via }: RecordView): string {
  return via.link === 'query' ? '' : linkNames[via.link] ?? via.link
}

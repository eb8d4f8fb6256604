// blotter search

import { clockKinds } from './render/clock.ts'
import { entryJson, renderEntry, timeText } from './render/entries.ts'
import { screenOf } from './render/screen.ts'
import { renderMatrix, renderVector } from './render/series.ts'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, readFlags, textFlag } from './flags.ts'
import { numberFlag, readQuery, timeFlag, windowFlags, windowHelp, windowOf } from './logql-question.ts'
import { outputHelp, writeOutput } from './output.ts'
import { entriesOf } from './loki-answer.ts'
import type { Window } from '../query/logql/entry.ts'
import type { Command, Flags } from './flags.ts'
import type { LokiData } from './loki-answer.ts'
import type { ClockKind } from './render/clock.ts'
import type { EntriesLook, LogEntry } from './render/entries.ts'
import type { Screen } from './render/screen.ts'

export const command: Command = {
  help: `blotter search: records by LogQL, as Grafana and logcli ask for them.

  blotter search '{service_name="shop"} |= "timeout"'
  blotter search 'sum by (blotter_integration) (count_over_time({service_name=~".+"}[5m]))' --last 24h

${windowHelp}  --at TIME               a metric query at one moment, instead of over time
  --step 1m               between two values of a metric query (default: a 250th of the window)
  --limit N               entries at most (default 100)
  --direction D           forward: the oldest ones; backward: the newest, newest first (default: the newest, oldest first)

  --labels     under each line all its labels
  --raw        the lines alone
  --json       one entry or series a line, as JSON
  --time utc|local|relative     (default utc)
${outputHelp}${clientHelp}
Exit code 1: nothing was found.
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, [...windowFlags, 'at', 'step', 'limit', 'direction', 'time', 'output', ...clientFlags], ['labels', 'raw', 'json', 'force'])
    const screen: Screen = textFlag(flags, 'output') === undefined ? screenOf() : { width: Number.POSITIVE_INFINITY, paint: (_, text) => text }
    const { query, expression } = readQuery(rest, screenOf(process.stderr))
    if (expression.kind === 'log' && textFlag(flags, 'at') !== undefined) throw new UsageError('--at goes with a metric query, such as count_over_time({…}[5m])')
    const client = createClient(flags)
    const window = windowOf(flags, Date.now())
    const path = pathOf(query, flags, window)
    let found = 0
    await writeOutput(flags, async () => {
      const { data } = await (await client.get(path)).json() as { data: LokiData }
      found = data.resultType === 'scalar' ? 1 : data.result.length
      return render(data, flags, window, screen)
    })
    return found > 0 ? 0 : 1
  },
}

function pathOf(query: string, flags: Flags, { fromNano, toNano }: Window): string {
  const at = timeFlag(flags, 'at', Date.now())
  if (at !== undefined) return `/loki/api/v1/query?${new URLSearchParams({ query, time: String(at) }).toString()}`
  const parameters = new URLSearchParams({ query, start: String(fromNano), end: String(toNano), limit: String(numberFlag(flags, 'limit', 100, 5000)), direction: directionOf(flags) ?? 'backward' })
  const step = textFlag(flags, 'step')
  if (step !== undefined) parameters.set('step', step)
  return `/loki/api/v1/query_range?${parameters.toString()}`
}

function directionOf(flags: Flags): string | undefined {
  const direction = textFlag(flags, 'direction')
  if (direction !== undefined && direction !== 'forward' && direction !== 'backward') throw new UsageError('--direction is forward or backward')
  return direction
}

export function lookOf(flags: Flags): EntriesLook {
  const time = textFlag(flags, 'time') ?? 'utc'
  if (!(clockKinds as readonly string[]).includes(time)) throw new UsageError(`--time is one of ${clockKinds.join(', ')}`)
  return { time: time as ClockKind, labels: flags['labels'] === true, raw: flags['raw'] === true }
}

function* render(data: LokiData, flags: Flags, window: Window, screen: Screen): Generator<string> {
  const isJson = flags['json'] === true
  if (data.resultType === 'scalar') { yield `${isJson ? JSON.stringify(data.result) : data.result[1]}\n`; return }
  if (data.resultType === 'streams') { yield* entryLines(entriesOf(data.result), flags, screen); return }
  if (isJson) { for (const series of data.result) yield `${JSON.stringify(series)}\n`; return }
  if (data.result.length === 0) { yield nothing; return }
  yield data.resultType === 'vector' ? renderVector(data.result, screen) : renderMatrix(data.result, stepSecondsOf(data.result), screen)
  if (data.resultType === 'matrix') yield `\n${screen.paint('dim', `${timeText(window.fromNano).slice(0, 19)}Z to ${timeText(window.toNano).slice(0, 19)}Z`)}\n`
}

const nothing = 'Nothing was found in this time.\n'

function* entryLines(entries: readonly LogEntry[], flags: Flags, screen: Screen): Generator<string> {
  const shown = directionOf(flags) === 'backward' ? entries.toReversed() : entries
  const look = lookOf(flags)
  const first = entries.length === 0 ? '' : timeText(entries[0]!.timeNano)
  if (shown.length === 0 && flags['json'] !== true && !look.raw) yield nothing
  for (const entry of shown) yield flags['json'] === true ? entryJson(entry) : renderEntry(entry, look, first, screen)
}

/** The shortest distance between two values: the answer does not name its step. */
function stepSecondsOf(series: readonly { readonly values?: readonly (readonly [number, string])[] }[]): number {
  let shortest = Number.POSITIVE_INFINITY
  for (const { values = [] } of series) for (let i = 1; i < values.length; i += 1) shortest = Math.min(shortest, values[i]![0] - values[i - 1]![0])
  return Number.isFinite(shortest) && shortest > 0 ? shortest : 1
}

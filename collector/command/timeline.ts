// blotter timeline

import { renderComparison } from './render/comparison.ts'
import { clockKinds } from './render/clock.ts'
import { screenOf } from './render/screen.ts'
import { renderTimeline } from './render/timeline.ts'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { outputHelp, writeOutput } from './output.ts'
import { compareIn } from './timeline-compare.ts'
import { followTimeline } from './timeline-follow.ts'
import { questionFlags, questionOf } from './timeline-question.ts'
import type { TimelineAnswer } from '../query/timeline/answer.ts'
import type { Client } from './client.ts'
import type { Command, Flags } from './flags.ts'
import type { ClockKind } from './render/clock.ts'
import type { TimelineLook } from './render/timeline.ts'

export const command: Command = {
  help: `blotter timeline: who did what, when and why, in order, and how it ended.

Start from what you have (several must all hold):
  --request-id ID  --trace-id ID  --session-id ID  --delivery-id ID  --idempotency-key K  --record-id ID
  --actor ID  --target ID  --fingerprint F  --integration NAME
  --outcome success|failure|denied|unknown   --action EXECUTE   --event payment.refund,webhook.*
  --text WORDS                  in the event name, the body or any attribute; beside another of these, or a window
  --last 15m                    the last while; or
  --from TIME --to TIME         2026-11-24T06:10:34Z, 2026-11-24, now, or how long ago: 15m, 24h, 7d

What belongs to the story:
  --only       what matches itself, without what shares a request, trace, delivery or payload with it
  --depth N    how many links away a record may be (default 3)
  --unfold     each attempt and each repeat in a row of its own
  --limit N    records at most (default 500; exports 10000);  --cursor C  the page before, from "older" in --json

How it is shown:
  --time utc|local|relative     relative: since the first record (default utc)
  --why        under each record the links that lead to it
  --compare    what changed between the last failure and the nearest success of the same action
  --follow     goes on printing what comes in, also when the collector restarts; Ctrl-C ends it
  --json       the answer as JSON (with --follow one record a line; with --compare the comparison)
  --format F   json, ndjson, csv, markdown, timesketch, timesketch-jsonl, ocsf, ecs, customer, customer-json
  --share NAME,NAME  --fields attempt,duration,error,reason,target   what a customer may be told (default: no integration)
${outputHelp}${clientHelp}
Columns are cut to the width of a terminal; a pipe gets everything. Exit code 1: nothing was found.
Example: blotter timeline --request-id req_8f2c
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, [...questionFlags, 'last', 'time', 'format', 'share', 'fields', 'output', ...clientFlags], ['json', 'only', 'unfold', 'why', 'compare', 'follow', 'force'])
    noMore(rest)
    refuseMixed(flags)
    const client = createClient(flags)
    const look = lookOf(flags)
    if (flags['follow'] === true) return followTimeline(client, questionOf(flags), { look, json: flags['json'] === true })
    if (textFlag(flags, 'format') !== undefined) return exportTimeline(client, flags)
    let found = false
    await writeOutput(flags, async () => {
      const answer = await (await client.get(`/v1/timeline?${questionOf(flags).toString()}`)).json() as TimelineAnswer
      found = answer.records.length > 0
      if (flags['compare'] !== true) return [flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : renderTimeline(answer, look, screenFor(flags))]
      const compared = await compareIn(client, answer)
      found = compared.comparison !== undefined
      return [flags['json'] === true ? `${JSON.stringify(compared, null, 2)}\n` : renderComparison(compared, look, screenFor(flags))]
    })
    return found ? 0 : 1
  },
}

/** Each shows something else; two of them at once would show neither. */
function refuseMixed(flags: Flags): void {
  const shown = ['format', 'compare', 'follow'].filter((name) => flags[name] !== undefined && flags[name] !== false)
  if (shown.length > 1) throw new UsageError(`--${shown.join(' and --')} do not go together`)
  if (flags['follow'] === true && ['output', 'to', 'cursor'].some((name) => textFlag(flags, name) !== undefined)) throw new UsageError('--follow has no end: it takes no --to, --cursor and --output')
  if (flags['format'] !== undefined && flags['json'] === true) throw new UsageError('say --json or --format')
  if (flags['format'] === undefined && ['share', 'fields'].some((name) => textFlag(flags, name) !== undefined)) throw new UsageError('--share and --fields go with --format customer')
}

function lookOf(flags: Flags): TimelineLook {
  const time = textFlag(flags, 'time') ?? 'utc'
  if (!(clockKinds as readonly string[]).includes(time)) throw new UsageError(`--time is one of ${clockKinds.join(', ')}`)
  return { time: time as ClockKind, why: flags['why'] === true }
}

/** A file is no terminal, whatever stdout is. */
function screenFor(flags: Flags): ReturnType<typeof screenOf> {
  return textFlag(flags, 'output') === undefined ? screenOf() : { width: Number.POSITIVE_INFINITY, paint: (_, text) => text }
}

/** As the collector writes it, piece by piece. */
async function exportTimeline(client: Client, flags: Flags): Promise<number> {
  const question = questionOf(flags)
  for (const name of ['format', 'share', 'fields']) { const value = textFlag(flags, name); if (value !== undefined) question.set(name, value) }
  await writeOutput(flags, async () => (await client.get(`/v1/timeline?${question.toString()}`)).body ?? [])
  return 0
}

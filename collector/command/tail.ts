// blotter tail

import { entryJson, renderEntry, timeText } from './render/entries.ts'
import { screenOf } from './render/screen.ts'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, readFlags } from './flags.ts'
import { numberFlag, readQuery, timeFlag } from './logql-question.ts'
import { insist, pause, untilInterrupted, waits } from './poll.ts'
import { lookOf } from './search.ts'
import { createOnce } from './tail-once.ts'
import { readTail } from './tail-socket.ts'
import type { Command } from './flags.ts'
import type { EntriesLook, LogEntry } from './render/entries.ts'

export const command: Command = {
  help: `blotter tail: records as they come in, by LogQL.

  blotter tail '{service_name="shop"} |= "timeout"'

  --last 10m     begins that long ago (default: now)
  --limit N      of those at most (default 100)
  --delay N      seconds that it stays behind, for records that come late (0 to 5; default 0)
  --labels, --raw, --json, --time utc|local|relative     as blotter search has them
${clientHelp}
It connects again when the collector restarts, goes on where it was, and says so when entries were left out. Ctrl-C ends it.
`,
  async run(words) {
    const { flags, words: rest } = readFlags(words, ['last', 'limit', 'delay', 'time', ...clientFlags], ['labels', 'raw', 'json'])
    const { query, expression } = readQuery(rest, screenOf(process.stderr))
    if (expression.kind !== 'log') throw new UsageError('tail takes a log query; a metric query has no lines: see blotter search')
    const look = lookOf(flags)
    const client = createClient(flags)
    const signal = untilInterrupted()
    const startNano = timeFlag(flags, 'last', Date.now()) ?? BigInt(Date.now()) * 1_000_000n
    const once = createOnce(startNano)
    const print = createPrinter(look, flags['json'] === true)
    const question = { query, delaySeconds: delayOf(flags['delay']) }
    const limit = numberFlag(flags, 'limit', 100, mostEntries)
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      let isResumed = !isFirst && once.startNano !== startNano
      await insist(() => readTail(client, { ...question, startNano: once.startNano, limit: isFirst ? limit : mostEntries }, signal, ({ entries, dropped }) => {
        const fresh = entries.filter((entry) => once.isNew(entry))
        if (isResumed && fresh.length > 0 && fresh.length === entries.length) process.stderr.write('blotter: more came in meanwhile than one answer holds; entries may have been left out\n')
        isResumed = false
        for (const entry of fresh) print(entry)
        if (dropped > 0) process.stderr.write(`blotter: ${dropped} entries came faster than they could be sent, and were left out\n`)
      }), signal)
      await pause(waits.firstMs, signal)
    }
    return 0
  },
}

/** What the collector gives at once, as it is set when nobody set it. */
const mostEntries = 5000

function createPrinter(look: EntriesLook, isJson: boolean): (entry: LogEntry) => void {
  const screen = screenOf()
  let first: string | undefined
  return (entry) => {
    first ??= timeText(entry.timeNano)
    process.stdout.write(isJson ? entryJson(entry) : renderEntry(entry, look, first, screen))
  }
}

function delayOf(flag: string | boolean | undefined): number {
  if (flag === undefined) return 0
  if (typeof flag !== 'string' || !/^[0-5]$/.test(flag)) throw new UsageError('--delay is a number of seconds from 0 to 5')
  return Number(flag)
}

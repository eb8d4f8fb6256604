// blotter fingerprint: of a payload, asked of a running collector; and the epochs of the keys, which work on the data
// directory, also while the collector runs: a destroyed key does not come back, so whoever destroys it owns the files.

import { access, readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { destroy, list, rotate } from './fingerprint-epochs.ts'
import { UsageError, noMore, readFlags } from './flags.ts'
import { table } from './table.ts'
import { screenOf } from './render/screen.ts'
import { renderTimeline } from './render/timeline.ts'
import type { EpochFingerprint, LookUp } from '../fingerprint/look-up.ts'
import type { TimelineAnswer } from '../query/timeline/answer.ts'
import type { Client } from './client.ts'
import type { Command, Flags } from './flags.ts'

export const command: Command = {
  help: `blotter fingerprint: find a payload by what it says, without anybody having kept it.

  blotter fingerprint FILE             its fingerprint under every key there is; - reads it from stdin
  blotter fingerprint FILE --timeline  the story of the records that carry one of them

The payload must be whole and as it was received: JSON in any spelling, or else every byte. It is redacted by the collector's
rules; each look-up is an audit record, and one key may ask 30 times at once and then every two seconds.
It needs a key with scope read.

${clientHelp}
  blotter fingerprint epochs           the periods of the keys
  blotter fingerprint rotate [--overlap 30d]
      begins an epoch: what comes from now on has other fingerprints; the old key is kept for look-ups
  blotter fingerprint destroy EPOCH --yes
      destroys an old key, for good: nobody can tell any more which records of its period carry the same payload

  --overlap T  how long senders may go on with the old key, 0h to 90d; default 30d
  --data DIR   the collector's data directory (BLOTTER_DATA; default ./blotter-data)
  --json       the answer as JSON

A running collector notices within five seconds. Each change is an audit record. Copies of a key in backups, and in
processes that fetched it, are yours to end.
`,
  async run(words) {
    const { flags, words: [what, ...rest] } = readFlags(words, ['overlap', 'data', ...clientFlags], ['json', 'timeline', 'yes'])
    switch (what) {
      case undefined: throw new UsageError('say a file with a payload, -, epochs, rotate or destroy; see --help')
      case 'epochs': noMore(rest); return list(flags)
      case 'rotate': noMore(rest); return rotate(flags)
      case 'destroy': return destroy(flags, rest)
      default: noMore(rest); return find(what, flags)
    }
  },
}

async function find(file: string, flags: Flags): Promise<number> {
  const payload = file === '-' ? await buffer(process.stdin) : await readPayload(file)
  const client = createClient(flags)
  const found = await (await client.post('/v1/fingerprint', new Uint8Array(payload))).json() as LookUp
  const stories = flags['timeline'] === true ? await timelines(client, found.fingerprints) : undefined
  print(flags, stories === undefined ? found : { ...found, ...stories }, () => (stories === undefined ? renderFound(found) : renderStories(stories, found)) + renderUnknown(found))
  return 0
}

async function readPayload(file: string): Promise<Buffer> {
  await access(file).catch(() => { throw new UsageError(`there is no file ${JSON.stringify(file)}, and no such action: epochs, rotate, destroy`) })
  return readFile(file)
}

/** A record has one fingerprint: what is found under several keys is put together, in order of time. */
async function timelines(client: Client, fingerprints: readonly EpochFingerprint[]): Promise<TimelineAnswer> {
  const values = new Set(fingerprints.flatMap(({ value, raw }) => [value, raw]))
  const answers: TimelineAnswer[] = []
  for (const value of values) answers.push(await (await client.get(`/v1/timeline?fingerprint=${encodeURIComponent(value)}`)).json() as TimelineAnswer)
  const records = new Map(answers.flatMap((answer) => answer.records.map((record) => [record.leaf.index, record] as const)))
  return {
    ...answers.at(-1)!, // how far the store was, and the like: the last one asked knows best
    gaps: uniqueOf(answers.flatMap(({ gaps }) => gaps)), milestones: uniqueOf(answers.flatMap(({ milestones }) => milestones)), skew: uniqueOf(answers.flatMap(({ skew }) => skew)),
    records: [...records.values()].sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : a.leaf.index - b.leaf.index)),
    truncated: answers.some(({ truncated }) => truncated),
    complete: answers.every(({ complete }) => complete),
    notFollowed: answers.flatMap(({ notFollowed }) => notFollowed),
  }
}

function uniqueOf<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()]
}

export function renderFound({ fingerprints }: LookUp): string {
  return table(['EPOCH', 'FORM', 'FINGERPRINT', 'OF THE BYTES AS THEY ARE'], fingerprints.map(({ epoch, current, form, value, raw }) => [current ? `${epoch} (current)` : epoch, form, value, raw === value ? 'the same' : raw]))
}

/** Not found and not knowable are two answers. */
function renderStories(stories: TimelineAnswer, { unknown }: LookUp): string {
  return stories.records.length === 0 && unknown.length > 0 ? 'No records match under the keys that there are.\n' : renderTimeline(stories, { time: 'utc', why: false }, screenOf())
}

export function renderUnknown({ unknown }: LookUp): string {
  return unknown.map(({ epoch, from, until }) => `\nUnknown: whether it occurred from ${from.slice(0, 10)} to ${(until ?? '').slice(0, 10)}; the key of ${epoch} was destroyed.\n`).join('')
}

function print(flags: Flags, answer: unknown, render: () => string): void {
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : render())
}

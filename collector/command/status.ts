// `blotter status`: one screen that says whether all is well, and if not, what is not.

import { styleText } from 'node:util'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { noMore, readFlags } from './flags.ts'
import { printable } from './table.ts'
import type { PathCounts, Status } from '../status.ts'
import type { Command } from './flags.ts'

export const command: Command = {
  help: `How the collector is: what came in and what became of it, how far each step is, what needs you.

  blotter status [--json]

${clientHelp}  --json       for programs

Needs a key with the scope admin. Exit code: 0 all is well, 1 something needs you, 2 no answer.
`,

  async run(words) {
    const { flags, words: rest } = readFlags(words, clientFlags, ['json'])
    noMore(rest)
    const status = await (await createClient(flags).get('/v1/status')).json() as Status
    process.stdout.write(flags['json'] === true ? `${JSON.stringify(status, null, 2)}\n` : screen(status, Date.now()))
    return status.problems.length === 0 ? 0 : 1
  },
}

export function screen(status: Status, nowMs: number): string {
  const { origin, startedAt, problems, entries, journal, log, store, steps, destinations, watch } = status
  const storeStep = steps.find(({ name }) => name === 'store')!
  const lines: (readonly [string, string])[] = [
    ['collector', `${origin}, up ${duration(nowMs - Date.parse(startedAt))}, ${problems.length === 0 ? styleText('green', 'all is well') : styleText('red', 'needs you')}`],
    ...Object.entries(status.paths).filter(([, { received }]) => received > 0).map(([path, counts]) => [path === 'self' ? 'itself' : `/v1/${path}`, sum(counts)] as const),
    ['journal', `${n(entries.total)} entries (${n(entries.before)} before the start), ${bytes(journal.bytes)} of ${bytes(journal.maxBytes)}, ${journal.failed ? styleText('red', 'cannot be written') : 'writable'}`],
    ['log', `${n(log.sealed)} sealed, ${n(log.pending)} pending`],
    ['store', `${store.kind}, ${n(storeStep.done)} done, ${n(storeStep.waiting)} waiting${storeStep.failures > 0 ? styleText('red', `, ${storeStep.failures} failures in a row`) : ''}`],
    ...destinations.map((destination) => ['forward', `${destination.destination}: ${n(destination.delivered)} delivered, ${n(destination.filtered)} filtered, ${n(destination.queued)} waiting, ${n(destination.deadLetters)} dead letters${destination.lastError === null ? '' : `, last error ${destination.lastError.code}`}`] as const),
    ['watch', `${n(watch.streams)} streams, ${n(watch.sources)} sources`],
    ...(problems.length === 0 ? [] : problems.map((problem) => ['problem', styleText('red', printable(problem))] as const)),
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, text], i) => `${(lines[i - 1]?.[0] === name ? '' : name).padEnd(width)}  ${text}\n`).join('')
}

function sum({ received, kept, duplicate, rejected, failed, inFlight }: PathCounts): string {
  return `received ${n(received)} = kept ${n(kept)} + duplicate ${n(duplicate)} + rejected ${n(rejected)} + failed ${n(failed)}${inFlight === 0 ? '' : ` + in flight ${n(inFlight)}`}`
}

function n(count: number): string {
  return count.toLocaleString('en')
}

function bytes(count: number): string {
  const unit = count >= 1024 ** 3 ? ([1024 ** 3, 'GiB'] as const) : count >= 1024 ** 2 ? ([1024 ** 2, 'MiB'] as const) : ([1024, 'KiB'] as const)
  return `${(count / unit[0]).toFixed(count >= 10 * unit[0] ? 0 : 1)} ${unit[1]}`
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1000))} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

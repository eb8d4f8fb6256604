// blotter forward

import { styleText } from 'node:util'
import { clientFlags, clientHelp, createClient } from './client.ts'
import { UsageError, noMore, readFlags, textFlag } from './flags.ts'
import { printable, table } from './table.ts'
import type { LetterView } from '../forward/api.ts'
import type { ForwardStatus } from '../forward/progress.ts'
import type { Replayed } from '../forward/replay.ts'
import type { Client } from './client.ts'
import type { Command, Flags } from './flags.ts'

export const command: Command = {
  help: `blotter forward: the destinations that records are forwarded to.

  blotter forward status                 each one: how far it is, what went wrong, what to do
  blotter forward dead-letters NAME      records that it will never take as they are, and why
  blotter forward replay NAME            send them again, after the cause was mended: all of them,
      --id LEAF[,LEAF…]                  or those of these leaves

  --limit N    dead letters to show (default 100, at most 1000)
  --after LEAF those that come later
  --json       the answer as JSON
${clientHelp}
It needs a key with scope admin. A replayed record leaves the file after it was delivered; one that is refused again
stays. Exit code 1: a destination waits for you, or letters remain.
`,
  async run(words) {
    const { flags, words: [action, ...rest] } = readFlags(words, ['id', 'limit', 'after', ...clientFlags], ['json'])
    const client = createClient(flags)
    switch (action) {
      case 'status': noMore(rest); return status(client, flags)
      case 'dead-letters': return deadLetters(client, destination(rest), flags)
      case 'replay': return replay(client, destination(rest), flags)
      default: throw new UsageError('say status, dead-letters or replay; see --help')
    }
  },
}

function destination([name, ...rest]: readonly string[]): string {
  noMore(rest)
  if (name === undefined) throw new UsageError('say which destination; see blotter forward status')
  return encodeURIComponent(name)
}

async function status(client: Client, flags: Flags): Promise<number> {
  const { destinations } = await (await client.get('/v1/forward')).json() as { destinations: ForwardStatus[] }
  print(flags, { destinations }, () => renderStatus(destinations))
  return destinations.some(({ problem }) => problem !== null) ? 1 : 0
}

export function renderStatus(destinations: readonly ForwardStatus[]): string {
  if (destinations.length === 0) return 'Nothing is forwarded: no destination is configured.\n'
  const head = ['DESTINATION', 'TO', 'DELIVERED', 'FILTERED', 'QUEUED', 'DEAD LETTERS', 'LAG', 'LAST ERROR', 'NEXT TRY']
  const rows = destinations.map(({ destination: name, origin, delivered, filtered, queued, deadLetters: letters, lagSeconds, lastError, nextTryAt }) =>
    [name, origin, String(delivered), String(filtered), String(queued), String(letters), `${Math.round(lagSeconds)} s`, lastError === null ? '' : `${lastError.code} at ${lastError.at.slice(11, 19)}`, nextTryAt === null ? '' : nextTryAt.slice(11, 19)])
  const problems = destinations.filter(({ problem }) => problem !== null).map(({ destination: name, lastError, problem }) => `\n${styleText('red', name, { stream: process.stdout })} waits for you (${lastError?.code ?? ''}): ${problem}\n`)
  return `${table(head, rows)}${problems.join('')}`
}

async function deadLetters(client: Client, name: string, flags: Flags): Promise<number> {
  const page = await (await client.get(`/v1/forward/${name}/dead-letters?${parameters(flags, ['limit', 'after'])}`)).json() as { letters: LetterView[]; more: boolean }
  print(flags, page, () => renderLetters(page))
  return 0
}

function renderLetters({ letters, more }: { readonly letters: readonly LetterView[]; readonly more: boolean }): string {
  if (letters.length === 0) return 'There are no dead letters.\n'
  const rows = letters.map(({ leaf, time, reason, rejected, of: neighbours, event = '(of another workspace)', recordId = '' }) =>
    [String(leaf), time, rejected === undefined ? reason : `${reason} ${rejected} of ${neighbours ?? '?'}`, printable(event), printable(recordId)])
  return `${table(['LEAF', 'SINCE', 'REASON', 'EVENT', 'RECORD'], rows)}${more ? `\nThere are more: --after ${letters.at(-1)!.leaf}\n` : ''}`
}

/** Piece by piece, since each piece is bounded in time. */
async function replay(client: Client, name: string, flags: Flags): Promise<number> {
  let total: Replayed = { delivered: 0, refused: 0, remaining: 0, more: true }
  for (let after = textFlag(flags, 'after'); total.more;) {
    const query = [...leaves(flags).map((leaf) => `leaf=${leaf}`), ...(after === undefined ? [] : [`after=${encodeURIComponent(after)}`])].join('&')
    const piece = await (await client.post(`/v1/forward/${name}/replay?${query}`)).json() as Replayed
    total = { ...piece, delivered: total.delivered + piece.delivered, refused: total.refused + piece.refused }
    after = piece.last === undefined ? after : String(piece.last)
  }
  print(flags, total, () => renderReplayed(total))
  return total.remaining === 0 ? 0 : 1
}

function renderReplayed({ delivered, refused, remaining, stopped }: Replayed): string {
  const early = stopped === undefined ? '' : stopped === 'replaying' ? 'Another replay is under way.\n' : `It stopped early, because the destination cannot be reached: ${stopped}. What was not delivered is still there.\n`
  return `${delivered} delivered, ${refused} refused again, ${remaining} remaining.\n${early}`
}

function leaves(flags: Flags): string[] {
  const given = textFlag(flags, 'id')?.split(',') ?? []
  if (given.some((leaf) => !/^\d{1,15}$/.test(leaf))) throw new UsageError('--id takes leaves as blotter forward dead-letters shows them: 17,42')
  return given
}

function parameters(flags: Flags, names: readonly string[]): string {
  return names.flatMap((name) => { const value = textFlag(flags, name); return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`] }).join('&')
}

function print(flags: Flags, answer: unknown, render: () => string): void {
  process.stdout.write(flags['json'] === true ? `${JSON.stringify(answer, null, 2)}\n` : render())
}

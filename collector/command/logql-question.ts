// What the commands that speak LogQL have in common: the query is read here before it is sent, so that a mistake is shown
// in its place, and windows are said as `blotter timeline` says them.

import { parseLogQL } from '../query/logql/parse.ts'
import { LogQLError } from '../query/logql/errors.ts'
import { parseTime } from '../query/timeline/time.ts'
import { underlined } from './render/caret.ts'
import { UsageError, noMore, textFlag } from './flags.ts'
import type { Expression } from '../query/logql/ast.ts'
import type { Window } from '../query/logql/entry.ts'
import type { Flags } from './flags.ts'
import type { Screen } from './render/screen.ts'

export const windowFlags = ['last', 'from', 'to']

export const windowHelp = `  --last 1h               the last while (default 1h); or
  --from TIME --to TIME   2026-11-24T06:10:34Z, 2026-11-24, now, or how long ago: 15m, 24h, 7d
`

/** The one word that is left, as a query. */
export function readQuery<T = Expression>(words: readonly string[], screen: Screen, read: (source: string) => T = parseLogQL as (source: string) => T): { readonly query: string; readonly expression: T } {
  const [query, ...rest] = words
  if (query === undefined) throw new UsageError('say a query, in single quotes: \'{service_name="shop"}\'; see --help')
  if (rest.length > 0 && !query.includes('}')) throw new UsageError('put the query in single quotes, or the shell takes it apart')
  noMore(rest)
  try {
    return { query, expression: read(query) }
  } catch (error) {
    if (error instanceof LogQLError) throw new UsageError(underlined(query, error, screen))
    throw error
  }
}

export function windowOf(flags: Flags, nowMs: number): Window {
  const last = textFlag(flags, 'last')
  if (last !== undefined && (textFlag(flags, 'from') ?? textFlag(flags, 'to')) !== undefined) throw new UsageError('say --last, or --from and --to')
  const toNano = timeFlag(flags, 'to', nowMs) ?? BigInt(nowMs) * 1_000_000n
  const fromNano = timeFlag(flags, last === undefined ? 'from' : 'last', nowMs) ?? toNano - 3_600_000_000_000n
  if (fromNano >= toNano) throw new UsageError('--from must be before --to')
  return { fromNano, toNano }
}

export function timeFlag(flags: Flags, name: string, nowMs: number): bigint | undefined {
  return parseTime(textFlag(flags, name), nowMs, name, (field, description) => { throw new UsageError(`--${field}: ${description}`) })
}

export function numberFlag(flags: Flags, name: string, fallback: number, most: number): number {
  const text = textFlag(flags, name)
  if (text === undefined) return fallback
  const number = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0
  if (number === 0 || number > most) throw new UsageError(`--${name} is a number from 1 to ${most}`)
  return number
}

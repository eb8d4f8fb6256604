// From the flags of `blotter timeline` to the question that the collector is asked.

import { UsageError, textFlag } from './flags.ts'
import type { Flags } from './flags.ts'

/** Flags that are parameters of the same name. */
export const questionFlags = [
  'request-id', 'trace-id', 'session-id', 'delivery-id', 'idempotency-key', 'actor', 'target', 'fingerprint', 'record-id',
  'integration', 'outcome', 'action', 'event', 'text', 'from', 'to', 'limit', 'depth', 'cursor',
]

/** Of themselves they ask for nothing. */
const notASeed = ['limit', 'depth', 'cursor', 'related', 'fold']

export function questionOf(flags: Flags): URLSearchParams {
  const parameters = new URLSearchParams()
  for (const flag of questionFlags) {
    const value = textFlag(flags, flag)
    if (value !== undefined) parameters.set(flag.replaceAll('-', '_'), value)
  }
  const last = textFlag(flags, 'last')
  if (last !== undefined && (parameters.has('from') || parameters.has('to'))) throw new UsageError('say --last, or --from and --to')
  if (last !== undefined) parameters.set('from', last)
  if (flags['only'] === true) parameters.set('related', 'false')
  if (flags['unfold'] === true) parameters.set('fold', 'false')
  if ([...parameters.keys()].every((name) => notASeed.includes(name))) throw new UsageError('say what to start from, such as --request-id ID or --last 15m; see --help')
  return parameters
}

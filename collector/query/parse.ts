// The timeline's query string, all problems at once. Unknown parameters are refused: a misspelt filter that is ignored
// would show someone the wrong story.

import { BlotterError } from '../errors.ts'
import type { Violation } from '../errors.ts'
import type { Link, LinkKind } from '../store/store.ts'
import type { TimelineQuery } from './timeline.ts'

const linkParameters: readonly LinkKind[] = ['request_id', 'trace_id', 'session_id', 'delivery_id', 'idempotency_key', 'actor', 'target', 'fingerprint', 'record_id']
const otherParameters = ['integration', 'from', 'to', 'limit', 'related']

export const timelineLimits = { records: 500, mostRecords: 10_000, valueLength: 1024 } as const

export function parseTimelineQuery(parameters: URLSearchParams, nowMs: number): TimelineQuery {
  const violations: Violation[] = []
  const problem = (field: string, description: string): void => { violations.push({ field, description }) }
  for (const name of new Set(parameters.keys())) {
    if (![...linkParameters, ...otherParameters].includes(name)) problem('parameter', `known are ${[...linkParameters, ...otherParameters].join(', ')}`)
    if (parameters.getAll(name).length > 1) problem(name, 'may be given once')
    if ((parameters.get(name) ?? '').length > timelineLimits.valueLength) problem(name, `at most ${timelineLimits.valueLength} characters`)
  }
  const value = (name: string): string | undefined => parameters.get(name) || undefined
  const all: Link[] = linkParameters.flatMap((kind) => { const id = value(kind); return id === undefined ? [] : [{ kind, id: kind === 'trace_id' ? id.toLowerCase() : id }] })
  const integration = value('integration')
  const fromNano = parseTime(value('from'), nowMs, 'from', problem)
  const toNano = parseTime(value('to'), nowMs, 'to', problem)
  const limit = parseLimit(value('limit'), problem)
  if (all.length === 0 && integration === undefined && fromNano === undefined && toNano === undefined) problem('query', `give at least one of ${[...linkParameters, 'integration', 'from', 'to'].join(', ')}`)
  if (violations.length > 0) throw new BlotterError('INVALID_QUERY', { violations })
  return { all, limit, related: value('related') !== 'false', ...(integration === undefined ? {} : { integration }), ...(fromNano === undefined ? {} : { fromNano }), ...(toNano === undefined ? {} : { toNano }) }
}

type Problem = (field: string, description: string) => void

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** RFC 3339 (up to nanoseconds), `now`, or how long ago: `15m`, `24h`, `7d`. */
export function parseTime(source: string | undefined, nowMs: number, field: string, problem: Problem): bigint | undefined {
  if (source === undefined) return undefined
  if (source === 'now') return BigInt(nowMs) * 1_000_000n
  const ago = /^([1-9][0-9]{0,5})([smhd])$/.exec(source)
  if (ago !== null) return BigInt(Math.max(0, nowMs - Number(ago[1]) * unitMs[ago[2]!]!)) * 1_000_000n
  const absolute = /^(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/.exec(source.includes('T') || source.includes(' ') ? source : `${source}T00:00:00Z`)
  const ms = absolute === null ? Number.NaN : Date.parse(`${absolute[1]!.replace(' ', 'T')}${absolute[3]}`)
  if (Number.isNaN(ms) || ms < 0) { problem(field, 'a time such as 2026-11-24T06:10:34Z, 2026-11-24, now, 15m, 24h or 7d'); return undefined }
  return BigInt(ms) * 1_000_000n + BigInt((absolute![2] ?? '').padEnd(9, '0'))
}

function parseLimit(source: string | undefined, problem: Problem): number {
  if (source === undefined) return timelineLimits.records
  const limit = /^[1-9][0-9]{0,6}$/.test(source) ? Number(source) : 0
  if (limit === 0 || limit > timelineLimits.mostRecords) problem('limit', `a number from 1 to ${timelineLimits.mostRecords}`)
  return limit
}

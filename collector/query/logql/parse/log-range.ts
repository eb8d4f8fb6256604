// What a range aggregation reads: a log query with a range, perhaps an unwrap and an offset. The range stands after the
// selector or after the pipeline, the whole or the query in parentheses:
//   {…} | json [5m] · {…}[5m] | json · ({…} | json)[5m] · ({…} | unwrap x)[5m] offset 1m · (({…}[5m]))

import type { LabelFilter, LogQuery, Stage, Unwrap } from '../ast.ts'
import { parseLogQLDuration } from '../text/duration.ts'
import type { Cursor } from './cursor.ts'
import { parseLabelFilter } from './label-filter.ts'
import { parseStages } from './log-query.ts'
import { parseMatchers } from './selector.ts'
import type { Token } from './tokens.ts'

export interface LogRange {
  readonly log: LogQuery
  readonly unwrap: Unwrap | undefined
  readonly rangeNano: bigint
  readonly offsetNano: bigint
}

export function parseLogRange(cursor: Cursor): LogRange {
  if (cursor.accept('(') === undefined) return parseUnwrapped(cursor)
  const inside = cursor.nested(() => (cursor.peek().kind === '(' ? parseLogRange(cursor) : parseInParentheses(cursor)))
  cursor.expect(')')
  return isRanged(inside) ? inside : parseRangeAfter(cursor, inside)
}

interface Unranged { readonly log: LogQuery; readonly unwrap: Unwrap | undefined }

function isRanged(part: LogRange | Unranged): part is LogRange {
  return 'rangeNano' in part
}

/** A whole range, or a query whose range follows the parenthesis. */
function parseInParentheses(cursor: Cursor): LogRange | Unranged {
  const matchers = parseMatchers(cursor)
  if (cursor.peek().kind === 'range') return parseAfterSelector(cursor, matchers)
  const stages = parseStages(cursor)
  const unwrap = parseUnwrap(cursor)
  const log: LogQuery = { kind: 'log', matchers, stages }
  return cursor.peek().kind === 'range' ? { log, unwrap, ...parseRangeAndOffset(cursor) } : { log, unwrap }
}

function parseUnwrapped(cursor: Cursor): LogRange {
  if (cursor.peek().kind !== '{') cursor.refuse('number', '{', '(')
  const matchers = parseMatchers(cursor)
  if (cursor.peek().kind === 'range') return parseAfterSelector(cursor, matchers)
  const stages = parseStages(cursor)
  const unwrap = parseUnwrap(cursor)
  return { log: { kind: 'log', matchers, stages }, unwrap, ...parseRangeAndOffset(cursor) }
}

/** `{…}[5m] offset 1m | json | unwrap x` */
function parseAfterSelector(cursor: Cursor, matchers: LogQuery['matchers']): LogRange {
  const range = parseRangeAndOffset(cursor)
  const stages: readonly Stage[] = parseStages(cursor)
  return { log: { kind: 'log', matchers, stages }, unwrap: parseUnwrap(cursor), ...range }
}

/** After the parenthesis only a selector alone may still be unwrapped. */
function parseRangeAfter(cursor: Cursor, { log, unwrap }: Unranged): LogRange {
  const range = parseRangeAndOffset(cursor)
  const later = unwrap === undefined && log.stages.length === 0 ? parseUnwrap(cursor) : undefined
  return { log, unwrap: unwrap ?? later, ...range }
}

function parseRangeAndOffset(cursor: Cursor): Pick<LogRange, 'rangeNano' | 'offsetNano'> {
  const rangeNano = rangeOf(cursor, cursor.expect('range'))
  const offset = cursor.accept('offset') === undefined ? 0 : cursor.expect('duration').value
  return { rangeNano, offsetNano: BigInt(Math.trunc(offset)) }
}

/** Ranges are written as in Prometheus: whole numbers, units from large to small. */
const rangeSyntax = /^(?=.)(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?$/

function rangeOf(cursor: Cursor, token: Token): bigint {
  if (token.text === '0') return 0n
  const nano = rangeSyntax.test(token.text) ? parseLogQLDuration(token.text) : undefined
  if (nano === undefined) throw cursor.error('not a valid duration string', token)
  return BigInt(nano)
}

const conversions = ['bytes', 'duration', 'duration_seconds'] as const

function parseUnwrap(cursor: Cursor): Unwrap | undefined {
  if (cursor.peek().kind !== '|' || cursor.peek(1).kind !== 'unwrap') return undefined
  cursor.take()
  cursor.take()
  const conversion = cursor.peek(1).kind === '(' ? conversions.find((name) => name === cursor.nameInFront()) : undefined
  const label = conversion === undefined ? cursor.expect('identifier').text : parseConverted(cursor)
  return { label, ...(conversion === undefined ? {} : { conversion }), filters: parseFilters(cursor) }
}

function parseConverted(cursor: Cursor): string {
  cursor.take()
  cursor.expect('(')
  const label = cursor.expect('identifier').text
  cursor.expect(')')
  return label
}

function parseFilters(cursor: Cursor): readonly LabelFilter[] {
  const filters: LabelFilter[] = []
  while (cursor.accept('|') !== undefined) filters.push(parseLabelFilter(cursor))
  return filters
}

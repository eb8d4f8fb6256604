// One stage of a pipeline: a line filter, or what follows a `|`.

import type { Extraction, LabelAssignment, LabelChoice, LineFilter, MatchOperator, Stage } from '../ast.ts'
import { list, type Cursor } from './cursor.ts'
import { isIp, parseIp } from './ip.ts'
import { parseLabelFilter } from './label-filter.ts'
import { stringMatcher } from './selector.ts'

const lineFilterOperators = ['|=', '!=', '|~', '!~', '|>', '!>'] as const

/** Undefined: what stands in front is no stage (or `| unwrap`, which ends the pipeline). */
export function parseStage(cursor: Cursor): Stage | undefined {
  const op = lineFilterOperators.find((candidate) => candidate === cursor.peek().kind)
  if (op !== undefined) return startsLineFilter(cursor) ? parseLineFilter(cursor, op) : undefined
  if (cursor.peek().kind !== '|' || cursor.peek(1).kind === 'unwrap') return undefined
  cursor.take()
  return parsers.get(cursor.peek().kind)?.(cursor) ?? { kind: 'labelFilter', filter: parseLabelFilter(cursor) }
}

/** `!=` may also compare metrics: let whoever knows refuse it. */
function startsLineFilter(cursor: Cursor): boolean {
  return cursor.peek().kind !== '!=' || cursor.peek(1).kind === 'string' || cursor.peek(1).text.toLowerCase() === 'ip'
}

function parseLineFilter(cursor: Cursor, op: LineFilter['op']): LineFilter {
  cursor.take()
  const alternatives = [parseAlternative(cursor)]
  while (cursor.accept('or') !== undefined) alternatives.push(parseAlternative(cursor))
  return { kind: 'lineFilter', op, alternatives }
}

function parseAlternative(cursor: Cursor): LineFilter['alternatives'][number] {
  if (isIp(cursor)) return { value: parseIp(cursor), ip: true }
  return { value: cursor.expect('string').text, ip: false }
}

const parsers = new Map<string, (cursor: Cursor) => Stage>([
  ['json', (cursor) => ({ kind: 'json', expressions: after(cursor).peek().kind === 'identifier' ? list(cursor, () => parseExtraction(cursor)) : [] })],
  ['logfmt', parseLogfmt],
  ['regexp', (cursor) => ({ kind: 'regexp', pattern: after(cursor).expect('string').text })],
  ['pattern', (cursor) => ({ kind: 'pattern', pattern: after(cursor).expect('string').text })],
  ['unpack', (cursor) => { cursor.take(); return { kind: 'unpack' } }],
  ['decolorize', (cursor) => { cursor.take(); return { kind: 'decolorize' } }],
  ['line_format', (cursor) => ({ kind: 'lineFormat', template: after(cursor).expect('string').text })],
  ['label_format', (cursor) => ({ kind: 'labelFormat', assignments: list(after(cursor), () => parseAssignment(cursor)) })],
  ['drop', (cursor) => ({ kind: 'drop', labels: list(after(cursor), () => parseChoice(cursor)) })],
  ['keep', (cursor) => ({ kind: 'keep', labels: list(after(cursor), () => parseChoice(cursor)) })],
])

/** Past the keyword. */
function after(cursor: Cursor): Cursor {
  cursor.take()
  return cursor
}

function parseLogfmt(cursor: Cursor): Stage {
  cursor.take()
  const flags = new Set<string>()
  for (let flag = cursor.accept('flag'); flag !== undefined; flag = cursor.accept('flag')) flags.add(flag.text)
  const expressions = cursor.peek().kind === 'identifier' ? list(cursor, () => parseExtraction(cursor)) : []
  return { kind: 'logfmt', strict: flags.has('--strict'), keepEmpty: flags.has('--keep-empty'), expressions }
}

function parseExtraction(cursor: Cursor): Extraction {
  const name = cursor.expect('identifier').text
  return { name, path: cursor.accept('=') === undefined ? name : cursor.expect('string').text }
}

function parseAssignment(cursor: Cursor): LabelAssignment {
  const name = cursor.expect('identifier').text
  cursor.expect('=')
  const from = cursor.accept('identifier')
  return from === undefined ? { name, template: cursor.expect('string', 'identifier').text } : { name, from: from.text }
}

function parseChoice(cursor: Cursor): LabelChoice {
  const name = cursor.expect('identifier').text
  const op = cursor.accept('=') ?? cursor.accept('=~') ?? cursor.accept('!~') ?? (cursor.peek(1).kind === 'string' ? cursor.accept('!=') : undefined)
  if (op === undefined) return { name }
  return { name, matcher: stringMatcher(cursor, name, op.kind as MatchOperator, cursor.expect('string').text) }
}

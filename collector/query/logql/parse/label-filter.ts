// `| status >= 500 and (method="GET" or path=~"/v1/.*")`
//
// `and` binds tighter than `or`. A comma and a mere space also mean `and`, but bind to everything after them:
// `a, b or c` is `a, (b or c)`.

import type { Comparison, LabelFilter, MatchOperator } from '../ast.ts'
import { parseFloatGo } from '../text/float.ts'
import type { Cursor } from './cursor.ts'
import { isIp, parseIp } from './ip.ts'
import { literalOf } from './number.ts'
import { matchOperators, stringMatcher } from './selector.ts'
import { printedBytes } from './printed-bytes.ts'
import type { Token, TokenKind } from './tokens.ts'

export function parseLabelFilter(cursor: Cursor): LabelFilter {
  return cursor.nested(() => parseOr(cursor))
}

function parseOr(cursor: Cursor): LabelFilter {
  const depth = cursor.depth
  let left = parseAnd(cursor)
  while (cursor.accept('or') !== undefined) {
    cursor.deeper()
    left = { kind: 'or', left, right: parseAnd(cursor) }
  }
  cursor.restore(depth)
  return left
}

function parseAnd(cursor: Cursor): LabelFilter {
  const depth = cursor.depth
  let left = parseUntilComma(cursor)
  while (cursor.accept('and') !== undefined) {
    cursor.deeper()
    left = { kind: 'and', left, right: parseUntilComma(cursor) }
  }
  cursor.restore(depth)
  return left
}

function parseUntilComma(cursor: Cursor): LabelFilter {
  const left = parseAtom(cursor)
  const spaced = cursor.peek().kind === 'identifier' || cursor.peek().kind === '('
  if (!spaced && cursor.accept(',') === undefined) return left
  return { kind: 'and', left, right: parseLabelFilter(cursor) }
}

function parseAtom(cursor: Cursor): LabelFilter {
  if (cursor.accept('(') !== undefined) {
    const filter = parseLabelFilter(cursor)
    cursor.expect(')')
    return filter
  }
  const name = cursor.expect('identifier', '(').text
  const op = cursor.take()
  return parseString(cursor, name, op) ?? parseComparison(cursor, name, op)
}

function parseString(cursor: Cursor, name: string, { kind }: Token): LabelFilter | undefined {
  const op = matchOperators.find((candidate) => candidate === kind)
  if (op === undefined) return undefined
  if (cursor.peek().kind === 'string') return { kind: 'string', ...stringMatcher(cursor, name, op, cursor.take().text) }
  if (isIp(cursor) && (op === '=' || op === '!=')) return { kind: 'ip', name, op, value: parseIp(cursor) }
  return op === '=~' || op === '!~' ? cursor.refuse('string') : undefined
}

const comparisons: Partial<Record<TokenKind | MatchOperator, Comparison>> = { '=': '==', '==': '==', '!=': '!=', '>': '>', '>=': '>=', '<': '<', '<=': '<=' }

function parseComparison(cursor: Cursor, name: string, { kind }: Token): LabelFilter {
  const op = comparisons[kind] ?? cursor.refuse()
  const duration = cursor.accept('duration')
  if (duration !== undefined) return { kind: 'duration', name, op, value: duration.value }
  const bytes = cursor.accept('bytes')
  if (bytes !== undefined) return { kind: 'bytes', name, op, value: printedBytes(cursor, bytes) }
  return { kind: 'number', name, op, value: parseNumber(cursor) }
}

function parseNumber(cursor: Cursor): number {
  const sign = cursor.accept('-') !== undefined ? -1 : 1
  if (sign === 1) cursor.accept('+')
  const token = cursor.expect('number')
  // What Go's scanner takes as a number and its reader does not (hexadecimal) compares as 0 in Loki.
  return /^0[xXbBoO]/.test(token.text) ? sign * (parseFloatGo(token.text) ?? 0) : sign * literalOf(cursor, token)
}

// `{name="value", other=~"…"}`

import type { MatchOperator, Matcher } from '../ast.ts'
import { compileMatcherRegex } from '../text/regex.ts'
import { list, type Cursor } from './cursor.ts'

export const matchOperators: readonly MatchOperator[] = ['=', '!=', '=~', '!~']

export function parseMatchers(cursor: Cursor): readonly Matcher[] {
  cursor.expect('{')
  const matchers = cursor.peek().kind === '}' ? [] : list(cursor, () => parseMatcher(cursor))
  cursor.expect('}', ',')
  return matchers
}

function parseMatcher(cursor: Cursor): Matcher {
  const name = cursor.expect('identifier')
  const op = cursor.accept('=') ?? cursor.accept('!=') ?? cursor.accept('=~') ?? cursor.accept('!~') ?? cursor.refuse(...matchOperators)
  const value = cursor.expect('string').text
  return stringMatcher(cursor, name.text, op.kind as MatchOperator, value)
}

const plainName = /^[a-zA-Z_]\w*$/

/** Loki's language takes more as a name, its query API does not. */
export function stringMatcher(cursor: Cursor, name: string, op: MatchOperator, value: string): Matcher {
  if (!plainName.test(name)) throw cursor.error('a label name consists of ASCII letters, digits and _')
  if (op === '=~' || op === '!~') compileMatcherRegex(value)
  return { name, op, value }
}

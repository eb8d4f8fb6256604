// The way from a text to what it means. Whoever holds an Expression may evaluate it without checking anything again.

import type { Expression, Matcher } from './ast.ts'
import { Cursor } from './parse/cursor.ts'
import { parseExpression } from './parse/expression.ts'
import { scan } from './parse/scan.ts'
import { parseMatchers } from './parse/selector.ts'
import { validateMeaning, validateSyntax } from './parse/validate.ts'

/** @throws LogQLError */
export function parseLogQL(source: string): Expression {
  const expression = parseSyntax(source)
  validateMeaning(expression)
  return expression
}

/** Leaves out what Loki finds wrong only when the query is run: its formatter prints such queries. */
export function parseSyntax(source: string): Expression {
  const cursor = new Cursor(scan(source))
  const expression = parseExpression(cursor)
  if (cursor.peek().kind !== 'end') cursor.refuse()
  validateSyntax(expression)
  return expression
}

/** Of `series`, `index/volume` and the like: a selector and nothing else; `{}` selects everything. */
export function parseSelector(source: string): readonly Matcher[] {
  const cursor = new Cursor(scan(source))
  const matchers = parseMatchers(cursor)
  if (cursor.peek().kind !== 'end') cursor.refuse()
  return matchers
}

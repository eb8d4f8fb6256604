// Expressions of metrics by precedence climbing, and what they are made of. A log query is an expression too, on its own
// or in parentheses, never an operand.

import type { Expression, LabelReplace, Literal, MetricExpression } from '../ast.ts'
import { compileRegex } from '../text/regex.ts'
import { isRangeOperator, isVectorOperator, parseRangeAggregation, parseVectorAggregation } from './aggregation.ts'
import type { Cursor } from './cursor.ts'
import { combine } from './fold.ts'
import { parseLogQuery } from './log-query.ts'
import { literalOf } from './number.ts'
import { parseOperator, POWER, precedenceOf } from './operators.ts'

export function parseExpression(cursor: Cursor, minimum = 1): Expression {
  const depth = cursor.depth
  let left = cursor.nested(() => parsePrimary(cursor))
  for (let precedence = precedenceOf(cursor.peek().kind); precedence >= minimum; precedence = precedenceOf(cursor.peek().kind)) {
    cursor.deeper()
    const modifiers = parseOperator(cursor)
    const right = parseExpression(cursor, precedence === POWER ? precedence : precedence + 1)
    left = combine(cursor, modifiers, operand(cursor, left), operand(cursor, right))
  }
  cursor.restore(depth)
  return left
}

function operand(cursor: Cursor, expression: Expression): MetricExpression {
  if (expression.kind === 'log') throw cursor.error('unexpected type for a leg of a binary operation: a log query')
  return expression
}

function parsePrimary(cursor: Cursor): Expression {
  switch (cursor.peek().kind) {
    case '{': return parseLogQuery(cursor)
    case '(': return parseParentheses(cursor)
    case 'number': case '+': case '-': return parseLiteral(cursor)
    case 'identifier': return parseCall(cursor)
    default: return cursor.refuse()
  }
}

function parseParentheses(cursor: Cursor): Expression {
  cursor.take()
  const inner = parseExpression(cursor)
  cursor.expect(')')
  return inner
}

function parseLiteral(cursor: Cursor): Literal {
  const sign = cursor.accept('-') !== undefined ? -1 : 1
  if (sign === 1) cursor.accept('+')
  return { kind: 'literal', value: sign * literalOf(cursor, cursor.expect('number')) }
}

function parseCall(cursor: Cursor): MetricExpression {
  const name = cursor.nameInFront()
  const opens = cursor.peek(1).kind === '('
  if (opens && isRangeOperator(name)) return parseRangeAggregation(cursor, name)
  if (isVectorOperator(name)) return parseVectorAggregation(cursor, name, () => parseMetric(cursor))
  if (opens && name === 'vector') return parseVector(cursor)
  if (opens && name === 'label_replace') return parseLabelReplace(cursor)
  return cursor.refuse()
}

function parseMetric(cursor: Cursor): MetricExpression {
  const expression = parseExpression(cursor)
  if (expression.kind === 'log') return cursor.refuse()
  return expression
}

function parseVector(cursor: Cursor): MetricExpression {
  cursor.take()
  cursor.expect('(')
  const value = literalOf(cursor, cursor.expect('number'))
  cursor.expect(')')
  return { kind: 'vectorLiteral', value }
}

function parseLabelReplace(cursor: Cursor): LabelReplace {
  cursor.take()
  cursor.expect('(')
  const operand = parseMetric(cursor)
  const [destination, replacement, source, pattern] = [argument(cursor), argument(cursor), argument(cursor), argument(cursor)]
  cursor.expect(')')
  if (operand.kind === 'literal') throw cursor.error('a number is no operand of label_replace')
  compileRegex(pattern, true)
  return { kind: 'labelReplace', operand, destination, replacement, source, pattern }
}

function argument(cursor: Cursor): string {
  cursor.expect(',')
  return cursor.expect('string').text
}

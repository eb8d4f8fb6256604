// Binary operations of two numbers are done while parsing; literals are no operands of set operations.

import type { BinaryOperator, MetricExpression } from '../ast.ts'
import type { Cursor } from './cursor.ts'
import type { Modifiers } from './operators.ts'

export function combine(cursor: Cursor, modifiers: Modifiers, left: MetricExpression, right: MetricExpression): MetricExpression {
  const { op } = modifiers
  const isSet = op === 'and' || op === 'or' || op === 'unless'
  if (isSet && (left.kind === 'literal' || right.kind === 'literal')) throw cursor.error(`unexpected literal for a leg of logical/set binary operation (${op})`)
  if (left.kind === 'literal' && right.kind === 'literal') return { kind: 'literal', value: fold(op, left.value, right.value) }
  return { kind: 'binary', ...modifiers, left, right }
}

function fold(op: BinaryOperator, left: number, right: number): number {
  switch (op) {
    case '+': return left + right
    case '-': return left - right
    case '*': return left * right
    // Division by zero is NaN here, whatever is divided.
    case '/': return right === 0 ? NaN : left / right
    case '%': return right === 0 ? NaN : left % right
    case '^': return left ** right
    default: return compare(op, left, right) ? 1 : 0
  }
}

function compare(op: BinaryOperator, left: number, right: number): boolean {
  switch (op) {
    case '==': return left === right
    case '!=': return left !== right
    case '>': return left > right
    case '>=': return left >= right
    case '<': return left < right
    case '<=': return left <= right
    default: throw new Error(`BUG: ${op} is no comparison`)
  }
}

// What a binary operator makes of two values.

import type { BinaryOperator } from '../ast.ts'

export type ArithmeticOperator = Extract<BinaryOperator, '+' | '-' | '*' | '/' | '%' | '^'>
export type ComparisonOperator = Extract<BinaryOperator, '==' | '!=' | '>' | '>=' | '<' | '<='>

/** Division by zero has no value, not even an infinite one, as in Loki. */
export function calculate(op: ArithmeticOperator, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return right === 0 ? NaN : left / right
    case '%':
      return left % right
    case '^':
      return power(left, right)
  }
}

/** As Go and IEEE 754 have it; JavaScript differs where the base is ±1. */
function power(base: number, exponent: number): number {
  if (base === 1) return 1
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1
  return base ** exponent
}

export function compare(op: ComparisonOperator, left: number, right: number): boolean {
  switch (op) {
    case '==':
      return left === right
    case '!=':
      return left !== right
    case '>':
      return left > right
    case '>=':
      return left >= right
    case '<':
      return left < right
    case '<=':
      return left <= right
  }
}

export function isComparison(op: BinaryOperator): op is ComparisonOperator {
  return op === '==' || op === '!=' || op === '>' || op === '>=' || op === '<' || op === '<='
}

/** The value of an operation, or undefined where a comparison leaves the sample out: then `kept` is what it would keep. */
export function combine(op: ArithmeticOperator | ComparisonOperator, bool: boolean, left: number, right: number, kept: number): number | undefined {
  if (!isComparison(op)) return calculate(op, left, right)
  const holds = compare(op, left, right)
  if (bool) return holds ? 1 : 0
  return holds ? kept : undefined
}

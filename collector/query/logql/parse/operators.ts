// Operators between metric expressions: how tight they bind, and which label sets meet.

import type { BinaryOperation, BinaryOperator } from '../ast.ts'
import type { Cursor } from './cursor.ts'
import { parseLabelList } from './grouping.ts'
import type { TokenKind } from './tokens.ts'

export const POWER = 6

const precedences: Partial<Record<TokenKind, number>> = {
  or: 1, and: 2, unless: 2, '==': 3, '!=': 3, '>': 3, '>=': 3, '<': 3, '<=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5, '^': POWER,
}

/** 0: no operator. */
export function precedenceOf(kind: TokenKind): number {
  return precedences[kind] ?? 0
}

export type Modifiers = Pick<BinaryOperation, 'op' | 'bool' | 'matching'>

/** `> bool on (a, b) group_left (c)` */
export function parseOperator(cursor: Cursor): Modifiers {
  const op = cursor.take().kind as BinaryOperator
  const bool = cursor.accept('bool') !== undefined
  const matching = parseMatching(cursor)
  return { op, bool, ...(matching === undefined ? {} : { matching }) }
}

function parseMatching(cursor: Cursor): BinaryOperation['matching'] {
  const keyword = cursor.accept('on') ?? cursor.accept('ignoring')
  if (keyword === undefined) return undefined
  const labels = parseLabelList(cursor)
  const group = cursor.accept('group_left') ?? cursor.accept('group_right')
  if (group === undefined) return { on: keyword.kind === 'on', labels, include: [] }
  // A parenthesis here is always a list, also where it was meant to begin the operand.
  const include = cursor.peek().kind === '(' ? parseLabelList(cursor) : []
  return { on: keyword.kind === 'on', labels, group: group.kind === 'group_left' ? 'left' : 'right', include }
}

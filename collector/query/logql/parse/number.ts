// Numbers where an expression needs one: decimal, finite.

import { parseFloatGo } from '../text/float.ts'
import type { Cursor } from './cursor.ts'
import type { Token } from './tokens.ts'

export function literalOf(cursor: Cursor, token: Token): number {
  const value = parseFloatGo(token.text.replaceAll('_', ''))
  if (value === undefined || !Number.isFinite(value)) throw cursor.error('unable to parse literal as a float', token)
  return value
}

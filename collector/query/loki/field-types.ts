// Of which type a value is, as far as it shows.

import { parseBytes } from '../logql/text/bytes.ts'
import { parseDuration } from '../logql/text/duration.ts'
import { parseFloatGo } from '../logql/text/float.ts'

export type FieldType = 'string' | 'int' | 'float' | 'boolean' | 'duration' | 'bytes'

export function fieldTypeOf(value: string): FieldType {
  if (value === '' || value.length > 64) return 'string'
  if (/^[+-]?\d+$/.test(value) && isInt64(BigInt(value.replace('+', '')))) return 'int'
  if (parseFloatGo(value) !== undefined) return 'float'
  if (value === 'true' || value === 'false') return 'boolean'
  if (parseDuration(value) !== undefined) return 'duration'
  return parseBytes(value) === undefined ? 'string' : 'bytes'
}

/** Larger ones are read as floats. */
function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

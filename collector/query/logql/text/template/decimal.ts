// Decimal numbers of any size, so that 0.1 and 0.2 make 0.3. Division keeps 16 places.

import { formatFloat } from '../float.ts'
import { FunctionError } from './value.ts'

/** digits · 10^-scale */
export interface Decimal { readonly digits: bigint; readonly scale: number }

const divisionPlaces = 16
const maxScale = 2000

export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw new FunctionError('Cannot create a Decimal from infinity or NaN')
  const [whole = '0', fraction = ''] = formatFloat(value).split('.')
  return { digits: BigInt(whole + fraction), scale: fraction.length }
}

export function numberOf({ digits, scale }: Decimal): number {
  return Number(`${digits}e-${scale}`)
}

export function addDecimal(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.scale, right.scale)
  return { digits: scaledTo(left, scale) + scaledTo(right, scale), scale }
}

export function subtractDecimal(left: Decimal, right: Decimal): Decimal {
  return addDecimal(left, { digits: -right.digits, scale: right.scale })
}

export function multiplyDecimal(left: Decimal, right: Decimal): Decimal {
  const scale = left.scale + right.scale
  if (scale > maxScale || String(left.digits).length + String(right.digits).length > 4 * maxScale) throw new FunctionError('the number is too long')
  return { digits: left.digits * right.digits, scale }
}

/** The last place is rounded, a half away from zero. */
export function divideDecimal(left: Decimal, right: Decimal): Decimal {
  if (right.digits === 0n) throw new FunctionError('decimal division by 0')
  const raised = left.digits * 10n ** BigInt(divisionPlaces + right.scale)
  const divisor = right.digits * 10n ** BigInt(left.scale)
  const quotient = raised / divisor
  const rest = raised % divisor
  const isHalf = 2n * magnitude(rest) >= magnitude(divisor)
  const away = (raised < 0n) === (divisor < 0n) ? 1n : -1n
  return { digits: isHalf ? quotient + away : quotient, scale: divisionPlaces }
}

const magnitude = (value: bigint): bigint => value < 0n ? -value : value
const scaledTo = ({ digits, scale }: Decimal, wanted: number): bigint => digits * 10n ** BigInt(wanted - scale)

// Numbers as Go reads and prints them. They differ from JavaScript's: `0x1p4`, `1_000` and `inf` are numbers, ` 1`, `0x10`
// and the empty text are not, and what is too large is an error instead of infinity.

import { quoteGo } from './quote.ts'

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const hexadecimal = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)$/
const infinite = /^[+-]?inf(?:inity)?$/i
/** One by one between digits, or between the prefix and the first digit. */
const misplacedUnderscore = /__|^[+-]?_|_$|[^0-9a-fA-FxX]_|_[^0-9a-fA-F]/

/** Go's strconv.ParseFloat(text, 64); undefined when it is no number or too large for one. */
export function parseFloatGo(text: string): number | undefined {
  const value = readFloat(text)
  return value === undefined || (!Number.isFinite(value) && !isSpecial(text)) ? undefined : value
}

/** What Go says of a text that {@link parseFloatGo} does not take. */
export function floatProblem(text: string): string {
  const reason = readFloat(text) === undefined ? 'invalid syntax' : 'value out of range'
  return `strconv.ParseFloat: parsing ${quoteGo(text)}: ${reason}`
}

/** Go's strconv.FormatFloat(value, 'f', -1, 64), which is how samples are printed: never with an exponent. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const short = String(value)
  return short.includes('e') ? withoutExponent(short) : short
}

function isSpecial(text: string): boolean {
  return infinite.test(text) || text.toLowerCase() === 'nan'
}

function readFloat(text: string): number | undefined {
  if (decimal.test(text)) return Number(text)
  if (text.includes('_')) return readWithUnderscores(text)
  if (infinite.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  if (text.length === 3 && text.toLowerCase() === 'nan') return NaN
  return readHexadecimal(text)
}

function readWithUnderscores(text: string): number | undefined {
  // In a decimal number `e` is no digit, so an underscore beside it is misplaced.
  const isHexadecimal = /^[+-]?0[xX]/.test(text)
  if (misplacedUnderscore.test(text) || (!isHexadecimal && /_[^0-9]|[^0-9]_/.test(text))) return undefined
  const plain = text.replaceAll('_', '')
  return decimal.test(plain) ? Number(plain) : readHexadecimal(plain)
}

/** The mantissa is read whole and rounded once; scaling by a power of two in two steps keeps the ends of the range. */
function readHexadecimal(text: string): number | undefined {
  const [, sign, whole = '', fraction = '', exponent] = hexadecimal.exec(text) ?? []
  if (exponent === undefined || whole + fraction === '' || text.length > 2000) return undefined
  const mantissa = Number(BigInt(`0x${whole}${fraction}`))
  const scale = Math.max(-4000, Math.min(4000, Number(exponent))) - 4 * fraction.length
  const value = mantissa === 0 ? 0 : scaled(mantissa, scale)
  return sign === '-' ? -value : value
}

function scaled(mantissa: number, scale: number): number {
  let value = mantissa
  for (let left = scale; left !== 0;) {
    const step = Math.max(-1000, Math.min(1000, left))
    value *= 2 ** step
    left -= step
  }
  return value
}

/** `1.5e-7` → `0.00000015`, `1e+21` → `1000000000000000000000`. */
function withoutExponent(short: string): string {
  const [digitsAndSign = '', exponent = '0'] = short.split('e')
  const sign = digitsAndSign.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = digitsAndSign.slice(sign.length).split('.')
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  return sign + digits.slice(0, point).padEnd(point, '0') + (digits.length > point ? `.${digits.slice(point)}` : '')
}

// Digits of floating point numbers in the notations of Go's fmt: %e, %f, %g, %b and %x. The runtime gives most of them;
// where a half is rounded, Go takes the even digit.

import { generalFloat, withTwoDigitExponent } from './print.ts'

/** More digits the runtime does not give. */
const maxDigits = 100

/** The digits of a number that is not negative; undefined: the verb is not for numbers. `precision`: undefined for the verb's own. */
export function numberText(verb: string, precision: number | undefined, keepZeros: boolean, size: number): string | undefined {
  switch (verb) {
    case 'v': return precision === undefined ? generalFloat(size) : general(size, precision, keepZeros)
    case 'g':
    case 'G': {
      const text = precision === undefined ? generalFloat(size) : general(size, precision, keepZeros)
      return verb === 'G' ? text.toUpperCase() : text
    }
    case 'e':
    case 'E': {
      const text = withTwoDigitExponent(size.toExponential(Math.min(precision ?? 6, maxDigits)))
      return verb === 'E' ? text.toUpperCase() : text
    }
    case 'f':
    case 'F': return fixed(size, precision ?? 6)
    case 'b': return binary(size)
    case 'x': return hexadecimal(size, precision)
    case 'X': return hexadecimal(size, precision).toUpperCase()
    default: return undefined
  }
}

/** Exact, unlike toFixed, which gives up at 1e21 and at 100 digits, and rounds a half up instead of to the even digit. */
function fixed(size: number, precision: number): string {
  if (size < 1e21 && precision <= maxDigits) return isHalf(size, precision) ? roundedToEven(size, precision) : size.toFixed(precision)
  const whole = size >= 1e21 ? String(BigInt(size)) : size.toFixed(maxDigits)
  const [before = '0', after = ''] = whole.split('.')
  return precision === 0 ? before : `${before}.${after.padEnd(precision, '0').slice(0, precision)}`
}

/** Whether what is cut off is exactly a half; the product only says where to look. */
function isHalf(size: number, precision: number): boolean {
  if (precision >= maxDigits - 10 || (size * 10 ** precision) % 1 !== 0.5) return false
  return /^50*$/.test(size.toFixed(maxDigits).split('.')[1]!.slice(precision))
}

function roundedToEven(size: number, precision: number): string {
  const exact = size.toFixed(precision + 1).slice(0, -1).replace(/\.$/, '')
  return '13579'.includes(exact.at(-1)!) ? size.toFixed(precision) : exact
}

/** %g with a precision: as many digits, without zeros at the end; with an exponent where they do not reach the point. */
function general(size: number, precision: number, keepZeros: boolean): string {
  const digits = Math.min(Math.max(precision, 1), maxDigits)
  if (size === 0) return '0'
  const [mantissa = '', power = '0'] = size.toExponential(digits - 1).split('e')
  const exponent = Number(power)
  const shortest = mantissa.replace('.', '').replace(/0+$/, '').length
  const limit = digits > shortest && shortest >= exponent + 1 ? shortest : digits
  const isPlain = exponent >= -4 && exponent < limit
  const text = isPlain ? fixed(size, Math.min(maxDigits, Math.max(0, digits - 1 - exponent))) : mantissa
  const trimmed = keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '')
  return isPlain ? trimmed : withTwoDigitExponent(`${trimmed}e${power}`)
}

/** `0x1.8p+01`: as many digits as the mantissa needs, or rounded to so many. */
function hexadecimal(size: number, precision: number | undefined): string {
  if (size === 0) return `0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+00`
  let exponent = Math.floor(Math.log2(size))
  let mantissa = size / 2 ** Math.max(exponent, -1022) / 2 ** Math.min(exponent + 1022, 0)
  if (mantissa >= 2) { mantissa /= 2; exponent++ } else if (mantissa < 1) { mantissa *= 2; exponent-- }
  let digits = BigInt(mantissa * 2 ** 52)
  if (precision !== undefined && precision < 13) {
    const unit = 1n << BigInt(52 - 4 * precision)
    const rest = digits % unit
    digits -= rest
    if (2n * rest > unit || (2n * rest === unit && (digits / unit) % 2n === 1n)) digits += unit
    if (digits >> 53n === 1n) { digits >>= 1n; exponent++ }
  }
  const fraction = (digits & 0xfffffffffffffn).toString(16).padStart(13, '0')
  const shown = precision === undefined ? fraction.replace(/0+$/, '') : fraction.padEnd(precision, '0').slice(0, precision)
  return `0x1${shown === '' ? '' : `.${shown}`}p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

/** A mantissa and a power of two: `4503599627370496p-52`. */
function binary(size: number): string {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setFloat64(0, size)
  const raw = bits.getBigUint64(0)
  const exponent = Number((raw >> 52n) & 0x7ffn)
  const fraction = raw & 0xfffffffffffffn
  const power = (exponent === 0 ? 1 : exponent) - 1075
  return `${exponent === 0 ? fraction : fraction | (1n << 52n)}p${power >= 0 ? '+' : ''}${power}`
}

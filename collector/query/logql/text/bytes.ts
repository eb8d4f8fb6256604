// Sizes as people write them (`5KB`, `1.5 MiB`, `1,000 kb`): powers of 1000, or of 1024 with an `i`, in any case.

import { floatProblem, parseFloatGo } from './float.ts'

const prefixes = 'kmgtpe'
const leadingNumber = /^[\p{Nd}.,]*/u
const tooLarge = 2 ** 64

/** Whole bytes; undefined when it is no size. */
export function parseBytes(text: string): number | undefined {
  const [number, unit] = split(text)
  const value = parseFloatGo(number)
  const size = unitBytes(unit)
  if (value === undefined || size === undefined || value * size >= tooLarge) return undefined
  return Math.trunc(value * size)
}

/** What Loki says of a text that {@link parseBytes} does not take. */
export function bytesProblem(text: string): string {
  const [number, unit, comma] = split(text)
  // A digit outside of ASCII counts as one byte and is cut within, which is why only its first byte is reported.
  if (/\P{ASCII}/u.test(number)) return `strconv.ParseFloat: parsing ${cutQuoted(comma)}: invalid syntax`
  if (parseFloatGo(number) === undefined) return floatProblem(number)
  return unitBytes(unit) === undefined ? `unhandled size name: ${unit}` : `too large: ${text}`
}

function split(text: string): readonly [string, string, string] {
  const number = leadingNumber.exec(text)?.[0] ?? ''
  return [number.replaceAll(',', ''), text.slice(number.length).trim().toLowerCase(), number]
}

function cutQuoted(number: string): string {
  const cut = Buffer.from(number).subarray(0, Array.from(number).length)
  return `"${Array.from(cut, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`)).join('').replaceAll(',', '')}"`
}

function unitBytes(unit: string): number | undefined {
  const found = /^(?:([kmgtpe])(i?))?b?$/.exec(unit)
  if (found === null) return undefined
  const power = found[1] === undefined ? 0 : prefixes.indexOf(found[1]) + 1
  return (found[2] === 'i' ? 1024 : 1000) ** power
}

// `ip("…")`: an address, a CIDR block or a range, looked for in a line or in the value of a label. Every pattern is a
// range of numbers; where addresses are found in a text, and where they are overlooked, is as Loki finds them.

import { LogQLError } from '../errors.ts'
import { parseAddress, prefixRange } from './ip-address.ts'
import type { Address } from './ip-address.ts'

export interface IpMatcher {
  testLine(line: string): boolean
  testValue(value: string): boolean
}

interface AddressRange { readonly version: 4 | 6; readonly from: bigint; readonly to: bigint }

export function compileIpMatcher(pattern: string): IpMatcher {
  const range = rangeOf(pattern)
  if (range === undefined) throw new LogQLError('ip: invalid pattern: expected an address, a CIDR block or a range of addresses')
  const test = range === 'never' ? () => false : (text: string) => findWithin(text, range)
  return { testLine: test, testValue: test }
}

/** Addresses with a zone are valid, but none is found in a text with its zone. */
function rangeOf(pattern: string): AddressRange | 'never' | undefined {
  const single = parseAddress(pattern)
  if (single !== undefined) return between(single, single)
  const dash = pattern.indexOf('-')
  if (dash !== -1) {
    const from = parseAddress(pattern.slice(0, dash))
    const to = parseAddress(pattern.slice(dash + 1))
    return from === undefined || to === undefined ? undefined : between(from, to)
  }
  const slash = pattern.lastIndexOf('/')
  return slash === -1 ? undefined : prefixRange(pattern.slice(0, slash), pattern.slice(slash + 1))
}

function between(from: Address, to: Address): AddressRange | 'never' | undefined {
  if (from.version !== to.version || from.value > to.value) return undefined
  return from.hasZone || to.hasZone ? 'never' : { version: from.version, from: from.value, to: to.value }
}

const isDecimal = (code: number): boolean => code >= 48 && code <= 57
const isHexadecimal = (code: number): boolean => isDecimal(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70)
const dot = 46
const colon = 58

function findWithin(text: string, range: AddressRange): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isDecimal(code) && at + 4 <= text.length && hasWithin(text, at + 1, at + 4, dot)) {
      const end = endOfRun(text, at, (next) => isDecimal(next) || next === dot)
      if (contains(range, text.slice(at, end))) return true
      // The character behind a run is not looked at again.
      at = end
    } else if (at + 5 <= text.length && mayBegin6(text, at, code)) {
      const end = endOfRun(text, at, (next) => isHexadecimal(next) || next === colon || next === dot)
      if (contains(range, text.slice(at, end))) return true
      at = end
    }
  }
  return false
}

/** A group with its colon, or `::` with a digit behind it: `::` alone is no address in a text. */
function mayBegin6(text: string, at: number, code: number): boolean {
  if (code === colon) return text.charCodeAt(at + 1) === colon && isHexadecimal(text.charCodeAt(at + 2))
  if (!isHexadecimal(code)) return false
  for (let i = at + 1; i < at + 5; i++) {
    const next = text.charCodeAt(i)
    if (next === colon) return true
    if (!isHexadecimal(next)) return false
  }
  return false
}

function hasWithin(text: string, from: number, to: number, wanted: number): boolean {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) === wanted) return true
  return false
}

function endOfRun(text: string, from: number, belongs: (code: number) => boolean): number {
  let end = from
  while (end < text.length && belongs(text.charCodeAt(end))) end++
  return end
}

function contains(range: AddressRange, candidate: string): boolean {
  // Longer than any address: not worth the reading.
  if (candidate.length > 45) return false
  const address = parseAddress(candidate)
  return address !== undefined && address.version === range.version && address.value >= range.from && address.value <= range.to
}

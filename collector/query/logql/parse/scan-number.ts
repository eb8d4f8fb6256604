// Numbers, durations and byte sizes: which of them a run of digits and letters is. A duration is tried first, then a
// byte size, and what is neither is the number in front.

import type { LogQLError } from '../errors.ts'
import { parseBytes } from '../text/bytes.ts'
import { parseLogQLDuration } from '../text/duration.ts'
import type { Found } from './scan.ts'

const prefixed = /0(?:[xX][\d_a-fA-F]*(?:\.[\d_a-fA-F]*)?(?:[pP][+-]?\d+)?|[bB][\d_]*|[oO][\d_]*)/y
const decimal = /(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eEpP][+-]?[\d_]*)?/y
const durationRun = /[\d.nuµmshdwy]+/y
const bytesRun = /[\d.BikKMGT]+/y

export function scanNumber(source: string, at: number, fail: (message: string) => LogQLError): Found {
  const text = numberText(source, at, fail)
  return (
    unit(source, at, durationRun, 'duration', parseLogQLDuration) ??
    unit(source, at, bytesRun, 'bytes', parseBytes) ??
    { kind: 'number', end: at + text.length, text }
  )
}

function unit(source: string, at: number, run: RegExp, kind: 'duration' | 'bytes', parse: (text: string) => number | undefined): Found | undefined {
  run.lastIndex = at
  const text = run.exec(source)?.[0] ?? ''
  if (!/[^\d.]/.test(text)) return undefined
  const value = parse(text)
  return value === undefined ? undefined : { kind, end: at + text.length, text, value }
}

function numberText(source: string, at: number, fail: (message: string) => LogQLError): string {
  const text = match(prefixed, source, at) ?? match(decimal, source, at) ?? ''
  const problem = problemOf(text)
  if (problem !== undefined) throw fail(problem)
  return text
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0]
}

/** What Go's scanner would say, before anyone asks what the number is for. */
function problemOf(text: string): string | undefined {
  if (/^0[xXbBoO]_*$/.test(text)) return 'number has no digits'
  if (/^[^xX]*[pP]/.test(text)) return "'P' exponent requires hexadecimal mantissa"
  if (!/^0[xX]/.test(text) && /[eE][+-]?_*$/.test(text)) return 'exponent has no digits'
  if (/__|_\.|\._|_$|_[eEpP]/.test(text)) return "'_' must separate successive digits"
  if (/^0[\d_]*[89][\d_]*$/.test(text)) return 'invalid digit in octal literal'
  if (/^0[bB].*[2-9]/.test(text) || /^0[oO].*[89]/.test(text)) return 'invalid digit in literal'
  return undefined
}

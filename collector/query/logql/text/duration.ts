// Durations as Go's time package reads and prints them. Query literals additionally know days, weeks and years, as
// Prometheus has them; values of labels do not.

const unitNano: Readonly<Record<string, number>> = { ns: 1, us: 1e3, 'µs': 1e3, 'μs': 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }
const part = /(?:(\d+)(?:\.(\d*))?|\.(\d+))([^.\d]*)/y
const maxNano = 2n ** 63n
const largestExact = 2 ** 53

/** Go's time.ParseDuration: nanoseconds, undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const nano = readDuration(text)
  return typeof nano === 'number' ? nano : undefined
}

/** Go's Duration.Seconds(): whole seconds and the rest apart, which is not always the nearest float. */
export function secondsOf(nano: number): number {
  const whole = Math.trunc(nano / 1e9)
  return whole + (nano - whole * 1e9) / 1e9
}

/** What Go says of a text that {@link parseDuration} does not take. */
export function durationProblem(text: string): string {
  const problem = readDuration(text)
  return typeof problem === 'string' ? problem : ''
}

/** A literal of a query: one of Go's durations, or `1y2w3d4h5m6s7ms` in this order without fractions. */
export function parseLogQLDuration(text: string): number | undefined {
  return parseDuration(text) ?? parsePrometheusDuration(text)
}

const prometheus = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const prometheusUnitMs = [365 * 86_400_000, 7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1]

function parsePrometheusDuration(text: string): number | undefined {
  const found = text === '' ? null : prometheus.exec(text)
  if (found === null) return undefined
  const ms = prometheusUnitMs.reduce((sum, unit, i) => sum + Number(found[i + 1] ?? 0) * unit, 0)
  return ms * 1e6 < Number(maxNano) ? ms * 1e6 : undefined
}

/** Nanoseconds, or what is wrong. */
function readDuration(text: string): number | string {
  const invalid = `time: invalid duration ${quoted(text)}`
  const signed = text.startsWith('-') || text.startsWith('+')
  const from = signed ? 1 : 0
  if (text.length === from) return invalid
  if (text.slice(from) === '0') return 0
  let nano = 0
  for (let at = from; at < text.length;) {
    part.lastIndex = at
    const [whole, digits, fraction, onlyFraction, unit] = part.exec(text) ?? []
    if (whole === undefined) return invalid
    if (unit === '') return `time: missing unit in duration ${quoted(text)}`
    const size = unitNano[unit!]
    if (size === undefined) return `time: unknown unit ${quoted(unit!)} in duration ${quoted(text)}`
    nano += Number(digits ?? 0) * size + Math.trunc(Number(`0.${fraction ?? onlyFraction ?? ''}0`) * size)
    at += whole.length
  }
  if (nano >= largestExact && exceeds(text.slice(from), text.startsWith('-'))) return invalid
  return text.startsWith('-') ? 0 - nano : nano
}

/** The time package has its own way: every byte outside of ASCII is escaped. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -~]+/g, (part) => Array.from(Buffer.from(part), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''))
  return `"${escaped}"`
}

/** Near the end of 64 bits a double cannot tell: add again, exactly. */
function exceeds(text: string, negative: boolean): boolean {
  let nano = 0n
  for (const [, digits, fraction, onlyFraction, unit] of text.matchAll(new RegExp(part.source, 'g'))) {
    const size = unitNano[unit!] ?? 0
    nano += BigInt(digits ?? 0) * BigInt(size) + BigInt(Math.trunc(Number(`0.${fraction ?? onlyFraction ?? ''}0`) * size))
  }
  return negative ? nano > maxNano : nano >= maxNano
}

/** As Go prints a duration: `1m5s`, `1.5ms`, `0s`. */
export function formatDuration(nano: bigint): string {
  const sign = nano < 0n ? '-' : ''
  const size = nano < 0n ? -nano : nano
  if (size === 0n) return '0s'
  if (size < 1000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${withFraction(size, 1000n)}µs`
  if (size < 1_000_000_000n) return `${sign}${withFraction(size, 1_000_000n)}ms`
  const minutes = size / 60_000_000_000n
  const seconds = `${withFraction(size % 60_000_000_000n, 1_000_000_000n)}s`
  if (minutes === 0n) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function withFraction(size: bigint, unit: bigint): string {
  const fraction = (unit + (size % unit)).toString().slice(1).replace(/0+$/, '')
  return fraction === '' ? `${size / unit}` : `${size / unit}.${fraction}`
}

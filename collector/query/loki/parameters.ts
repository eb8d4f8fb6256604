// The parameters of a question, from the address and from a posted form, with Loki's names, defaults and rules.

import { parseSelector } from '../logql/parse.ts'
import { excludesEmpty } from '../logql/parse/validate.ts'
import { queryTextLimits } from '../options.ts'
import { LokiError } from './errors.ts'
import { parsePrometheusDuration, parseStep, parseTime } from './times.ts'
import type { Context } from 'hono'
import type { Matcher } from '../logql/ast.ts'
import type { Window } from '../logql/entry.ts'

const second = 1_000_000_000n
const hour = 3600n * second

/** Points that one series may have. */
export const maxPoints = 11_000

/** A posted form wins over the address, value by value; what is posted in another form is not looked at. */
export async function readParameters(c: Context, readForm: (c: Context, maxBytes: number) => Promise<string>): Promise<URLSearchParams> {
  const inAddress = new URL(c.req.url).searchParams
  const isForm = c.req.method === 'POST' && c.req.header('Content-Type')?.split(';')[0]!.trim().toLowerCase() === 'application/x-www-form-urlencoded'
  if (!isForm) return inAddress
  const form = new URLSearchParams(await readForm(c, queryTextLimits.formBytes))
  for (const [name, value] of inAddress) form.append(name, value)
  return form
}

export function queryText(parameters: URLSearchParams, name = 'query'): string {
  return checkedText(parameters.get(name) ?? '')
}

function checkedText(text: string): string {
  if (Buffer.byteLength(text) > queryTextLimits.queryBytes) throw new LokiError(400, `the query is longer than ${queryTextLimits.queryBytes} bytes`)
  return text
}

export interface WindowRules {
  /** Whether the two may be the same, or the other way round. */
  readonly unchecked?: boolean
}

/** `start`, `end` and `since`. Default: the last hour. */
export function windowOf(parameters: URLSearchParams, nowNano: bigint, { unchecked = false }: WindowRules = {}): Window {
  const toNano = timeOf(parameters, 'end') ?? nowNano
  const since = parameters.get('since')
  const sinceNano = since === null || since === '' ? hour : parsePrometheusDuration(since)
  if (sinceNano === undefined) throw new LokiError(400, "could not parse 'since' parameter: not a valid duration string")
  const fromNano = timeOf(parameters, 'start') ?? (toNano < nowNano ? toNano : nowNano) - sinceNano
  if (!unchecked && toNano < fromNano) throw new LokiError(400, 'end timestamp must not be before or equal to start time')
  return { fromNano, toNano }
}

export function timeOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  const nano = parseTime(text)
  if (nano === undefined) throw new LokiError(400, `could not parse '${name}' parameter: give seconds, nanoseconds or RFC 3339`)
  return nano
}

/** Default: a 250th of the window, at least a second. */
export function stepOf(parameters: URLSearchParams, { fromNano, toNano }: Window): bigint {
  const given = durationOf(parameters, 'step')
  const seconds = (toNano - fromNano) / second / 250n
  const stepNano = given ?? (seconds > 1n ? seconds : 1n) * second
  if (stepNano <= 0n) throw new LokiError(400, 'zero or negative query resolution step widths are not accepted. Try a positive integer')
  if ((toNano - fromNano) / stepNano > BigInt(maxPoints)) throw new LokiError(400, 'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter')
  return stepNano
}

/** `interval`: the pause between two entries of an answer at least. Default 0. */
export function intervalOf(parameters: URLSearchParams): bigint {
  const nano = durationOf(parameters, 'interval') ?? 0n
  if (nano < 0n) throw new LokiError(400, 'interval must be >= 0')
  return nano
}

function durationOf(parameters: URLSearchParams, name: string): bigint | undefined {
  const text = parameters.get(name)
  if (text === null || text === '') return undefined
  const nano = parseStep(text)
  if (nano === undefined) throw new LokiError(400, `cannot parse '${name}' to a valid duration`)
  return nano
}

/** How many; the first of `names` that is given. */
export function limitOf(parameters: URLSearchParams, fallback: number, names: readonly string[] = ['limit']): number {
  const limit = integerOf(parameters, fallback, names)
  if (limit <= 0) throw new LokiError(400, 'limit must be a positive value')
  return limit
}

export function integerOf(parameters: URLSearchParams, fallback: number, names: readonly string[]): number {
  const name = names.find((each) => (parameters.get(each) ?? '') !== '')
  if (name === undefined) return fallback
  const text = parameters.get(name)!
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new LokiError(400, `'${name}' is not an integer`)
  return Number(text)
}

export function directionOf(parameters: URLSearchParams): 'forward' | 'backward' {
  const text = (parameters.get('direction') ?? '').toLowerCase()
  if (text === '' || text === 'backward') return 'backward'
  if (text === 'forward') return 'forward'
  throw new LokiError(400, 'invalid direction: use forward or backward')
}

/** A selector that leaves something out, as everything but `series` and `volume` wants it. */
export function selectorOf(parameters: URLSearchParams): readonly Matcher[] {
  const matchers = parseSelector(queryText(parameters))
  if (!matchers.some(excludesEmpty)) throw new LokiError(400, 'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will')
  return matchers
}

/** The same, where none means all. */
export function selectorIfAny(parameters: URLSearchParams): readonly Matcher[] {
  return queryText(parameters) === '' ? [] : selectorOf(parameters)
}

/** `match[]` of Grafana, `match` of logcli, as often as they like. */
export function selectorsOf(parameters: URLSearchParams): readonly (readonly Matcher[])[] {
  const texts = [...parameters.getAll('match[]'), ...parameters.getAll('match')].map(checkedText)
  if (texts.length > 100) throw new LokiError(400, 'at most 100 selectors')
  return texts.filter((text) => text !== '').map((text) => parseSelector(text))
}

// The timeline's query string, all problems at once. Unknown parameters are refused: a misspelt filter that is ignored
// would show someone the wrong story.

import { BlotterError } from '../../errors.ts'
import { customerFields } from './export/exporter.ts'
import { parseTime } from './time.ts'
import type { FieldName } from '@blotter/processors'
import type { Violation } from '../../errors.ts'
import type { Link, LinkKind } from '../../store/store.ts'
import type { TimelineQuestion } from './engine.ts'
import type { CustomerField, ExportOptions } from './export/exporter.ts'
import type { Problem } from './time.ts'

/** What is asked by, and the field whose class decides who may ask by it. `undefined`: everything in a record. */
export const fieldsAsked: Readonly<Record<LinkKind | 'integration' | 'outcome' | 'action', FieldName>> & { readonly text: undefined } = {
  request_id: 'requestId', trace_id: 'requestId', session_id: 'sessionId', delivery_id: 'deliveryId', idempotency_key: 'idempotencyKey', actor: 'actorId', target: 'targetId',
  fingerprint: 'fingerprint', record_id: 'recordId', integration: 'integration', outcome: 'outcome', action: 'action', text: undefined,
}

const linkParameters: readonly LinkKind[] = ['request_id', 'trace_id', 'session_id', 'delivery_id', 'idempotency_key', 'actor', 'target', 'fingerprint', 'record_id']
const seedParameters = [...linkParameters, 'integration', 'outcome', 'action', 'event', 'from', 'to']
const otherParameters = ['limit', 'related', 'depth', 'fold', 'cursor', 'format', 'share', 'fields']
const parameterNames = [...seedParameters, 'text', ...otherParameters]

export const timelineLimits = { records: 500, mostRecords: 10_000, valueLength: 1024, depth: 3, mostDepth: 6, concurrent: 16, bytes: 512 * 1024 * 1024 } as const

export interface AskedTimeline {
  readonly question: TimelineQuestion
  /** Names of the parameters that are conditions: what the question is about, never its values. */
  readonly kinds: readonly string[]
  readonly fold: boolean
  /** An export; absent for an answer to look at. */
  readonly format?: string
  readonly cursor?: string
  readonly exportOptions: Pick<ExportOptions, 'share' | 'fields'>
}

export function parseTimelineQuery(parameters: URLSearchParams, nowMs: number, formats: readonly string[] = []): AskedTimeline {
  const violations: Violation[] = []
  const problem: Problem = (field, description) => { violations.push({ field, description }) }
  checkNames(parameters, problem)
  const value = (name: string): string | undefined => parameters.get(name) || undefined
  const all: Link[] = linkParameters.flatMap((kind) => { const id = value(kind); return id === undefined ? [] : [{ kind, id: kind === 'trace_id' ? id.toLowerCase() : id }] })
  const format = oneOf(value('format'), 'format', formats, problem)
  const depth = parseNumber(value('depth'), 'depth', 0, timelineLimits.mostDepth, timelineLimits.depth, problem)
  const question = compact<TimelineQuestion>({
    all, ...outcomeOf(oneOf(value('outcome'), 'outcome', outcomes, problem)),
    integration: value('integration'), action: value('action'), events: parseEvents(value('event')), text: value('text'),
    fromNano: parseTime(value('from'), nowMs, 'from', problem), toNano: parseTime(value('to'), nowMs, 'to', problem),
    limit: parseNumber(value('limit'), 'limit', 1, timelineLimits.mostRecords, format === undefined ? timelineLimits.records : timelineLimits.mostRecords, problem),
    depth: oneOf(value('related'), 'related', booleans, problem) === 'false' ? 0 : depth,
  })
  const kinds = [...seedParameters, 'text'].filter((name) => value(name) !== undefined)
  if (!kinds.some((name) => name !== 'text')) problem('query', `give at least one of ${seedParameters.join(', ')}`)
  else if (question.text !== undefined && all.length === 0 && question.fromNano === undefined) problem('text', 'needs an identifier or `from` beside it: it is looked for in every record of that time')
  const fold = oneOf(value('fold'), 'fold', booleans, problem) !== 'false'
  const exportOptions = parseExportOptions(value, format, problem)
  if (violations.length > 0) throw new BlotterError('INVALID_QUERY', { violations })
  return compact<AskedTimeline>({ question, kinds, fold, format, cursor: value('cursor'), exportOptions })
}

function checkNames(parameters: URLSearchParams, problem: Problem): void {
  for (const name of new Set(parameters.keys())) {
    if (!parameterNames.includes(name)) { problem('parameter', `known are ${parameterNames.join(', ')}`); continue }
    if (parameters.getAll(name).length > 1) problem(name, 'may be given once')
    if ((parameters.get(name) ?? '').length > timelineLimits.valueLength) problem(name, `at most ${timelineLimits.valueLength} characters`)
  }
}

const booleans = ['true', 'false'] as const
const outcomes = ['success', 'failure', 'denied', 'unknown'] as const

/** What was denied is stored as a failure with a decision: `failure` finds it too. */
function outcomeOf(outcome: string | undefined): { readonly outcome?: string; readonly decision?: string } {
  if (outcome === undefined) return {}
  return outcome === 'denied' ? { outcome: 'failure', decision: 'deny' } : { outcome }
}

const mostShared = 20

/** Only a version for customers leaves anything to choose. */
function parseExportOptions(value: (name: string) => string | undefined, format: string | undefined, problem: Problem): Pick<ExportOptions, 'share' | 'fields'> {
  const list = (name: string): string[] | undefined => value(name)?.split(',').map((word) => word.trim()).filter((word) => word !== '')
  const share = list('share'), chosen = list('fields')
  for (const name of ['share', 'fields']) if (value(name) !== undefined && format?.startsWith('customer') !== true) problem(name, 'goes with format=customer alone')
  if (share !== undefined && share.length > mostShared) problem('share', `at most ${mostShared} integrations`)
  if (chosen?.some((name) => !(customerFields as readonly string[]).includes(name)) === true) problem('fields', `some of ${customerFields.join(', ')}`)
  return compact<Pick<ExportOptions, 'share' | 'fields'>>({ share, fields: chosen as readonly CustomerField[] | undefined })
}

/** Several with commas, such as `payment.refund,webhook.*`. */
function parseEvents(source: string | undefined): string[] | undefined {
  return source?.split(',').map((name) => name.trim()).filter((name) => name !== '')
}

function oneOf<Word extends string>(source: string | undefined, field: string, words: readonly Word[], problem: Problem): Word | undefined {
  if (source === undefined || (words as readonly string[]).includes(source)) return source as Word | undefined
  problem(field, `one of ${words.join(', ')}`)
  return undefined
}

function parseNumber(source: string | undefined, field: string, least: number, most: number, usual: number, problem: Problem): number {
  if (source === undefined) return usual
  const number = /^(?:0|[1-9][0-9]{0,6})$/.test(source) ? Number(source) : -1
  if (number < least || number > most) problem(field, `a number from ${least} to ${most}`)
  return number
}

function compact<T>(members: { readonly [K in keyof T]: T[K] | undefined } | { readonly [key: string]: unknown }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}

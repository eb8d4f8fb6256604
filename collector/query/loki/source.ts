// Entries of the store for the language: pages in order of time, the stages that the store understands run there.

import { parseRecord } from '@blotter/processors'
import { lookOfText } from '../../look/look-of-text.ts'
import { lookOf } from '../../look/look.ts'
import { matchLabels } from '../logql/pipeline.ts'
import { countEntries } from './count.ts'
import { createReading } from './reading.ts'
import { namesOne, pushDown } from './push-down.ts'
import { slicesOf } from './slices.ts'
import { chooseStreams } from './stream-list.ts'
import type { AuditRecord } from '@blotter/processors'
import type { LogCondition, LogRow, LogRows, LogWhere } from '../../store/log-rows.ts'
import type { RecordPlace, Scope } from '../../store/store.ts'
import type { Entry, EntryQuestion, EntrySource } from '../logql/entry.ts'
import type { Reading, SourceLimits } from './reading.ts'

export type { SourceLimits } from './reading.ts'
export type Mask = (record: AuditRecord) => AuditRecord

/** `mask`: what the reader may not see is not searched either, so the store is asked for streams and times alone. */
export function createEntrySource(rows: LogRows, { workspace, environment }: Scope, limits: SourceLimits, mask?: Mask): EntrySource {
  const scope = { workspace, environment }
  return {
    entries: (question) => entries(rows, scope, question, createReading(limits, question.signal), mask),
    count: async (question) => (mask === undefined ? countEntries(rows, scope, question, createReading(limits, question.signal)) : undefined),
  }
}

export function entryOf(record: AuditRecord): Entry {
  return { timeNano: record.timeUnixNano, ...lookOf(record) }
}

const firstRows = 128
const mostRows = 8192
/** Made into entries in one go: about five milliseconds, between which whoever evaluates gives way. */
const sliceRows = 256

async function* entries(rows: LogRows, scope: Scope, question: EntryQuestion, reading: Reading, mask: Mask | undefined): AsyncGenerator<readonly Entry[]> {
  if (question.toNano <= question.fromNano) return
  const { condition } = mask === undefined ? pushDown(question.stages) : {}
  const matches = matchLabels(question.matchers)
  const shown = (page: readonly LogRow[]): Entry[] => page.map((row) => (mask === undefined ? entryOfRow(row) : entryOf(mask(parseRecord(row.canonical.toString())))))
  const pages = (namesOne(condition) ? await identified(rows, scope, question, condition, reading) : undefined) ?? chosen(rows, scope, question, condition, reading)
  for await (const page of pages) {
    for (let from = 0; from < page.length; from += sliceRows) yield shown(page.slice(from, from + sliceRows)).filter(({ stream }) => matches(stream)) // what is masked may have changed its stream
  }
}

/** Records that have an identifier are found by it, wherever they lie: neither streams nor slices. Undefined: an irregular one may be meant too. */
async function identified(rows: LogRows, scope: Scope, question: EntryQuestion, condition: LogCondition | undefined, reading: Reading): Promise<AsyncIterable<LogRow[]> | undefined> {
  const { fromNano, toNano } = question
  const window = { fromNano, toNano }
  const pages = pagesOf(rows, scope, { ...window, ...(condition === undefined ? {} : { condition }) }, question.direction, { limit: firstLimit(question) }, reading)
  const [irregular, first] = await Promise.all([reading.ask((options) => rows.irregular(scope, window, options)), pages.next()])
  if (irregular > 0) return undefined
  return (async function* () {
    if (first.done !== true) { yield first.value; yield* pages }
  })()
}

async function* chosen(rows: LogRows, scope: Scope, question: EntryQuestion, condition: LogCondition | undefined, reading: Reading): AsyncGenerator<LogRow[]> {
  const { direction, matchers } = question
  const { totals, streams, irregular } = await chooseStreams(rows, scope, question, matchers, reading)
  if (totals.length === 0) return
  const where = { ...(streams === undefined ? {} : { streams }), ...(condition === undefined ? {} : { condition }), ...(irregular ? { irregular: 'too' as const } : {}) }
  const next = { limit: firstLimit(question) }
  for (const window of slicesOf(question, totals, condition, next.limit)) yield* pagesOf(rows, scope, { ...where, ...window }, direction, next, reading)
}

const firstLimit = ({ about = 0 }: EntryQuestion): number => Math.min(Math.max(firstRows, about + 1), mostRows)

/** Later pages are larger, as long as their bytes allow: whoever wants few reads few. */
async function* pagesOf(rows: LogRows, scope: Scope, where: LogWhere, direction: EntryQuestion['direction'], next: { limit: number }, reading: Reading): AsyncGenerator<LogRow[]> {
  for (let after: RecordPlace | undefined; ;) {
    const { limit } = next
    const place = after
    const page = await reading.ask((options) => rows.page(scope, where, { direction, limit, ...(place === undefined ? {} : { after: place }) }, options))
    if (page.length === 0) return
    reading.took(page)
    next.limit = nextLimit(limit, page)
    yield page
    if (page.length < limit) return
    after = page.at(-1)
  }
}

/** A page of this many bytes takes some tens of milliseconds to read. */
const pageBytes = 16 * 1024 * 1024

function nextLimit(limit: number, page: readonly LogRow[]): number {
  const average = page.reduce((sum, { canonical }) => sum + canonical.length, 0) / page.length
  return Math.max(Math.min(limit * 4, mostRows, Math.floor(pageBytes / average)), 1)
}

function entryOfRow(row: LogRow): Entry {
  const look = row.irregular ? undefined : lookOfText(row)
  return { timeNano: row.timeNano, ...(look ?? lookOf(parseRecord(row.canonical.toString()))) }
}

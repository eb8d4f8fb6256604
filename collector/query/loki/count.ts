// Counts entries where they are, when the store can tell exactly which they are and what they are grouped by. Irregular
// records, of which the columns do not tell the truth, are read and run through the stages one by one.

import { parseRecord } from '@blotter/processors'
import { lookOf } from '../../look/look.ts'
import { streamFrom } from '../../look/stream.ts'
import { metadataColumns } from '../../store/look-names.ts'
import { compilePipeline } from '../logql/pipeline.ts'
import { pushDown } from './push-down.ts'
import { chooseStreams } from './stream-list.ts'
import type { CountRow, LogRows, LogWhere } from '../../store/log-rows.ts'
import type { MetadataColumn } from '../../store/look-names.ts'
import type { RecordPlace, Scope } from '../../store/store.ts'
import type { CountedSeries, CountQuestion } from '../logql/entry.ts'
import type { Reading } from './reading.ts'
import type { ChosenStreams } from './stream-list.ts'

const mostGroups = 500_000
/** Numbers held, over all series. */
const mostCounts = 10_000_000

export async function countEntries(rows: LogRows, scope: Scope, question: CountQuestion, reading: Reading): Promise<readonly CountedSeries[] | undefined> {
  const { log, measure, originNano, widthNano, buckets } = question
  const plan = pushDown(log.stages)
  if (!plan.exact || buckets <= 0) return undefined
  const window = { fromNano: originNano + 1n, toNano: originNano + BigInt(buckets) * widthNano + 1n }
  const chosen = await chooseStreams(rows, scope, window, log.matchers, reading)
  if (chosen.totals.length === 0) return []
  const by = question.by.filter((name) => !plan.removes(name))
  const grouping = groupingOf(by, chosen)
  if (grouping === undefined) return undefined
  const where: LogWhere = { ...window, ...(chosen.streams === undefined ? {} : { streams: chosen.streams }), ...(plan.condition === undefined ? {} : { condition: plan.condition }) }
  const counted = await reading.ask((options) => rows.count(scope, { ...where, measure, ...grouping, originNano, widthNano, limit: mostGroups }, options))
  const series = createSeries(buckets)
  if (counted.length > mostGroups || !counted.every((row) => series.add(labelsOf(by, grouping, row), row.bucket, row.count))) return undefined
  if (chosen.irregular && !(await countIrregular(rows, scope, question, where, by, series, reading))) return undefined
  return series.all()
}

interface Grouping { readonly columns: readonly MetadataColumn[]; readonly byStream: boolean }

/** Undefined: a label that may be metadata of which there is no column. */
function groupingOf(by: readonly string[], { totals }: ChosenStreams): Grouping | undefined {
  const ofStream = by.filter((name) => !metadataColumns.has(name))
  if (!ofStream.every((name) => totals.every(({ labels }) => labels.has(name)))) return undefined
  return { columns: by.flatMap((name) => metadataColumns.get(name) ?? []), byStream: ofStream.length > 0 }
}

/** In the order of `by`, without empty ones. */
function labelsOf(by: readonly string[], { columns }: Grouping, { stream, values }: CountRow): Map<string, string> {
  const labels = new Map<string, string>()
  for (const name of by) {
    const column = metadataColumns.get(name)
    const value = column === undefined ? streamFrom(stream).get(name) ?? '' : values[columns.indexOf(column)]!
    if (value !== '') labels.set(name, value)
  }
  return labels
}

interface Series {
  /** False: there are too many to hold, or nothing but empty lines, which have a sum of bytes that a bucket without lines has too. */
  add(labels: Map<string, string>, bucket: number, count: number): boolean
  all(): readonly CountedSeries[]
}

function createSeries(buckets: number): Series {
  const series = new Map<string, { readonly labels: ReadonlyMap<string, string>; readonly counts: Float64Array }>()
  return {
    add(labels, bucket, count) {
      if (count === 0) return false
      const key = JSON.stringify([...labels])
      let one = series.get(key)
      if (one === undefined) {
        if ((series.size + 1) * buckets > mostCounts) return false
        one = { labels, counts: new Float64Array(buckets) }
        series.set(key, one)
      }
      one.counts[bucket]! += count
      return true
    },
    all: () => [...series.values()],
  }
}

const pageRows = 2048

async function countIrregular(rows: LogRows, scope: Scope, { log, measure, originNano, widthNano }: CountQuestion, where: LogWhere, by: readonly string[], series: Series, reading: Reading): Promise<boolean> {
  const pipeline = compilePipeline(log.stages)
  for (let after: RecordPlace | undefined; ;) {
    const page = await reading.ask((options) => rows.page(scope, { ...where, irregular: 'only' }, { direction: 'forward', limit: pageRows, ...(after === undefined ? {} : { after }) }, options))
    reading.took(page)
    for (const { canonical, timeNano } of page) {
      const processed = pipeline.process({ timeNano, ...lookOf(parseRecord(canonical.toString())) })
      if (processed === undefined) continue
      const label = (name: string): string => processed.parsed.get(name) ?? processed.stream.get(name) ?? processed.metadata.get(name) ?? ''
      const labels = new Map(by.map((name) => [name, label(name)] as const).filter(([, value]) => value !== ''))
      if (!series.add(labels, Number((timeNano - originNano - 1n) / widthNano), measure === 'lines' ? 1 : Buffer.byteLength(processed.line))) return false
    }
    if (page.length < pageRows) return true
    after = page.at(-1)!
  }
}

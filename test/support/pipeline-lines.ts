// Runs the stages of a query over a few lines and shows what becomes of them in plain objects.

import { parseLogQL } from '../../collector/query/logql/parse.ts'
import { compilePipeline, compileSampler, type SamplerOptions } from '../../collector/query/logql/pipeline.ts'
import type { LogQuery, RangeAggregation } from '../../collector/query/logql/ast.ts'
import type { Entry, Labels } from '../../collector/query/logql/entry.ts'

/** A line, or a line with its metadata. */
export type Line = string | readonly [line: string, metadata: Record<string, string>]

export interface ShownLine {
  readonly line: string
  readonly stream: Record<string, string>
  readonly metadata: Record<string, string>
  readonly parsed: Record<string, string>
}

const defaultStream = { app: 'shop' }

export function entriesOf(lines: readonly Line[], stream: Record<string, string> = defaultStream): Entry[] {
  const labels: Labels = new Map(Object.entries(stream))
  return lines.map((line, at) => {
    const [text, metadata] = typeof line === 'string' ? [line, {}] : line
    return { timeNano: BigInt(at), line: text, stream: labels, metadata: new Map(Object.entries(metadata)) }
  })
}

/** `stages` as they stand behind a selector: `| json | a > 1`. */
export function runStages(stages: string, lines: readonly Line[], stream?: Record<string, string>): ShownLine[] {
  const pipeline = compilePipeline(logQuery(stages).stages)
  return entriesOf(lines, stream).flatMap((entry) => {
    const processed = pipeline.process(entry)
    if (processed === undefined) return []
    const { line, metadata, parsed } = processed
    return [{ line, stream: shown(processed.stream), metadata: shown(metadata), parsed: shown(parsed) }]
  })
}

/** The labels that the query found or set, line by line. */
export function parsedBy(stages: string, lines: readonly Line[], stream?: Record<string, string>): Record<string, string>[] {
  return runStages(stages, lines, stream).map(({ parsed }) => parsed)
}

export interface ShownSample { readonly labels: Record<string, string>; readonly value: number; readonly failed: boolean }

/** Samples of a range aggregation such as `sum_over_time({app="shop"} | unwrap n [1m])`. */
export function samplesOf(aggregation: string, lines: readonly Line[], grouping?: SamplerOptions['grouping']): ShownSample[] {
  const { log, unwrap, op } = parseLogQL(aggregation) as RangeAggregation
  const measure = unwrap !== undefined ? 'value' : op.startsWith('bytes') ? 'bytes' : 'lines'
  const sampler = compileSampler(log, unwrap, grouping === undefined ? { measure } : { measure, grouping })
  return entriesOf(lines).flatMap((entry) => {
    const sample = sampler.sample(entry)
    return sample === undefined ? [] : [{ labels: shown(sample.labels), value: sample.value, failed: sample.failed }]
  })
}

function logQuery(stages: string): LogQuery {
  return parseLogQL(`{app="shop"} ${stages}`) as LogQuery
}

function shown(labels: Labels): Record<string, string> {
  return Object.fromEntries(labels)
}

// Results as Loki's clients read them. The order of members counts: Grafana reads `result` by what `encodingFlags` said
// before it. Times of entries are texts of nanoseconds, times of samples numbers of seconds, values of samples texts.

import { formatFloat } from '../logql/text/float.ts'
import { allLabels } from './group.ts'
import { jsonArray } from './json-stream.ts'
import { timeOfStep } from '../logql/evaluate/results.ts'
import type { Matrix, Scalar, Vector } from '../logql/evaluate/results.ts'
import type { Labels } from '../logql/entry.ts'
import type { Processed } from '../logql/pipeline.ts'
import type { LogStream } from './group.ts'

export interface Statistics { readonly rows: number; readonly bytes: number; readonly seconds: number; readonly returned: number }

/** `categorized`: the client asked to be told which labels come from where. */
export function* encodeStreams(streams: readonly LogStream[], categorized: boolean, statistics: Statistics): Generator<string> {
  yield head('streams', categorized)
  yield* jsonArray(streams, (stream) => encodeStream(stream, categorized))
  yield tail(statistics)
}

function* encodeStream({ labels, entries }: LogStream, categorized: boolean): Generator<string> {
  yield `{"stream":${encodeLabels(labels)},"values":`
  yield* jsonArray(entries, ({ timeNano, line, metadata, parsed }) => {
    const entry = `["${timeNano}",${JSON.stringify(line)}`
    return categorized ? `${entry},${categories(metadata, parsed)}]` : `${entry}]`
  })
  yield '}'
}

/** Always there, if empty: a client that asked for categories expects three members of every entry. */
function categories(metadata: Labels, parsed: Labels): string {
  const members = [...(metadata.size === 0 ? [] : [`"structuredMetadata":${encodeLabels(metadata)}`]), ...(parsed.size === 0 ? [] : [`"parsed":${encodeLabels(parsed)}`])]
  return `{${members.join(',')}}`
}

export function* encodeMatrix(matrix: Matrix, statistics: Statistics): Generator<string> {
  const times = new Map<number, bigint>()
  const timeOf = (step: number): bigint => {
    const known = times.get(step)
    if (known !== undefined) return known
    const timeNano = timeOfStep(matrix, step)
    times.set(step, timeNano)
    return timeNano
  }
  yield head('matrix')
  yield* jsonArray(matrix.series, ({ labels, steps, values }) => `{"metric":${encodeLabels(labels)},"values":[${steps.map((step, i) => encodeSample(timeOf(step), values[i]!)).join(',')}]}`)
  yield tail(statistics)
}

export function* encodeVector({ timeNano, samples }: Vector, statistics: Statistics): Generator<string> {
  yield head('vector')
  yield* jsonArray(samples, ({ labels, value }) => `{"metric":${encodeLabels(labels)},"value":${encodeSample(timeNano, value)}}`)
  yield tail(statistics)
}

export function* encodeScalar({ timeNano, value }: Scalar, statistics: Statistics): Generator<string> {
  yield `${head('scalar')}${encodeSample(timeNano, value)}${tail(statistics)}`
}

function head(resultType: string, categorized = false): string {
  return `{"status":"success","data":{"resultType":"${resultType}",${categorized ? '"encodingFlags":["categorize-labels"],' : ''}"result":`
}

/** What Grafana and logcli show of the cost of a query. Ours is told where Loki tells that of all its parts together. */
function tail({ rows, bytes, seconds, returned }: Statistics): string {
  const perSecond = (amount: number): number => (seconds === 0 ? 0 : Math.round(amount / seconds))
  const summary = {
    bytesProcessedPerSecond: perSecond(bytes), linesProcessedPerSecond: perSecond(rows), totalBytesProcessed: bytes, totalLinesProcessed: rows,
    execTime: seconds, queueTime: 0, subqueries: 0, totalEntriesReturned: returned, splits: 0, shards: 0, totalPostFilterLines: returned, totalStructuredMetadataBytesProcessed: 0,
  }
  return `,"stats":${JSON.stringify({ summary })}}}`
}

/** In order of names, as every Loki client is used to see them. */
export function encodeLabels(labels: Labels): string {
  const names = labels.size === 1 ? [...labels.keys()] : [...labels.keys()].sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(labels.get(name))}`).join(',')}}`
}

/** Milliseconds are as fine as times of samples get. */
function encodeSample(timeNano: bigint, value: number): string {
  return `[${Number(timeNano / 1_000_000n) / 1000},"${formatFloat(value)}"]`
}

/** One message of a tail. `dropped`: entries that the client was too slow for. */
export function encodeTail(streams: readonly LogStream[], categorized: boolean, dropped: readonly Processed[]): string {
  const flags = categorized ? ',"encodingFlags":["categorize-labels"]' : ''
  const lost = dropped.map((entry) => `{"labels":${encodeLabels(allLabels(entry))},"timestamp":"${entry.timeNano}"}`).join(',')
  return `{"streams":${[...jsonArray(streams, (stream) => encodeStream(stream, categorized))].join('')}${lost === '' ? '' : `,"dropped_entries":[${lost}]`}${flags}}`
}

import { expect, test } from 'vitest'
import { labelsOf } from '../../../test/support/memory-entries.ts'
import { encodeMatrix, encodeScalar, encodeStreams, encodeTail, encodeVector } from './encode.ts'
import { groupEntries } from './group.ts'
import type { Processed } from '../logql/pipeline.ts'

const statistics = { rows: 20, bytes: 1000, seconds: 0.5, returned: 2 }
const written = (pieces: Iterable<string>): string => [...pieces].join('')
const dataOf = (pieces: Iterable<string>): Record<string, any> => (JSON.parse(written(pieces)) as { data: Record<string, any> }).data

const stream = labelsOf({ service_name: 'shop' })
const entry = (timeNano: bigint, line: string, metadata: Record<string, string> = {}, parsed: Record<string, string> = {}): Processed => ({ timeNano, line, stream, metadata: labelsOf(metadata), parsed: labelsOf(parsed) })

test('nothing found is an empty list, and still says what it is', () => {
  expect(dataOf(encodeStreams([], false, statistics))).toMatchObject({ resultType: 'streams', result: [] })
  expect(dataOf(encodeStreams([], true, statistics))).toMatchObject({ encodingFlags: ['categorize-labels'], result: [] })
  expect(dataOf(encodeVector({ kind: 'vector', timeNano: 0n, samples: [] }, statistics))).toMatchObject({ resultType: 'vector', result: [] })
  expect(dataOf(encodeMatrix({ kind: 'matrix', startNano: 0n, stepNano: 1n, series: [] }, statistics))).toMatchObject({ resultType: 'matrix', result: [] })
})

test('without categories an entry has two members, and what is beside it makes its stream', async () => {
  const entries = [entry(3n, 'c', { id: '1' }), entry(2n, 'b', { id: '2' }, { level: 'info' }), entry(1n, 'a', { id: '1' })]
  const text = written(encodeStreams(await groupEntries(entries, false, 'backward'), false, statistics))
  expect(text).toBe(`{"status":"success","data":{"resultType":"streams","result":[{"stream":{"id":"2","level":"info","service_name":"shop"},"values":[["2","b"]]},{"stream":{"id":"1","service_name":"shop"},"values":[["3","c"],["1","a"]]}],"stats":${JSON.stringify(dataOf([text])['stats'])}}}`)
})

test('with categories every entry has three, empty or not', async () => {
  const entries = [entry(1n, 'a'), entry(2n, 'b', { id: '2' }, { __error__: 'JSONParserErr' })]
  expect(dataOf(encodeStreams(await groupEntries(entries, true, 'forward'), true, statistics))['result']).toEqual([
    { stream: { service_name: 'shop' }, values: [['1', 'a', {}], ['2', 'b', { structuredMetadata: { id: '2' }, parsed: { __error__: 'JSONParserErr' } }]] },
  ])
})

test('streams stand in order of their labels, backwards when the entries do', async () => {
  const entries = ['b', 'a', 'c'].map((id, i) => entry(BigInt(i), id, { id }))
  const ids = async (direction: 'forward' | 'backward'): Promise<unknown[]> => (await groupEntries(entries, false, direction)).map(({ labels }) => labels.get('id'))
  expect(await ids('forward')).toEqual(['a', 'b', 'c'])
  expect(await ids('backward')).toEqual(['c', 'b', 'a'])
})

test('lines come out as they went in, whatever is in them', async () => {
  const line = 'quotes " \\ \n \u0000 \u2028 ünïcode 🚀 </script>'
  expect(dataOf(encodeStreams(await groupEntries([entry(1n, line)], false, 'forward'), false, statistics))['result'][0].values).toEqual([['1', line]])
})

test('a matrix has gaps, special values and steps below a second', () => {
  const labels = labelsOf({ __name__: 'x', a: 'b' })
  const { result } = dataOf(encodeMatrix({ kind: 'matrix', startNano: 1_795_549_280_250_000_000n, stepNano: 250_000_000n, series: [{ labels, steps: [0, 2, 3, 7], values: [1.5, NaN, Infinity, -Infinity] }] }, statistics))
  expect(result).toEqual([{ metric: { __name__: 'x', a: 'b' }, values: [[1_795_549_280.25, '1.5'], [1_795_549_280.75, 'NaN'], [1_795_549_281, '+Inf'], [1_795_549_282, '-Inf']] }])
})

test('values never have an exponent', () => {
  expect(dataOf(encodeVector({ kind: 'vector', timeNano: 4_000_000_000n, samples: [{ labels: new Map(), value: 1e30 }, { labels: new Map(), value: 1e-7 }, { labels: new Map(), value: -0 }] }, statistics))['result'])
    .toEqual([{ metric: {}, value: [4, '1000000000000000000000000000000'] }, { metric: {}, value: [4, '0.0000001'] }, { metric: {}, value: [4, '-0'] }])
})

test('a scalar is a pair', () => {
  expect(dataOf(encodeScalar({ kind: 'scalar', timeNano: 10_500_000_000n, value: 2 }, statistics))).toMatchObject({ resultType: 'scalar', result: [10.5, '2'] })
})

test('what it cost is told for people', () => {
  expect(dataOf(encodeStreams([], false, statistics))['stats'].summary).toMatchObject({ bytesProcessedPerSecond: 2000, linesProcessedPerSecond: 40, totalBytesProcessed: 1000, totalLinesProcessed: 20, execTime: 0.5 })
})

test('a tail tells what it had to drop, and says nothing of it otherwise', async () => {
  expect(JSON.parse(encodeTail(await groupEntries([entry(1n, 'a')], false, 'forward'), false, []))).toEqual({ streams: [{ stream: { service_name: 'shop' }, values: [['1', 'a']] }] })
  expect(JSON.parse(encodeTail([], true, [entry(5n, 'lost', { id: '1' })]))).toEqual({ streams: [], dropped_entries: [{ labels: { id: '1', service_name: 'shop' }, timestamp: '5' }], encodingFlags: ['categorize-labels'] })
})

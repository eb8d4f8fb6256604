import { expect, test } from 'vitest'
import { entriesOf, samplesOf } from '../../../test/support/pipeline-lines.ts'
import { parseLogQL } from './parse.ts'
import { compileSampler } from './pipeline.ts'
import type { RangeAggregation } from './ast.ts'

const by = (...labels: string[]) => ({ without: false, labels })
const without = (...labels: string[]) => ({ without: true, labels })
const lines = ['{"n":"5","g":"A"}', '{"n":"x","g":"B"}', '{"g":"C"}', 'no json'] as const

function labelsOf(aggregation: string, grouping?: ReturnType<typeof by>): unknown[] {
  return samplesOf(aggregation, lines, grouping).map(({ labels, failed }) => failed ? labels.__error__ : labels)
}

test('lines count one, bytes count those of the line at the end', () => {
  expect(samplesOf('count_over_time({app="shop"}[1m])', ['é', ''])).toEqual([{ labels: { app: 'shop' }, value: 1, failed: false }, { labels: { app: 'shop' }, value: 1, failed: false }])
  expect(samplesOf('bytes_over_time({app="shop"}[1m])', ['é', '']).map(({ value }) => value)).toEqual([2, 0])
  expect(samplesOf('bytes_over_time({app="shop"} | unpack [1m])', ['{"_entry":"abc"}']).map(({ value }) => value)).toEqual([3])
})

test('an error fails the sample with all its labels, unless it is filtered, dropped or asked for', () => {
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', ['no json'])).toMatchObject([{ failed: true, labels: { app: 'shop', __error__: 'JSONParserErr' } }])
  expect(samplesOf('count_over_time({app="shop"} | json | __error__="" [1m])', ['no json'])).toEqual([])
  expect(samplesOf('count_over_time({app="shop"} | json | drop __error__ [1m])', ['no json'])).toMatchObject([{ failed: false, labels: { app: 'shop' } }])
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', ['no json'], by('__error__', 'g'))).toEqual([{ failed: false, labels: { __error__: 'JSONParserErr' }, value: 1 }])
  expect(samplesOf('count_over_time({app="shop"} | json | g > 1 [1m])', ['{"g":"x"}'], by('__error__'))).toMatchObject([{ failed: true }])
})

test('an unwrapped label is the value and not part of the series; no label, no sample', () => {
  const samples = samplesOf('sum_over_time({app="shop"} | json | unwrap n [1m])', lines)
  expect(samples).toEqual([
    { labels: { app: 'shop', g: 'A' }, value: 5, failed: false },
    { labels: expect.objectContaining({ n: 'x', __error__: 'SampleExtractionErr', __error_details__: 'strconv.ParseFloat: parsing "x": invalid syntax' }), value: 0, failed: true },
  ])
  expect(samplesOf('sum_over_time({app="shop"} | json | unwrap n [1m])', ['{"n":""}'])).toEqual([])
})

test('filters behind the unwrap take failed samples away and may ask for the unwrapped label', () => {
  expect(labelsOf('sum_over_time({app="shop"} | json | unwrap n | __error__="" [1m])')).toEqual([{ app: 'shop', g: 'A' }])
  expect(samplesOf('sum_over_time({app="shop"} | json | unwrap n | n > 5 [1m])', ['{"n":"5"}', '{"n":"6"}']).map(({ value }) => value)).toEqual([6])
})

test('values are read as durations in seconds and as bytes', () => {
  expect(samplesOf('sum_over_time({app="shop"} | logfmt | unwrap duration(d) [1m])', ['d=1m1.5s']).map(({ value }) => value)).toEqual([61.5])
  expect(samplesOf('sum_over_time({app="shop"} | logfmt | unwrap bytes(b) [1m])', ['b=2KiB']).map(({ value }) => value)).toEqual([2048])
})

test('grouping leaves the labels that it names, or the others', () => {
  expect(labelsOf('count_over_time({app="shop"} | json | __error__="" [1m])', by('g'))).toEqual([{ g: 'A' }, { g: 'B' }, { g: 'C' }])
  expect(labelsOf('count_over_time({app="shop"} | json | __error__="" | g="A" [1m])', without('g'))).toEqual([{ app: 'shop', n: '5' }])
  expect(labelsOf('max_over_time({app="shop"} | json | g="A" | unwrap n [1m])', by('n'))).toEqual([{ n: '5' }])
})

test('without a label that matters parsers are not run, and do not fail', () => {
  expect(labelsOf('count_over_time({app="shop"} | json [1m])', by())).toEqual([{}, {}, {}, {}])
  expect(labelsOf('count_over_time({app="shop"} | json | label_format q=g [1m])', by()).at(3)).toBe('JSONParserErr')
})

test('a parser stops when it has the labels that matter: an error behind them goes unseen', () => {
  const broken = '{"g":"A","x":'
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [broken], by('g'))).toEqual([{ labels: { g: 'A' }, value: 1, failed: false }])
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [broken], by('g', 'x'))).toMatchObject([{ failed: true }])
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [broken])).toMatchObject([{ failed: true }])
})

test('a line that has all labels that matter already is not parsed, whether they are metadata or were set', () => {
  const line = ['no json', { m: '1' }] as const
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [line], by('m'))).toEqual([{ labels: { m: '1' }, value: 1, failed: false }])
  expect(samplesOf('sum_over_time({app="shop"} | json | unwrap m [1m])', [line], by())).toMatchObject([{ value: 1, failed: false }])
  expect(samplesOf('count_over_time({app="shop"} | label_format q="1" | json | m="1" [1m])', [line], by('q'))).toMatchObject([{ labels: { q: '1' }, failed: false }])
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [line], by('m', 'app'))).toMatchObject([{ failed: true }])
})

test('a sum over lines that are filtered by their error counts the errors of parsers', () => {
  expect(samplesOf('count_over_time({app="shop"} | json | __error__!="" [1m])', ['no json'], by())).toEqual([{ labels: {}, value: 1, failed: false }])
  expect(samplesOf('count_over_time({app="shop"} | json | __error__!="" [1m])', ['no json'])).toMatchObject([{ failed: true }])
})

test('a template for a line that nobody reads is not run', () => {
  expect(samplesOf('count_over_time({app="shop"} | line_format "{{div 1 0}}" [1m])', ['x'])).toMatchObject([{ failed: false }])
  expect(samplesOf('bytes_over_time({app="shop"} | line_format "{{div 1 0}}" [1m])', ['x'])).toMatchObject([{ failed: true }])
  expect(labelsOf('count_over_time({app="shop"} | json | line_format "{{.g}}" [1m])', by())).toEqual([{}, {}, {}, {}])
})

test('labels without a value are left out of groups, unless a parser of whole lines may have found them', () => {
  expect(samplesOf('count_over_time({app="shop"}[1m])', [['x', { e: '' }]], by('e'))[0]?.labels).toEqual({})
  expect(samplesOf('count_over_time({app="shop"} | json [1m])', [['{"z":""}', { e: '' }]], by('e', 'z', 'q'))[0]?.labels).toEqual({ e: '', z: '' })
})

test.each([
  ['', true], ['| json', false], ['| logfmt --keep-empty', false], ['| json z="z"', true], ['| json | drop q', true], ['| json | keep q', true],
  ['| json | label_format a=b', true], ['| json | label_format a="{{.b}}"', false],
])('without groups they tell series apart; behind "%s" they are not shown: %s', (stages, dropsEmpty) => {
  const { log } = parseLogQL(`count_over_time({app="shop"} ${stages} [1m])`) as RangeAggregation
  const sampler = compileSampler(log, undefined, { measure: 'lines' })
  const [entry] = entriesOf([['{"z":""}', { q: '' }]])
  expect(sampler.dropsEmpty).toBe(dropsEmpty)
  expect([...sampler.sample(entry!)!.labels.values()]).toContain(stages.includes('drop') ? 'shop' : '')
})

test('without the labels that a grouping leaves out they are not shown either', () => {
  const { log } = parseLogQL('count_over_time({app="shop"} | json [1m])') as RangeAggregation
  expect(compileSampler(log, undefined, { measure: 'lines', grouping: without('q') }).dropsEmpty).toBe(true)
  expect(compileSampler(log, undefined, { measure: 'lines', grouping: by('q') }).dropsEmpty).toBe(false)
})

test('equal label sets are the same object', () => {
  const { log } = parseLogQL('count_over_time({app="shop"} | json [1m])') as RangeAggregation
  for (const grouping of [undefined, by('g'), without('x')]) {
    const sampler = compileSampler(log, undefined, grouping === undefined ? { measure: 'lines' } : { measure: 'lines', grouping })
    const [first, second] = entriesOf([['{"g":"A"}', { m: '1' }], ['{"g":"A"}', { m: '1' }]]).map((entry) => sampler.sample(entry)?.labels)
    expect(first).toBe(second)
  }
})

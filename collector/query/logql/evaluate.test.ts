import { describe, expect, it } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../test/support/memory-entries.ts'
import type { MetricExpression } from './ast.ts'
import type { Entry } from './entry.ts'
import { QueryError } from './errors.ts'
import { evaluateInstant, evaluateRange, timeOfStep, type Matrix, type Vector } from './evaluate.ts'
import { parseLogQL } from './parse.ts'

const second = 1_000_000_000n
const streams = {
  aProd: labelsOf({ app: 'a', env: 'prod' }),
  aDev: labelsOf({ app: 'a', env: 'dev' }),
  bProd: labelsOf({ app: 'b', env: 'prod' }),
}

function entry(stream: keyof typeof streams, seconds: number, line: string, metadata: Record<string, string> = {}): Entry {
  return { timeNano: BigInt(seconds) * second, line, stream: streams[stream], metadata: labelsOf(metadata) }
}

const entries = [
  entry('aProd', 10, 'n=1 d=2s'),
  entry('aProd', 20, 'n=2.5 d=1s'),
  entry('aDev', 20, 'n=4 d=500ms'),
  entry('bProd', 30, 'n=-3 d=1m'),
  entry('bProd', 60, 'n=8 d=0s'),
]

const parse = (query: string) => parseLogQL(query) as MetricExpression
const plain = (labels: ReadonlyMap<string, string>) => Object.fromEntries(labels)

async function instant(query: string, seconds = 60, given: readonly Entry[] = entries) {
  const answer = await evaluateInstant(parse(query), createMemoryEntries(given), { timeNano: BigInt(seconds) * second })
  return answer.kind === 'scalar' ? answer.value : answer.samples.map(({ labels, value }) => [plain(labels), value])
}

/** `start, end, step` in seconds; series as labels and a map of seconds to values. */
async function range(query: string, [start, end, step]: readonly [number, number, number], given: readonly Entry[] = entries) {
  const asked = { startNano: BigInt(start) * second, endNano: BigInt(end) * second, stepNano: BigInt(step) * second }
  const matrix = await evaluateRange(parse(query), createMemoryEntries(given), asked)
  return matrix.series.map(({ labels, steps, values }) => [plain(labels), steps.map((at, i) => [Number(timeOfStep(matrix, at) / second), values[i]])])
}

describe('range aggregations', () => {
  it('a window leaves out its first moment and holds its last', async () => {
    expect(await instant('sum(count_over_time({app="a"}[10s]))', 20)).toEqual([[{}, 2]])
    expect(await instant('sum(count_over_time({app="a"}[11s]))', 20)).toEqual([[{}, 3]])
    expect(await instant('sum(count_over_time({app="a"}[10s]))', 30)).toEqual([])
  })

  it('steps without a sample are left out', async () => {
    expect(await range('sum by (app) (count_over_time({app=~".+"}[10s]))', [10, 60, 10])).toEqual([
      [{ app: 'a' }, [[10, 1], [20, 2]]],
      [{ app: 'b' }, [[30, 1], [60, 1]]],
    ])
  })

  it('entries between two windows are not even parsed', async () => {
    const broken = 'count_over_time({app="a"} | json [1s])' // of lines at 10 and 20 seconds
    expect(await range(broken, [11, 19, 8])).toEqual([])
    await expect(range(broken, [12, 20, 8])).rejects.toBeInstanceOf(QueryError)
  })

  it.each([
    ['sum_over_time', { a: 7.5, b: 5 }],
    ['avg_over_time', { a: 2.5, b: 2.5 }],
    ['max_over_time', { a: 4, b: 8 }],
    ['min_over_time', { a: 1, b: -3 }],
    ['first_over_time', { a: 1, b: -3 }],
    ['last_over_time', { a: 4, b: 8 }],
    ['stdvar_over_time', { a: 1.5, b: 30.25 }],
    ['stddev_over_time', { a: Math.sqrt(1.5), b: 5.5 }],
    ['rate', { a: 0.125, b: 5 / 60 }],
  ])('%s of unwrapped values', async (op, expected) => {
    const grouped = op === 'sum_over_time' || op === 'rate' ? `sum by (app) (${op}({app=~".+"} | logfmt | unwrap n [1m]))` : `${op}({app=~".+"} | logfmt | unwrap n [1m]) by (app)`
    expect(await instant(grouped)).toEqual([[{ app: 'a' }, expected.a], [{ app: 'b' }, expected.b]])
  })

  it('quantiles lie between the values around them', async () => {
    expect(await instant('quantile_over_time(0.25, {app=~".+"} | logfmt | unwrap n [1m]) by ()')).toEqual([[{}, 1]])
    expect(await instant('quantile_over_time(0.9, {app="a"} | logfmt | unwrap n [1m]) by ()')).toEqual([[{}, 3.7]])
  })

  it('durations are unwrapped as seconds', async () => {
    expect(await instant('max_over_time({app=~".+"} | logfmt | unwrap duration(d) [1m]) by (app)')).toEqual([[{ app: 'a' }, 2], [{ app: 'b' }, 60]])
  })

  it('a counter that starts again goes on counting, and one sample is no rate', async () => {
    const counter = [5, 9, 2, 4].map((n, i) => entry('aProd', 10 + 10 * i, `n=${n}`))
    const [[, rate] = []] = (await instant('rate_counter({app="a"} | logfmt | keep n | unwrap n [1m])', 60, counter)) as [unknown, number][]
    expect(rate).toBeCloseTo(8 / 60, 5)
    expect(await instant('rate_counter({app="a"} | logfmt | keep n | unwrap n [5s])', 40, counter)).toEqual([[{}, 0]])
  })

  it('an offset looks back, a negative one ahead', async () => {
    expect(await instant('sum(count_over_time({app="b"}[5s] offset 30s))', 60)).toEqual([[{}, 1]])
    expect(await instant('sum(count_over_time({app="b"}[5s] offset -30s))', 30)).toEqual([[{}, 1]])
    expect(await instant('sum(count_over_time({app="b"}[5s] offset -29s))', 30)).toEqual([])
  })

  it('a line that cannot be read fails the query, unless it is filtered away', async () => {
    const failing = instant('count_over_time({app="a"} | json [1m])')
    await expect(failing).rejects.toBeInstanceOf(QueryError)
    await expect(failing).rejects.toThrow('JSONParserErr')
    expect(await instant('sum by (app) (count_over_time({app="a"} | json | __error__="" [1m]))')).toEqual([])
    expect(await instant('sum by (__error__) (count_over_time({app="a"} | json [1m]))')).toEqual([[{ __error__: 'JSONParserErr' }, 3]])
  })

  it('an error text that the query made up is not repeated', async () => {
    await expect(instant('count_over_time({app="a"} | label_format __error__="secret text" [1m])')).rejects.not.toThrow('secret')
  })

  it('metadata is part of a series, streams of which nothing differs are one', async () => {
    const tagged = [entry('aProd', 1, 'x', { actor: 'p' }), entry('aProd', 2, 'x', { actor: 'q' }), entry('aProd', 3, 'x', { actor: 'p' })]
    expect(await instant('count_over_time({app="a"}[1m])', 60, tagged)).toEqual([
      [{ app: 'a', env: 'prod', actor: 'p' }, 2],
      [{ app: 'a', env: 'prod', actor: 'q' }, 1],
    ])
  })

  it('labels without a value are not shown behind drop, and keep series apart', async () => {
    const empties = ['k= n=1', 'n=1', 'k=5 n=2', 'k= n=2'].map((line, i) => entry('aProd', 10 + i, line))
    expect(await instant('count_over_time({app="a"} | logfmt --keep-empty | drop n [1m])', 60, empties)).toEqual([
      [{ app: 'a', env: 'prod' }, 2],
      [{ app: 'a', env: 'prod' }, 1],
      [{ app: 'a', env: 'prod', k: '5' }, 1],
    ])
    expect(await instant('count by (k) (count_over_time({app="a"} | logfmt --keep-empty [1m]))', 60, empties)).toEqual([[{}, 1], [{ k: '' }, 2], [{ k: '5' }, 1]])
    expect(await instant('count without (n) (count_over_time({app="a"} | logfmt --keep-empty [1m]))', 60, empties)).toEqual([[{ app: 'a', env: 'prod' }, 3], [{ app: 'a', env: 'prod', k: '5' }, 1]])
  })

  it('a window of no length is empty', async () => {
    expect(await instant('sum(count_over_time({app="a"}[0s]))', 20)).toEqual([])
    expect(await instant('absent_over_time({app="a"}[0s])', 20)).toEqual([[{ app: 'a' }, 1]])
  })
})

describe('absent_over_time', () => {
  it('is 1 where nothing is, with the labels that one equality names', async () => {
    expect(await range('absent_over_time({app="b", env=~"prod"}[10s])', [20, 50, 10])).toEqual([[{ app: 'b' }, [[20, 1], [40, 1], [50, 1]]]])
    expect(await instant('absent_over_time({app="b", app!="c", env="x"}[1m])')).toEqual([[{ env: 'x' }, 1]])
    expect(await instant('absent_over_time({app="b"}[1m])')).toEqual([])
  })

  it('counts only lines that pass the pipeline', async () => {
    expect(await instant('absent_over_time({app="b"} |= "n=7" [1m])')).toEqual([[{ app: 'b' }, 1]])
  })
})

describe('vector aggregations', () => {
  const counts = 'sum by (app, env) (count_over_time({app=~".+"}[1m]))' // a prod 2, a dev 1, b prod 2

  it.each([
    ['sum', 5],
    ['avg', 5 / 3],
    ['max', 2],
    ['min', 1],
    ['count', 3],
  ])('%s', async (op, value) => {
    expect(await instant(`${op}(${counts})`)).toEqual([[{}, value]])
  })

  it('variance and deviation are of the whole population', async () => {
    const [[, variance] = []] = (await instant(`stdvar(${counts})`)) as [unknown, number][]
    expect(variance).toBeCloseTo(2 / 9, 12)
    const [[, deviation] = []] = (await instant(`stddev(${counts})`)) as [unknown, number][]
    expect(deviation).toBeCloseTo(Math.sqrt(2 / 9), 12)
  })

  it('by keeps the labels named, without all others', async () => {
    expect(await instant(`sum by (env) (${counts})`)).toEqual([[{ env: 'dev' }, 1], [{ env: 'prod' }, 4]])
    expect(await instant(`sum without (env) (${counts})`)).toEqual([[{ app: 'a' }, 3], [{ app: 'b' }, 2]])
    expect(await instant(`sum without () (${counts})`)).toHaveLength(3)
  })

  it('topk and bottomk keep whole series, per group, in order of labels', async () => {
    expect(await instant(`topk(2, ${counts})`)).toEqual([[{ app: 'a', env: 'prod' }, 2], [{ app: 'b', env: 'prod' }, 2]])
    expect(await instant(`bottomk(1, ${counts})`)).toEqual([[{ app: 'a', env: 'dev' }, 1]])
    expect(await instant(`topk by (app) (1, ${counts})`)).toEqual([[{ app: 'a', env: 'prod' }, 2], [{ app: 'b', env: 'prod' }, 2]])
    expect(await instant(`topk(9223372036854775807, ${counts})`)).toHaveLength(3)
  })

  it('topk chooses anew at every step', async () => {
    expect(await range('topk(1, sum by (app) (count_over_time({app=~".+"}[30s])))', [30, 60, 30])).toEqual([
      [{ app: 'a' }, [[30, 3]]],
      [{ app: 'b' }, [[60, 1]]],
    ])
  })

  it('sort orders an instant by value, also inside of an operation, and not a range', async () => {
    expect(await instant(`sort(${counts})`)).toEqual([[{ app: 'a', env: 'dev' }, 1], [{ app: 'a', env: 'prod' }, 2], [{ app: 'b', env: 'prod' }, 2]])
    expect(await instant(`2 * sort_desc(${counts})`)).toEqual([[{ app: 'a', env: 'prod' }, 4], [{ app: 'b', env: 'prod' }, 4], [{ app: 'a', env: 'dev' }, 2]])
    expect((await range(`sort_desc(${counts})`, [30, 60, 30])).map(([labels]) => labels)).toEqual([
      { app: 'a', env: 'dev' },
      { app: 'a', env: 'prod' },
      { app: 'b', env: 'prod' },
    ])
  })

  it('values that are no numbers lose every choice', async () => {
    const ratio = `1 / (${counts} - 2)` // NaN for a prod and b prod
    expect(await instant(`topk(1, ${ratio})`)).toEqual([[{ app: 'a', env: 'dev' }, -1]])
    expect(await instant(`bottomk(1, ${ratio})`)).toEqual([[{ app: 'a', env: 'dev' }, -1]])
    expect(await instant(`max(${ratio})`)).toEqual([[{}, -1]])
    expect(await instant(`sum(${ratio})`)).toEqual([[{}, NaN]])
    expect(((await instant(`sort_desc(${ratio})`)) as [unknown, number][]).map(([, value]) => value)).toEqual([-1, NaN, NaN])
  })

  it('approx_topk is for instants', async () => {
    expect(await instant(`approx_topk(1, ${counts})`)).toEqual([[{ app: 'a', env: 'prod' }, 2]])
    await expect(range(`approx_topk(1, ${counts})`, [30, 60, 30])).rejects.toBeInstanceOf(QueryError)
  })
})

describe('binary operations', () => {
  const byBoth = 'sum by (app, env) (count_over_time({app=~".+"}[1m]))'
  const byApp = 'sum by (app) (count_over_time({app=~".+"}[1m]))' // a 3, b 2
  const onlyA = 'sum by (app) (count_over_time({app="a"}[1m]))'

  it.each([
    ['1 + 2 * 3', 7],
    ['2 ^ 3 ^ 2', 512],
    ['-7 % 3', -1],
    ['1 / 0', NaN],
    ['5 % 0', NaN],
    ['2 > 1', 1],
    ['2 < bool 1', 0],
  ])('between literals: %s', async (query, value) => {
    expect(await instant(query)).toBe(value)
  })

  it('a literal and a vector, from either side', async () => {
    expect(await instant(`${byApp} * 2`)).toEqual([[{ app: 'a' }, 6], [{ app: 'b' }, 4]])
    expect(await instant(`10 - ${byApp}`)).toEqual([[{ app: 'a' }, 7], [{ app: 'b' }, 8]])
    expect(await instant(`${byApp} / 0`)).toEqual([[{ app: 'a' }, NaN], [{ app: 'b' }, NaN]])
  })

  it('a comparison keeps the value of the vector, bool makes it 0 or 1', async () => {
    expect(await instant(`${byApp} > 2`)).toEqual([[{ app: 'a' }, 3]])
    expect(await instant(`2 < ${byApp}`)).toEqual([[{ app: 'a' }, 3]])
    expect(await instant(`${byApp} > bool 2`)).toEqual([[{ app: 'a' }, 1], [{ app: 'b' }, 0]])
    expect(await instant(`${byApp} >= ${onlyA}`)).toEqual([[{ app: 'a' }, 3]])
  })

  it('series of two vectors meet by all labels, or by those that on and ignoring leave', async () => {
    expect(await instant(`${byApp} + ${onlyA}`)).toEqual([[{ app: 'a' }, 6]])
    expect(await instant(`sum by (env) (count_over_time({app="b"}[1m])) - on () sum(count_over_time({app="a"}[1m]))`)).toEqual([[{}, -1]])
    expect(await instant(`sum by (app, env) (count_over_time({app="b"}[1m])) * ignoring (env) ${byApp}`)).toEqual([[{ app: 'b' }, 4]])
  })

  it('many series meet one where a group is named, and take its labels', async () => {
    expect(await instant(`${byBoth} / on (app) group_left ${byApp}`)).toEqual([[{ app: 'a', env: 'dev' }, 1 / 3], [{ app: 'a', env: 'prod' }, 2 / 3], [{ app: 'b', env: 'prod' }, 1]])
    expect(await instant(`${onlyA} - on (app) group_right ${byBoth}`)).toEqual([[{ app: 'a', env: 'dev' }, 2], [{ app: 'a', env: 'prod' }, 1]])
    const tagged = `label_replace(${byApp}, "team", "t-$1", "app", "(.*)")`
    expect(await instant(`sum by (app) (count_over_time({app="b"}[1m])) * on (app) group_left (team) ${tagged}`)).toEqual([[{ app: 'b', team: 't-b' }, 4]])
  })

  it.each([
    [`${byBoth} + on (app) ${byApp}`, 'many-to-one'],
    [`${byApp} + on (app) ${byBoth}`, 'duplicate series on the right'],
    [`${byApp} + on (app) group_left ${byBoth}`, 'duplicate series on the right'],
    [`${byBoth} + on (app) group_right ${byApp}`, 'duplicate series on the left'],
    [`${byBoth} + on (app) group_left (env) ${byApp}`, 'unique matches'],
  ])('several partners have no answer: %s', async (query, message) => {
    const failing = instant(query)
    await expect(failing).rejects.toBeInstanceOf(QueryError)
    await expect(failing).rejects.toThrow(message)
  })

  it('partners only count where they have a sample at the same step', async () => {
    // dev and prod of app a are never there together within ten seconds of 10 and 15.
    expect(await range('sum by (app, env) (count_over_time({app="a"}[4s])) + on (app) vector(0)', [10, 14, 4])).toEqual([])
    expect(await range('sum by (app, env) (count_over_time({app="a"}[9s])) + on () vector(1)', [10, 19, 9])).toEqual([[{}, [[10, 2]]]])
  })

  it('and, or, unless keep samples of a side', async () => {
    expect(await instant(`${byBoth} and on (app) ${onlyA}`)).toEqual([[{ app: 'a', env: 'dev' }, 1], [{ app: 'a', env: 'prod' }, 2]])
    expect(await instant(`${byBoth} unless on (app) ${onlyA}`)).toEqual([[{ app: 'b', env: 'prod' }, 2]])
    expect(await instant(`${onlyA} or ${byApp} * 10`)).toEqual([[{ app: 'a' }, 3], [{ app: 'b' }, 20]])
    expect(await range('sum(count_over_time({app="b"}[10s])) or vector(0)', [20, 40, 10])).toEqual([[{}, [[20, 0], [30, 1], [40, 0]]]])
  })
})

describe('what stands alone', () => {
  it('a vector literal has no labels, and a value at every step', async () => {
    expect(await instant('vector(1) + vector(1)', 4)).toEqual([[{}, 2]])
    expect(await range('vector(3)', [0, 20, 10])).toEqual([[{}, [[0, 3], [10, 3], [20, 3]]]])
  })

  it('a literal over a range is a series without labels', async () => {
    expect(await range('1 + 1', [0, 10, 10])).toEqual([[{}, [[0, 2], [10, 2]]]])
  })

  it('label_replace sets, renames and removes', async () => {
    const counts = 'sum by (app) (count_over_time({app="a"}[1m]))'
    expect(await instant(`label_replace(${counts}, "x", "$1!", "app", "(.)")`)).toEqual([[{ app: 'a', x: 'a!' }, 3]])
    expect(await instant(`label_replace(${counts}, "app", "", "app", ".*")`)).toEqual([[{}, 3]])
    expect(await instant(`label_replace(${counts}, "x", "y", "app", "no")`)).toEqual([[{ app: 'a' }, 3]])
    expect(await instant(`label_replace(${counts}, "x", "y", "nothing", "")`)).toEqual([[{ app: 'a', x: 'y' }, 3]])
  })

  it('series that label_replace makes alike become one with several values at a step', async () => {
    expect(await range('label_replace(sum by (app) (count_over_time({app=~".+"}[1m])), "app", "", "app", ".*")', [60, 60, 1])).toEqual([[{}, [[60, 3], [60, 2]]]])
  })
})

it('the two sides of an operation are read at the same time, and what both ask for is read once', async () => {
  const source = createMemoryEntries(entries)
  const sum = 'sum(count_over_time({app="a"}[1m]))'
  const answer = (await evaluateInstant(parse(`${sum} / (${sum} + sum(count_over_time({app="b"}[1m])))`), source, { timeNano: 60n * second })) as Vector
  expect(answer.samples[0]?.value).toBe(0.6)
  expect(source.questions).toHaveLength(2)
})

it('a question names the window that all steps need, and no more', async () => {
  const source = createMemoryEntries(entries)
  const asked = { startNano: 100n * second, endNano: 160n * second, stepNano: 30n * second }
  const matrix: Matrix = await evaluateRange(parse('rate({app="a"} |= "n" [10s] offset 5s)'), source, asked)
  expect(matrix.series).toEqual([])
  expect(source.questions[0]).toMatchObject({ fromNano: 85n * second + 1n, toNano: 155n * second + 1n, direction: 'forward', stages: [{ kind: 'lineFilter' }] })
})

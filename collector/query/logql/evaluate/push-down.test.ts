import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../../test/support/memory-entries.ts'
import type { MetricExpression } from '../ast.ts'
import type { CountQuestion, CountedSeries, Entry } from '../entry.ts'
import { evaluateInstant, evaluateRange } from '../evaluate.ts'
import { parseLogQL } from '../parse.ts'
import { compileSampler, matchLabels } from '../pipeline.ts'
import { keyOf } from './labels.ts'

/** What a store would count: every entry in its bucket. */
function countEntries({ log, measure, by, originNano, widthNano, buckets }: CountQuestion, entries: readonly Entry[]): readonly CountedSeries[] {
  const sampler = compileSampler(log, undefined, { measure, grouping: { without: false, labels: by } })
  const matches = matchLabels(log.matchers)
  const series = new Map<string, CountedSeries>()
  for (const entry of entries) {
    const behind = entry.timeNano - originNano
    const bucket = Number((behind + widthNano - 1n) / widthNano) - 1
    const sample = behind > 0n && bucket < buckets && matches(entry.stream) ? sampler.sample(entry) : undefined
    if (sample === undefined) continue
    const key = keyOf(sample.labels)
    const counted = series.get(key) ?? { labels: sample.labels, counts: new Float64Array(buckets) }
    series.set(key, counted)
    counted.counts[bucket] = (counted.counts[bucket] as number) + sample.value
  }
  return [...series.values()]
}

const parse = (query: string) => parseLogQL(query) as MetricExpression
const streams = [labelsOf({ app: 'a', env: 'x' }), labelsOf({ app: 'a', env: 'y' }), labelsOf({ app: 'b', env: 'x' })]
const anyEntries = fc.array(
  fc.record({ time: fc.integer({ min: 0, max: 300 }), stream: fc.constantFrom(...streams), line: fc.string({ minLength: 1, maxLength: 5 }), actor: fc.constantFrom('p', 'q', undefined) }),
  { maxLength: 60 },
)
const entryOf = ({ time, stream, line, actor }: { time: number; stream: Entry['stream']; line: string; actor: string | undefined }): Entry => ({
  timeNano: BigInt(time) * 1_000_000_000n,
  line,
  stream,
  metadata: new Map(actor === undefined ? [] : [['actor', actor]]),
})

describe('counts made by the source', () => {
  it.each(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate'])('equal counts of rows: sum by (…) (%s)', async (op) => {
    const grids = fc.record({ start: fc.integer({ min: -50, max: 300 }), step: fc.integer({ min: 1, max: 60 }), steps: fc.integer({ min: 1, max: 20 }), range: fc.integer({ min: 1, max: 90 }), offset: fc.integer({ min: -50, max: 50 }) })
    const groupings = fc.constantFrom('', 'by (app)', 'by (actor, env)', 'by ()', 'by (missing)')
    await fc.assert(
      fc.asyncProperty(anyEntries, grids, groupings, async (given, { start, step, steps, range, offset }, grouping) => {
        const entries = given.map(entryOf)
        const expression = parse(`sum ${grouping} (${op}({app=~".+"} [${range}s] offset ${offset}s))`)
        const second = 1_000_000_000n
        const asked = { startNano: BigInt(start) * second, endNano: BigInt(start + (steps - 1) * step) * second, stepNano: BigInt(step) * second }
        const counting = createMemoryEntries(entries, { count: countEntries })
        const counted = await evaluateRange(expression, counting, asked)
        expect(counted).toEqual(await evaluateRange(expression, createMemoryEntries(entries), asked))
        expect(counting.questions).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  it('are asked for in the widest buckets that windows are made of', async () => {
    const source = createMemoryEntries([], { count: countEntries })
    await evaluateRange(parse('sum by (app) (rate({app="a"} |= "x" [10m] offset 1m))'), source, { startNano: 6_000_000_000_000n, endNano: 9_000_000_000_000n, stepNano: 240_000_000_000n })
    expect(source.countQuestions[0]).toMatchObject({ measure: 'lines', by: ['app'], originNano: 5_340_000_000_000n, widthNano: 120_000_000_000n, buckets: 29 })
    await evaluateInstant(parse('sum(bytes_over_time({app="a"}[1h]))'), source, { timeNano: 10_000_000_000_000n })
    expect(source.countQuestions[1]).toMatchObject({ measure: 'bytes', by: [], originNano: 6_400_000_000_000n, widthNano: 3_600_000_000_000n, buckets: 1 })
  })

  it.each([
    'sum without (app) (count_over_time({app="a"}[1m]))',
    'count(count_over_time({app="a"}[1m]))',
    'max by (app) (count_over_time({app="a"}[1m]))',
    'sum(sum_over_time({app="a"} | logfmt | unwrap n [1m]))',
    'sum(rate({app="a"} | logfmt | unwrap n [1m]))',
    'sum(max_over_time({app="a"} | logfmt | unwrap n [1m]) by (app))',
    'count_over_time({app="a"}[1m])',
    'sum(count_over_time({app="a"}[0s]))',
  ])('are not asked for where they would mean something else: %s', async (query) => {
    const source = createMemoryEntries([], { count: countEntries })
    await evaluateInstant(parse(query), source, { timeNano: 100_000_000_000n })
    expect(source.countQuestions).toEqual([])
    expect(source.questions).toHaveLength(1)
  })

  it('are not asked for in more buckets than rows are worth', async () => {
    const source = createMemoryEntries([], { count: countEntries })
    await evaluateRange(parse('sum(count_over_time({app="a"}[1h]))'), source, { startNano: 0n, endNano: 1_000_000_000_000_000n, stepNano: 100_000_000_001n })
    expect(source.countQuestions).toEqual([])
  })
})

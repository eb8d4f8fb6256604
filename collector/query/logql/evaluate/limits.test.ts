import { describe, expect, it } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../../test/support/memory-entries.ts'
import type { MetricExpression } from '../ast.ts'
import type { Entry } from '../entry.ts'
import { QueryError, QueryLimitError } from '../errors.ts'
import { alignRange, defaultEvaluationLimits, evaluateInstant, evaluateRange } from '../evaluate.ts'
import { parseLogQL } from '../parse.ts'
import { createBudget } from './limits.ts'

const parse = (query: string) => parseLogQL(query) as MetricExpression
const stream = labelsOf({ app: 'a' })
const distinct = (count: number): readonly Entry[] => Array.from({ length: count }, (_, i) => ({ timeNano: BigInt(i), line: 'x', stream, metadata: labelsOf({ id: String(i) }) }))

describe('series of an answer', () => {
  it('are as many as Loki allows, and not one more', async () => {
    const count = parse('count_over_time({app="a"}[1m])')
    expect(await evaluateInstant(count, createMemoryEntries(distinct(500)), { timeNano: 1000n })).toMatchObject({ kind: 'vector' })
    const failing = evaluateInstant(count, createMemoryEntries(distinct(501)), { timeNano: 1000n })
    await expect(failing).rejects.toMatchObject({ cap: 'series' })
    await expect(failing).rejects.toThrow('maximum of series (500) reached for a single query')
  })

  it('may be more before they are aggregated', async () => {
    const source = createMemoryEntries(distinct(2000))
    expect(await evaluateInstant(parse('topk(2, count_over_time({app="a"}[1m]))'), source, { timeNano: 3000n })).toMatchObject({ samples: [{ value: 1 }, { value: 1 }] })
    expect(await evaluateInstant(parse('count(count_over_time({app="a"}[1m]))'), source, { timeNano: 3000n })).toMatchObject({ samples: [{ value: 2000 }] })
  })

  it('of a range count when they occur at any step', async () => {
    const entries = distinct(501).map((entry, i) => ({ ...entry, timeNano: BigInt(i) * 1_000_000_000n }))
    const asked = { startNano: 0n, endNano: 501_000_000_000n, stepNano: 1_000_000_000n }
    await expect(evaluateRange(parse('count_over_time({app="a"}[1s])'), createMemoryEntries(entries), asked)).rejects.toMatchObject({ cap: 'series' })
  })
})

describe('steps of a range', () => {
  it('have a cap that names itself', async () => {
    const source = createMemoryEntries([])
    expect(await evaluateRange(parse('vector(1)'), source, { startNano: 0n, endNano: 11_000n, stepNano: 1n })).toMatchObject({ series: [{ values: { length: 11_001 } }] })
    const failing = evaluateRange(parse('vector(1)'), source, { startNano: 0n, endNano: 11_001n, stepNano: 1n })
    await expect(failing).rejects.toMatchObject({ cap: 'steps' })
    await expect(failing).rejects.toThrow('exceeded maximum resolution of 11,000 points per time series')
  })

  it('are refused when they lead nowhere', async () => {
    const source = createMemoryEntries([])
    await expect(evaluateRange(parse('vector(1)'), source, { startNano: 5n, endNano: 4n, stepNano: 1n })).rejects.toBeInstanceOf(QueryError)
    await expect(evaluateRange(parse('vector(1)'), source, { startNano: 1n, endNano: 4n, stepNano: 0n })).rejects.toBeInstanceOf(QueryError)
  })

  it('begin and end at multiples of the step', () => {
    expect(alignRange({ startNano: 123n, endNano: 725n, stepNano: 100n })).toEqual({ startNano: 100n, endNano: 800n, stepNano: 100n })
    expect(alignRange({ startNano: 100n, endNano: 800n, stepNano: 100n })).toEqual({ startNano: 100n, endNano: 800n, stepNano: 100n })
    expect(alignRange({ startNano: -30n, endNano: -1n, stepNano: 100n })).toEqual({ startNano: -100n, endNano: 0n, stepNano: 100n })
  })
})

describe('samples held at once', () => {
  it('have a cap', async () => {
    const limits = { ...defaultEvaluationLimits, maxSamples: 100 }
    const failing = evaluateInstant(parse('count(count_over_time({app="a"}[1m]))'), createMemoryEntries(distinct(101)), { timeNano: 1000n, limits })
    await expect(failing).rejects.toMatchObject({ cap: 'rows' })
  })

  it('do not grow with lines that are only counted', async () => {
    const limits = { ...defaultEvaluationLimits, maxSamples: 10 }
    const source = createMemoryEntries(distinct(5000))
    expect(await evaluateInstant(parse('sum(count_over_time({app="a"}[1m]))'), source, { timeNano: 6000n, limits })).toMatchObject({ samples: [{ value: 5000 }] })
  })
})

describe('time', () => {
  it('ends work on rows although no timer can fire meanwhile', () => {
    const budget = createBudget({ ...defaultEvaluationLimits, timeoutMs: 1 }, undefined)
    const untilMs = performance.now() + 5
    while (performance.now() < untilMs);
    expect(() => budget.check()).toThrow(QueryLimitError)
    budget.close()
  })

  it('both sides of an operation end when one fails', async () => {
    const signals: (AbortSignal | undefined)[] = []
    const source = {
      async *entries({ matchers, signal }: { matchers: readonly { value: string }[]; signal?: AbortSignal }) {
        signals.push(signal)
        if (matchers[0]?.value === 'b') throw new QueryLimitError('rows', 'too many')
        yield []
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))
      },
      count: () => Promise.resolve(undefined),
    }
    await expect(evaluateInstant(parse('sum(rate({app="a"}[1m])) + sum(rate({app="b"}[1m]))'), source, { timeNano: 0n })).rejects.toMatchObject({ cap: 'rows' })
    expect(signals).toHaveLength(2)
    expect(signals.every((signal) => signal?.aborted)).toBe(true)
  })

  it('gives way to others between pages', async () => {
    const source = createMemoryEntries(distinct(100), { pageSize: 1 })
    let turns = 0
    let over = false
    const others = (): void => {
      turns += 1
      if (!over) setImmediate(others)
    }
    setImmediate(others)
    const slow = { ...source, async *entries(question: Parameters<typeof source.entries>[0]) {
      for await (const page of source.entries(question)) {
        const untilMs = performance.now() + 3
        while (performance.now() < untilMs);
        yield page
      }
    } }
    await evaluateInstant(parse('sum(count_over_time({app="a"}[1m]))'), slow, { timeNano: 1000n })
    over = true
    expect(turns).toBeGreaterThan(3)
  })
})

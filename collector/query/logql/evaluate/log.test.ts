import { describe, expect, it } from 'vitest'
import { createMemoryEntries, labelsOf } from '../../../../test/support/memory-entries.ts'
import type { LogQuery } from '../ast.ts'
import type { Entry, EntrySource } from '../entry.ts'
import { QueryLimitError } from '../errors.ts'
import { defaultEvaluationLimits, evaluateLog, type LogRequest } from '../evaluate.ts'
import { parseLogQL } from '../parse.ts'

const stream = labelsOf({ app: 'a' })
const entries: readonly Entry[] = Array.from({ length: 1000 }, (_, i) => ({ timeNano: BigInt(Math.floor(i / 2)), line: `line ${i}`, stream, metadata: new Map() }))
const query = (text: string) => parseLogQL(text) as LogQuery
const request: LogRequest = { window: { fromNano: 0n, toNano: 1000n }, direction: 'forward', limit: 3 }
const lines = (answer: readonly { readonly line: string }[]) => answer.map(({ line }) => line)

describe('a log query', () => {
  it('takes the first entries in the direction asked, in the order of the source where times are equal', async () => {
    const source = createMemoryEntries(entries)
    expect(lines(await evaluateLog(query('{app="a"}'), source, request))).toEqual(['line 0', 'line 1', 'line 2'])
    expect(lines(await evaluateLog(query('{app="a"}'), source, { ...request, direction: 'backward' }))).toEqual(['line 999', 'line 998', 'line 997'])
  })

  it('counts the limit behind the pipeline', async () => {
    expect(lines(await evaluateLog(query('{app="a"} |= "99"'), createMemoryEntries(entries), request))).toEqual(['line 99', 'line 199', 'line 299'])
  })

  it('reads its start and not its end', async () => {
    const window = { fromNano: 1n, toNano: 2n }
    expect(lines(await evaluateLog(query('{app="a"}'), createMemoryEntries(entries), { ...request, window, limit: 9 }))).toEqual(['line 2', 'line 3'])
  })

  it('stops the source as soon as it has enough, and says how much it wants', async () => {
    const source = createMemoryEntries(entries, { pageSize: 5 })
    await evaluateLog(query('{app="a"}'), source, request)
    expect(source.read()).toBe(5)
    expect(source.questions[0]).toMatchObject({ about: 3, direction: 'forward', fromNano: 0n, toNano: 1000n })
    expect(source.questions[0]?.signal?.aborted).toBe(true)
  })

  it('asks nothing for nothing', async () => {
    const source = createMemoryEntries(entries)
    expect(await evaluateLog(query('{app="a"}'), source, { ...request, limit: 0 })).toEqual([])
    expect(await evaluateLog(query('{app="a"}'), source, { ...request, window: { fromNano: 5n, toNano: 5n } })).toEqual([])
    expect(source.questions).toEqual([])
  })
})

describe('a source that does not behave', () => {
  const hanging = (onReturn: () => void): EntrySource => ({
    entries: () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => {}),
        return: () => {
          onReturn()
          return new Promise(() => {})
        },
      }),
    }),
    count: () => new Promise(() => {}),
  })

  it('that hangs holds its asker no longer than the time limit, and is told to stop', async () => {
    let told = false
    const limits = { ...defaultEvaluationLimits, timeoutMs: 20 }
    const failing = evaluateLog(query('{app="a"}'), hanging(() => (told = true)), { ...request, limits })
    await expect(failing).rejects.toMatchObject({ cap: 'time' })
    await expect(failing).rejects.toBeInstanceOf(QueryLimitError)
    expect(told).toBe(true)
  })

  it('that hangs is left when the asker goes', async () => {
    const gone = new AbortController()
    const failing = evaluateLog(query('{app="a"}'), hanging(() => {}), { ...request, signal: gone.signal })
    gone.abort(new Error('the asker went'))
    await expect(failing).rejects.toThrow('the asker went')
  })

  it('is not asked at all by an asker that has gone', async () => {
    const source = createMemoryEntries(entries)
    await expect(evaluateLog(query('{app="a"}'), source, { ...request, signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
    expect(source.questions).toEqual([])
  })

  it('that fails says so', async () => {
    const failing: EntrySource = {
      async *entries() {
        yield entries.slice(0, 1)
        throw new QueryLimitError('rows', 'too many rows')
      },
      count: () => Promise.resolve(undefined),
    }
    await expect(evaluateLog(query('{app="a"}'), failing, request)).rejects.toMatchObject({ cap: 'rows' })
  })
})

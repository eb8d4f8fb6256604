// Our answer, evaluated in this process over entries in memory.

import type { Entry, EntrySource } from '../../../collector/query/logql/entry.ts'
import { LogQLError, QueryError, QueryLimitError } from '../../../collector/query/logql/errors.ts'
import { evaluateInstant, evaluateLog, evaluateRange, timeOfStep } from '../../../collector/query/logql/evaluate.ts'
import { parseLogQL } from '../../../collector/query/logql/parse.ts'
import { formatFloat } from '../../../collector/query/logql/text/float.ts'
import { createMemoryEntries } from '../../support/memory-entries.ts'
import { END_NANO, START_NANO } from './data.ts'
import { labelText, LIMIT, sampleText, scalarText, STEP_SECONDS, type Answer, type Question } from './question.ts'

export function createOurs(entries: readonly Entry[]): (question: Question) => Promise<Answer> {
  const source = createMemoryEntries(entries)
  return async (question) => {
    try {
      return { rows: await rowsOf(question, source) }
    } catch (error) {
      if (error instanceof LogQLError || error instanceof QueryError || error instanceof QueryLimitError) return { refused: error.message }
      throw error
    }
  }
}

async function rowsOf(question: Question, source: EntrySource): Promise<readonly string[]> {
  const expression = parseLogQL(question.query)
  if (expression.kind === 'log') {
    if (question.kind === 'instant') throw new QueryError('log queries are not supported as an instant query type')
    const entries = await evaluateLog(expression, source, { window: { fromNano: START_NANO, toNano: END_NANO }, direction: question.direction ?? 'backward', limit: question.limit ?? LIMIT })
    return entries.map(({ timeNano, line, stream, metadata, parsed }) => JSON.stringify([String(timeNano), line, labelText(stream), labelText(metadata), labelText(parsed)])).toSorted()
  }
  if (question.kind === 'instant') return instantRows(await evaluateInstant(expression, source, { timeNano: END_NANO }))
  const matrix = await evaluateRange(expression, source, { startNano: START_NANO, endNano: END_NANO, stepNano: BigInt(question.stepSeconds ?? STEP_SECONDS) * 1_000_000_000n })
  return matrix.series.map(({ labels, steps, values }) => `${labelText(labels)} ${steps.map((step, i) => sampleText(Number(timeOfStep(matrix, step)) / 1e9, formatFloat(values[i] ?? NaN))).join(' ')}`).toSorted()
}

function instantRows(answer: Awaited<ReturnType<typeof evaluateInstant>>): readonly string[] {
  if (answer.kind === 'scalar') return [scalarText(formatFloat(answer.value))]
  return answer.samples.map(({ labels, value }) => `${labelText(labels)} ${sampleText(Number(answer.timeNano) / 1e9, formatFloat(value))}`).toSorted()
}

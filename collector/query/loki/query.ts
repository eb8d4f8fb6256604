// `query` and `query_range`: LogQL at a moment, and over time.

import { alignRange, defaultEvaluationLimits, evaluateInstant, evaluateLog, evaluateRange } from '../logql/evaluate.ts'
import { parseLogQL } from '../logql/parse.ts'
import { encodeMatrix, encodeScalar, encodeStreams, encodeVector } from './encode.ts'
import { LokiError } from './errors.ts'
import { saysOfPeople } from './personal-labels.ts'
import { groupEntries } from './group.ts'
import { jsonResponse } from './json-stream.ts'
import { directionOf, intervalOf, limitOf, maxPoints, queryText, stepOf, timeOf, windowOf } from './parameters.ts'
import type { Expression, LogQuery, MetricExpression } from '../logql/ast.ts'
import type { Labels } from '../logql/entry.ts'
import type { Processed } from '../logql/pipeline.ts'
import type { EvaluationLimits } from '../logql/evaluate.ts'
import type { QueryConfig } from '../options.ts'
import type { Answer, Question } from './question.ts'

/** What a client asks for when it does not say how much. */
const defaultEntries = 100

export const instantQuery: Answer = async (question) => {
  const { parameters, nowNano, source, limits, signal } = question
  limitOf(parameters, defaultEntries)
  directionOf(parameters)
  const timeNano = timeOf(parameters, 'time') ?? nowNano
  const expression = parseLogQL(queryText(parameters))
  if (expression.kind === 'log') throw new LokiError(400, 'log queries are not supported as an instant query type, please change your query to a range query type')
  const result = await evaluateInstant(expression, source, { timeNano, limits: evaluationLimits(limits), signal })
  if (result.kind === 'scalar') return jsonResponse(encodeScalar(result, question.statistics(1)))
  await shownBySeries(question, result.samples)
  return jsonResponse(encodeVector(result, question.statistics(result.samples.length)))
}

export const rangeQuery: Answer = async (question) => {
  const { parameters, nowNano } = question
  const window = windowOf(parameters, nowNano)
  const limit = limitOf(parameters, defaultEntries)
  const direction = directionOf(parameters)
  const stepNano = stepOf(parameters, window)
  const intervalNano = intervalOf(parameters)
  const expression = parseLogQL(queryText(parameters))
  return expression.kind === 'log' ? logAnswer(expression) : metricAnswer(expression)

  async function logAnswer(query: LogQuery): Promise<Response> {
    const { source, limits, signal, categorized } = question
    if (limit > limits.maxEntries) throw new LokiError(400, `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limits.maxEntries})`)
    const found = await evaluateLog(query, source, { window, direction, limit, limits: evaluationLimits(limits), signal })
    const entries = spaced(found, intervalNano)
    await question.shown(kindsOf(query), entries.length)
    return jsonResponse(encodeStreams(await groupEntries(entries, categorized, direction), categorized, question.statistics(entries.length)))
  }

  async function metricAnswer(metric: MetricExpression): Promise<Response> {
    const { source, limits, signal } = question
    const matrix = await evaluateRange(metric, source, { ...alignRange({ startNano: window.fromNano, endNano: window.toNano, stepNano }), limits: evaluationLimits(limits), signal })
    await shownBySeries(question, matrix.series)
    return jsonResponse(encodeMatrix(matrix, question.statistics(matrix.series.length)))
  }
}

/** Rounding to steps may add a point at either end. */
export function evaluationLimits({ maxSeries, timeoutMs }: QueryConfig): EvaluationLimits {
  return { ...defaultEvaluationLimits, maxSeries, timeoutMs, maxSteps: maxPoints + 2 }
}

/** Entries at least `intervalNano` apart, from the first on. */
function spaced(entries: readonly Processed[], intervalNano: bigint): readonly Processed[] {
  if (intervalNano === 0n) return entries
  let last: bigint | undefined
  return entries.filter(({ timeNano }) => {
    const apart = last === undefined ? intervalNano : timeNano > last ? timeNano - last : last - timeNano
    if (apart < intervalNano) return false
    last = timeNano
    return true
  })
}

/** Kinds of things that were asked by, never what about them. */
export function kindsOf(expression: Expression): readonly string[] {
  return expression.kind === 'log' ? [...new Set(['selector', ...expression.stages.map(({ kind }) => kind)])] : ['metric']
}

/** Series may be told apart by what records say of people. */
async function shownBySeries({ shown }: Question, series: readonly { readonly labels: Labels }[]): Promise<void> {
  const named = series.filter(({ labels }) => [...labels.keys()].some(saysOfPeople)).length
  if (named > 0) await shown(['metric'], named)
}

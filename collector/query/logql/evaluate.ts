// Evaluates LogQL against a source of entries. One call is one query: it reads what it needs, at most within its limits,
// and leaves nothing running behind.

import type { LogQuery, MetricExpression } from './ast.ts'
import type { EntrySource } from './entry.ts'
import { QueryError } from './errors.ts'
import { gridOf, instantGrid, type StepRange } from './evaluate/grid.ts'
import { sortedByLabels } from './evaluate/labels.ts'
import { checkSeries, defaultEvaluationLimits, stepsError, withBudget, type EvaluationLimits } from './evaluate/limits.ts'
import { readLog, type LogRequest } from './evaluate/log.ts'
import { mergedByLabels } from './evaluate/merge.ts'
import { constant, evaluateMetric, sorts } from './evaluate/metric.ts'
import type { Matrix, Scalar, Vector } from './evaluate/results.ts'
import type { Processed } from './pipeline.ts'

export { alignRange, type StepRange } from './evaluate/grid.ts'
export { defaultEvaluationLimits, type EvaluationLimits } from './evaluate/limits.ts'
export type { LogRequest } from './evaluate/log.ts'
export { timeOfStep, type Matrix, type Sample, type Scalar, type Series, type Vector } from './evaluate/results.ts'

export interface EvaluationOptions {
  /** Default: {@link defaultEvaluationLimits}. */
  readonly limits?: EvaluationLimits
  readonly signal?: AbortSignal
}

/** The first `limit` entries in the direction asked, of all streams together; in the order of the source where times are equal. */
export function evaluateLog(query: LogQuery, source: EntrySource, { limits = defaultEvaluationLimits, signal, ...request }: LogRequest & EvaluationOptions): Promise<readonly Processed[]> {
  return withBudget(limits, signal, (budget) => readLog(query, source, request, budget))
}

export function evaluateInstant(expression: MetricExpression, source: EntrySource, { timeNano, limits = defaultEvaluationLimits, signal }: { readonly timeNano: bigint } & EvaluationOptions): Promise<Vector | Scalar> {
  return withBudget(limits, signal, async (budget) => {
    const value = await evaluateMetric(expression, source, instantGrid(timeNano), budget)
    if (typeof value === 'number') return { kind: 'scalar', timeNano, value }
    checkSeries(value.length, limits)
    const ordered = sorts(expression) ? value : sortedByLabels(value)
    return { kind: 'vector', timeNano, samples: ordered.map(({ labels, values }) => ({ labels, value: values[0] as number })) }
  })
}

/** Start and end as they are: {@link alignRange} is the caller's to apply. */
export function evaluateRange(expression: MetricExpression, source: EntrySource, { limits = defaultEvaluationLimits, signal, ...range }: StepRange & EvaluationOptions): Promise<Matrix> {
  return withBudget(limits, signal, async (budget) => {
    const { startNano, endNano, stepNano } = range
    if (stepNano <= 0n || endNano < startNano) throw new QueryError('the end of a range must not be before its start, and its step must be longer than nothing')
    if ((endNano - startNano) / stepNano > BigInt(limits.maxSteps)) throw stepsError(limits)
    const grid = gridOf(range)
    const value = await evaluateMetric(expression, source, grid, budget)
    const series = mergedByLabels(typeof value === 'number' ? [constant(value, grid)] : value)
    checkSeries(series.length, limits)
    return { kind: 'matrix', startNano, stepNano, series: sortedByLabels(series) }
  })
}

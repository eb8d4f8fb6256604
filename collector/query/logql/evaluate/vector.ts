// Which vector aggregation is done where.

import type { Grouping, MetricExpression, RangeAggregation, VectorAggregation } from '../ast.ts'
import { QueryError } from '../errors.ts'
import type { Context } from './context.ts'
import { countAtSource } from './push-down.ts'
import { evaluateRangeAggregation } from './range-aggregation.ts'
import type { Series } from './results.ts'
import { choose, sortedByValue } from './top.ts'
import { groupsOf, reduceGroups, reduceValues } from './vector-aggregation.ts'

export async function evaluateVector(node: VectorAggregation, context: Context): Promise<readonly Series[]> {
  if (node.op === 'avg' && isSummable(node.operand)) return averageSums(node.operand, node.grouping, context)
  if (node.op !== 'sum') return aggregate(node, await seriesOf(node.operand, context), context)
  return context.once(node, async () => (await countAtSource(node, context)) ?? aggregate(node, await summands(node, context), context))
}

function aggregate(node: VectorAggregation, series: readonly Series[], context: Context): Promise<readonly Series[]> | readonly Series[] {
  const { op, parameter = 0, grouping } = node
  const instant = context.grid.steps === 1
  switch (op) {
    case 'topk':
    case 'bottomk':
      return choose(groupsOf(series, grouping), parameter, op === 'topk', context.budget.check)
    case 'approx_topk':
      // Every count is exact here, which is a good approximation.
      if (!instant) throw new QueryError('approx_topk is for instant queries only')
      return choose(groupsOf(series, grouping), parameter, true, context.budget.check)
    case 'sort':
    case 'sort_desc':
      return instant ? sortedByValue(series, op === 'sort_desc') : series
    default:
      return reduceGroups((values) => reduceValues(op, values), groupsOf(series, grouping), context)
  }
}

/**
 * A sum of these is the same whether lines are grouped before or after they are counted. Grouped before, a label that
 * differs from line to line does not make a series of every line, and parsers need not look for labels nobody asked for.
 */
const summable: ReadonlySet<string> = new Set(['count_over_time', 'rate', 'bytes_over_time', 'bytes_rate', 'sum_over_time'])

function summands({ operand, grouping }: VectorAggregation, context: Context): Promise<readonly Series[]> {
  if (!isSummable(operand)) return seriesOf(operand, context)
  const early: Grouping = grouping ?? { without: false, labels: [] }
  return evaluateRangeAggregation(operand, early, context)
}

/** Rates are added up before they are divided by their seconds: another order has other last digits. */
async function averageSums(operand: RangeAggregation, grouping: Grouping | undefined, context: Context): Promise<readonly Series[]> {
  const seconds = isRate(operand) ? Number(operand.rangeNano) / 1e9 : 1
  const series = await evaluateRangeAggregation(isRate(operand) ? amountOf(operand) : operand, undefined, context)
  return reduceGroups((values) => reduceValues('sum', values) / seconds / values.length, groupsOf(series, grouping), context)
}

function isRate({ op }: RangeAggregation): boolean {
  return op === 'rate' || op === 'bytes_rate'
}

/** What a rate is the rate of. */
function amountOf(rate: RangeAggregation): RangeAggregation {
  if (rate.op === 'bytes_rate') return { ...rate, op: 'bytes_over_time' }
  return { ...rate, op: rate.unwrap === undefined ? 'count_over_time' : 'sum_over_time' }
}

function isSummable(operand: MetricExpression): operand is RangeAggregation {
  return operand.kind === 'range' && operand.grouping === undefined && summable.has(operand.op)
}

async function seriesOf(operand: MetricExpression, context: Context): Promise<readonly Series[]> {
  const value = await context.evaluate(operand)
  if (typeof value === 'number') throw new QueryError('a literal has no series to aggregate')
  return value
}

// Evaluates a metric expression at all points of a grid at once: every node is a list of series, each with the steps it
// has a sample at.

import type { MetricExpression } from '../ast.ts'
import type { EntrySource } from '../entry.ts'
import { QueryError } from '../errors.ts'
import { evaluateBinary } from './binary.ts'
import { createOnce, type Context, type Value } from './context.ts'
import type { Grid } from './grid.ts'
import { noLabels } from './labels.ts'
import { replaceLabels } from './label-replace.ts'
import type { Budget } from './limits.ts'
import { evaluateRangeAggregation } from './range-aggregation.ts'
import type { Series } from './results.ts'
import { evaluateVector } from './vector.ts'

export function evaluateMetric(expression: MetricExpression, source: EntrySource, grid: Grid, budget: Budget): Promise<Value> {
  const context: Context = { source, grid, budget, once: createOnce(), evaluate: (node) => evaluateNode(node, context) }
  return context.evaluate(expression)
}

async function evaluateNode(node: MetricExpression, context: Context): Promise<Value> {
  context.budget.check()
  switch (node.kind) {
    case 'range':
      return evaluateRangeAggregation(node, node.grouping, context)
    case 'vector':
      return evaluateVector(node, context)
    case 'binary':
      return evaluateBinary(node, context)
    case 'literal':
      return node.value
    case 'vectorLiteral':
      return [constant(node.value, context.grid)]
    case 'labelReplace': {
      const value = await context.evaluate(node.operand)
      if (typeof value === 'number') throw new QueryError('a literal has no labels to replace')
      return replaceLabels(value, node)
    }
  }
}

/** A value at every step, without labels. */
export function constant(value: number, grid: Grid): Series {
  const steps = Array.from({ length: grid.steps }, (_, step) => step)
  return { labels: noLabels, steps, values: steps.map(() => value) }
}

/** A query that sorts anywhere keeps the order of its series. */
export function sorts(expression: MetricExpression): boolean {
  switch (expression.kind) {
    case 'vector':
      return expression.op === 'sort' || expression.op === 'sort_desc' || sorts(expression.operand)
    case 'binary':
      return sorts(expression.left) || sorts(expression.right)
    case 'labelReplace':
      return sorts(expression.operand)
    default:
      return false
  }
}

// Aggregations over time (`rate`, `sum_over_time`, …) and over series (`sum`, `topk`, …), with what each may take.

import type { MetricExpression, RangeAggregation, RangeOperator, VectorAggregation, VectorOperator } from '../ast.ts'
import type { Cursor } from './cursor.ts'
import { parseGrouping } from './grouping.ts'
import { parseLogRange } from './log-range.ts'
import { literalOf } from './number.ts'

interface RangeRule { readonly unwrap: 'required' | 'optional' | 'forbidden'; readonly grouping: boolean; readonly parameter: boolean }

const unwrapped: RangeRule = { unwrap: 'required', grouping: true, parameter: false }
const counted: RangeRule = { unwrap: 'forbidden', grouping: false, parameter: false }

const rangeRules: Readonly<Record<RangeOperator, RangeRule>> = {
  rate: { unwrap: 'optional', grouping: false, parameter: false },
  rate_counter: { ...unwrapped, grouping: false },
  count_over_time: counted,
  bytes_rate: counted,
  bytes_over_time: counted,
  absent_over_time: { unwrap: 'optional', grouping: false, parameter: false },
  sum_over_time: { ...unwrapped, grouping: false },
  avg_over_time: unwrapped,
  max_over_time: unwrapped,
  min_over_time: unwrapped,
  first_over_time: unwrapped,
  last_over_time: unwrapped,
  stddev_over_time: unwrapped,
  stdvar_over_time: unwrapped,
  quantile_over_time: { ...unwrapped, parameter: true },
}

const vectorRules: Readonly<Record<VectorOperator, { readonly parameter: boolean; readonly grouping: boolean }>> = {
  sum: { parameter: false, grouping: true },
  avg: { parameter: false, grouping: true },
  max: { parameter: false, grouping: true },
  min: { parameter: false, grouping: true },
  count: { parameter: false, grouping: true },
  stddev: { parameter: false, grouping: true },
  stdvar: { parameter: false, grouping: true },
  topk: { parameter: true, grouping: true },
  bottomk: { parameter: true, grouping: true },
  approx_topk: { parameter: true, grouping: false },
  sort: { parameter: false, grouping: false },
  sort_desc: { parameter: false, grouping: false },
}

export function isRangeOperator(name: string): name is RangeOperator {
  return Object.hasOwn(rangeRules, name)
}

export function isVectorOperator(name: string): name is VectorOperator {
  return Object.hasOwn(vectorRules, name)
}

/** `quantile_over_time(0.9, {…} | unwrap x [5m]) by (y)` */
export function parseRangeAggregation(cursor: Cursor, op: RangeOperator): RangeAggregation {
  const start = cursor.take()
  cursor.expect('(')
  const parameter = parseParameter(cursor)
  const range = parseLogRange(cursor)
  cursor.expect(')')
  const grouping = parseGrouping(cursor)
  const { unwrap, log, rangeNano, offsetNano } = range
  const problem = rangeProblem(op, { unwrap: unwrap !== undefined, grouping: grouping !== undefined, parameter: parameter !== undefined })
  if (problem !== undefined) throw cursor.error(problem, start)
  const value = parameter === undefined ? {} : { parameter: literalOf(cursor, parameter) }
  return { kind: 'range', op, ...value, log, ...(unwrap === undefined ? {} : { unwrap }), rangeNano, offsetNano, ...(grouping === undefined ? {} : { grouping }) }
}

function parseParameter(cursor: Cursor): ReturnType<Cursor['take']> | undefined {
  const parameter = cursor.accept('number')
  if (parameter !== undefined) cursor.expect(',')
  return parameter
}

function rangeProblem(op: RangeOperator, has: { unwrap: boolean; grouping: boolean; parameter: boolean }): string | undefined {
  const rule = rangeRules[op]
  if (rule.parameter && !has.parameter) return `parameter required for operation ${op}`
  if (!rule.parameter && has.parameter) return `parameter not supported for operation ${op}`
  if (has.grouping && !rule.grouping) return `grouping not allowed for ${op} aggregation`
  if (rule.unwrap === 'required' && !has.unwrap) return `invalid aggregation ${op} without unwrap`
  if (rule.unwrap === 'forbidden' && has.unwrap) return `invalid aggregation ${op} with unwrap`
  return undefined
}

/** `topk by (a) (3, …)`, `topk(3, …) by (a)` */
export function parseVectorAggregation(cursor: Cursor, op: VectorOperator, parseOperand: () => MetricExpression): VectorAggregation {
  const start = cursor.take()
  const before = parseGrouping(cursor)
  cursor.expect('(')
  const parameter = cursor.peek().kind === 'number' && cursor.peek(1).kind === ',' ? parseParameter(cursor) : undefined
  const operand = parseOperand()
  cursor.expect(')')
  const grouping = before ?? parseGrouping(cursor)
  const rule = vectorRules[op]
  if (grouping !== undefined && !rule.grouping) throw cursor.error(`grouping not allowed for ${op} aggregation`, start)
  if (rule.parameter && parameter === undefined) throw cursor.error(`parameter required for operation ${op}`, start)
  if (!rule.parameter && parameter !== undefined) throw cursor.error(`unsupported parameter for operation ${op}`, start)
  const value = parameter === undefined ? {} : { parameter: countOf(cursor, parameter) }
  return { kind: 'vector', op, ...value, operand, ...(grouping === undefined ? {} : { grouping }) }
}

/** How many series to keep: decimal digits, not more than 64 bits, not 0. */
function countOf(cursor: Cursor, token: ReturnType<Cursor['take']>): number {
  const isCount = /^\d+$/.test(token.text) && BigInt(token.text) < 2n ** 63n && BigInt(token.text) > 0n
  if (!isCount) throw cursor.error('invalid parameter', token)
  return Number(token.text)
}

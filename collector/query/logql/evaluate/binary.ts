// Binary operations between literals, series and a literal, and series of both sides.

import type { BinaryOperation } from '../ast.ts'
import { QueryError } from '../errors.ts'
import { combine, type ArithmeticOperator, type ComparisonOperator } from './arithmetic.ts'
import type { Context, Value } from './context.ts'
import { keyOf } from './labels.ts'
import { pair, resultLabels, type Pairing } from './matching.ts'
import type { Series } from './results.ts'
import { combineSets } from './sets.ts'

export async function evaluateBinary(node: BinaryOperation, context: Context): Promise<Value> {
  const [left, right] = await Promise.all([context.evaluate(node.left), context.evaluate(node.right)])
  const { op, bool } = node
  if (op === 'and' || op === 'or' || op === 'unless') return combineSets(op, asSeries(left), asSeries(right), node.matching)
  // Between two literals there is nothing to leave out: a comparison is 0 or 1.
  if (typeof left === 'number' && typeof right === 'number') return combine(op, true, left, right, left) as number
  if (typeof left === 'number') return mapValues(asSeries(right), (value) => combine(op, bool, left, value, value))
  if (typeof right === 'number') return mapValues(left, (value) => combine(op, bool, value, right, value))
  return joinAll(pair(left, right, node.matching), { ...node, op }, context.budget.check)
}

function asSeries(value: Value): readonly Series[] {
  if (typeof value === 'number') throw new QueryError('a literal has no series to match')
  return value
}

function mapValues(series: readonly Series[], map: (value: number) => number | undefined): readonly Series[] {
  return series.flatMap(({ labels, steps, values }) => {
    const kept = { labels, steps: [] as number[], values: [] as number[] }
    for (const [i, value] of values.entries()) {
      const mapped = map(value)
      if (mapped === undefined) continue
      kept.steps.push(steps[i] as number)
      kept.values.push(mapped)
    }
    return kept.steps.length === 0 ? [] : [kept]
  })
}

type Operation = BinaryOperation & { readonly op: ArithmeticOperator | ComparisonOperator }

function joinAll(pairings: readonly Pairing[], node: Operation, check: () => void): readonly Series[] {
  const taken = new Set<string>()
  return pairings.flatMap((pairing) => {
    check()
    return join(pairing, node, taken)
  })
}

/**
 * One side has one series for what is matched by, at any step; several on both, or several where no group was allowed,
 * have no answer. `taken`: series of the result at the steps they have, when labels of the one side can make two alike.
 */
function join(pairing: Pairing, node: Operation, taken: Set<string>): readonly Series[] {
  const swap = node.matching?.group === 'right'
  const many = swap ? pairing.right : pairing.left
  const one = oneSide(swap ? pairing.left : pairing.right, swap ? 'left' : 'right')
  if (one.size === 0) return []
  const matched = new Set<number>()
  return many.flatMap((series) => joinSeries(series, one, node, { swap, matched, taken }))
}

interface At { readonly series: Series; readonly value: number }

function oneSide(side: readonly Series[], name: string): Map<number, At> {
  const byStep = new Map<number, At>()
  for (const series of side) {
    for (const [i, step] of series.steps.entries()) {
      if (byStep.has(step)) throw new QueryError(`found duplicate series on the ${name} hand-side: many-to-many matching is not allowed, matching labels must be unique on one side`)
      byStep.set(step, { series, value: series.values[i] as number })
    }
  }
  return byStep
}

interface Joining { readonly swap: boolean; readonly matched: Set<number>; readonly taken: Set<string> }

function joinSeries(series: Series, one: ReadonlyMap<number, At>, node: Operation, { swap, matched, taken }: Joining): readonly Series[] {
  const results = new Map<Series, { labels: Series['labels']; key: string; steps: number[]; values: number[] }>()
  for (const [i, step] of series.steps.entries()) {
    const partner = one.get(step)
    if (partner === undefined) continue
    const value = series.values[i] as number
    if (node.matching?.group === undefined) once(matched, step, 'many-to-one matching must be explicit (group_left, group_right)')
    const [left, right] = swap ? [partner.value, value] : [value, partner.value]
    const combined = combine(node.op, node.bool, left, right, left)
    if (combined === undefined) continue
    const result = results.get(partner.series) ?? begin(series, partner.series, node)
    results.set(partner.series, result)
    if (node.matching?.group !== undefined) once(taken, `${step} ${result.key}`, 'grouping labels must ensure unique matches')
    result.steps.push(step)
    result.values.push(combined)
  }
  return [...results.values()].map(({ labels, steps, values }) => ({ labels, steps, values }))
}

function begin(many: Series, one: Series, { matching }: Operation) {
  const labels = resultLabels(many.labels, one.labels, matching)
  return { labels, key: matching?.group === undefined ? '' : keyOf(labels), steps: [] as number[], values: [] as number[] }
}

function once<T>(seen: Set<T>, what: T, rule: string): void {
  if (seen.has(what)) throw new QueryError(`multiple matches for labels: ${rule}`)
  seen.add(what)
}

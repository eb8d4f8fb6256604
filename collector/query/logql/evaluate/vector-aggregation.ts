// Vector aggregations: the series of a group become one, step by step.

import type { VectorAggregation } from '../ast.ts'
import type { Labels } from '../entry.ts'
import type { Context } from './context.ts'
import { grouped, keyOf } from './labels.ts'
import { runningMean, variance } from './moments.ts'
import type { Series } from './results.ts'

export type ReducingOperator = Extract<VectorAggregation['op'], 'sum' | 'avg' | 'max' | 'min' | 'count' | 'stddev' | 'stdvar'>

export interface Group { readonly labels: Labels; readonly members: Series[] }

export function groupsOf(series: readonly Series[], grouping: VectorAggregation['grouping']): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const member of series) {
    const labels = grouped(member.labels, grouping)
    const key = keyOf(labels)
    const group = groups.get(key) ?? { labels, members: [] }
    groups.set(key, group)
    group.members.push(member)
  }
  return [...groups.values()]
}

export async function reduceGroups(reduce: (values: readonly number[]) => number, groups: readonly Group[], { budget, grid }: Context): Promise<readonly Series[]> {
  const columns = new Columns(grid.steps)
  const reduced: Series[] = []
  for (const { labels, members } of groups) {
    await budget.breathe()
    for (const member of members) columns.add(member)
    reduced.push({ labels, ...columns.reduce(reduce) })
  }
  return reduced
}

export function reduceValues(op: ReducingOperator, values: readonly number[]): number {
  switch (op) {
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0)
    case 'avg':
      return runningMean(values)
    case 'count':
      return values.length
    case 'max':
      return values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best))
    case 'min':
      return values.reduce((best, value) => (value < best || Number.isNaN(best) ? value : best))
    case 'stdvar':
      return variance(values, 0, values.length)
    case 'stddev':
      return Math.sqrt(variance(values, 0, values.length))
  }
}

/** Values of several series by step; used again for each group, so that a group costs what its series do. */
class Columns {
  readonly #columns: (number[] | undefined)[]
  #used: number[] = []

  constructor(steps: number) {
    this.#columns = Array.from({ length: steps })
  }

  add({ steps, values }: Series): void {
    for (let i = 0; i < steps.length; i += 1) {
      const step = steps[i] as number
      const column = this.#columns[step]
      if (column !== undefined) column.push(values[i] as number)
      else {
        this.#columns[step] = [values[i] as number]
        this.#used.push(step)
      }
    }
  }

  /** Empties the columns. */
  reduce(value: (column: readonly number[]) => number): { readonly steps: number[]; readonly values: number[] } {
    const steps = this.#used.sort((a, b) => a - b)
    const values = steps.map((step) => value(this.#columns[step] as number[]))
    for (const step of steps) this.#columns[step] = undefined
    this.#used = []
    return { steps, values }
  }
}

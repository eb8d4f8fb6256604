// absent_over_time: 1 at every step whose window is empty.

import type { Grouping, Matcher, RangeAggregation } from '../ast.ts'
import type { Labels } from '../entry.ts'
import type { Context } from './context.ts'
import type { Series } from './results.ts'
import { readSamples } from './sampling.ts'

/** No label of a line matters, so that parsers whose labels nobody filters by need not run. */
const nothingAsked: Grouping = { without: false, labels: [] }

export async function evaluateAbsent(node: RangeAggregation, context: Context): Promise<readonly Series[]> {
  const { steps } = context.grid
  // How many more windows hold something from this step on than at the one before.
  const changes = new Int32Array(steps + 1)
  await readSamples(node, nothingAsked, context, (_sample, _timeNano, { enter, leave }) => {
    changes[enter] = (changes[enter] as number) + 1
    changes[leave] = (changes[leave] as number) - 1
  })
  const empty = emptySteps(changes, steps)
  if (empty.length === 0) return []
  return [{ labels: absentLabels(node.log.matchers), steps: empty, values: empty.map(() => 1) }]
}

function emptySteps(changes: Int32Array, steps: number): number[] {
  const empty: number[] = []
  let inside = 0
  for (let step = 0; step < steps; step += 1) {
    inside += changes[step] as number
    if (inside === 0) empty.push(step)
  }
  return empty
}

/** What can be said of a stream that is not there: the labels that were asked for by one equality, and nothing else. */
export function absentLabels(matchers: readonly Matcher[]): Labels {
  const labels = new Map<string, string>()
  const ambiguous = new Set<string>()
  for (const { name, op, value } of matchers) {
    if (op === '=' && !labels.has(name) && !ambiguous.has(name)) labels.set(name, value)
    else {
      labels.delete(name)
      ambiguous.add(name)
    }
  }
  return labels
}

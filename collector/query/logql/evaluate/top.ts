// topk and bottomk choose whole series per step and leave their labels; sort orders the series of an instant.

import type { Series } from './results.ts'
import { sortedByLabels } from './labels.ts'
import type { Group } from './vector-aggregation.ts'

/** NaN loses against every number, in both directions. Of equal values the first by labels stays. */
export function choose(groups: readonly Group[], count: number, largest: boolean, check: () => void): readonly Series[] {
  return groups.flatMap(({ members }) => chooseMembers(sortedByLabels(members), count, largest, check))
}

interface Candidate { readonly member: number; readonly value: number }

function chooseMembers(members: readonly Series[], count: number, largest: boolean, check: () => void): readonly Series[] {
  const chosen = members.map(({ labels }) => ({ labels, steps: [] as number[], values: [] as number[] }))
  const byStep = candidatesByStep(members)
  for (const step of [...byStep.keys()].sort((a, b) => a - b)) {
    check()
    const candidates = byStep.get(step) as Candidate[]
    for (const { member, value } of best(candidates, count, largest)) {
      chosen[member]?.steps.push(step)
      chosen[member]?.values.push(value)
    }
  }
  return chosen.filter(({ steps }) => steps.length > 0)
}

function candidatesByStep(members: readonly Series[]): Map<number, Candidate[]> {
  const byStep = new Map<number, Candidate[]>()
  for (const [member, { steps, values }] of members.entries()) {
    for (let i = 0; i < steps.length; i += 1) {
      const step = steps[i] as number
      const candidate = { member, value: values[i] as number }
      const at = byStep.get(step)
      if (at === undefined) byStep.set(step, [candidate])
      else at.push(candidate)
    }
  }
  return byStep
}

function best(candidates: Candidate[], count: number, largest: boolean): readonly Candidate[] {
  if (candidates.length <= count) return candidates
  return candidates.sort((a, b) => compareValues(a.value, b.value, largest)).slice(0, count)
}

/** Numbers first, NaN last. */
function compareValues(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  if (a === b) return 0
  return a < b === descending ? 1 : -1
}

/** By value at the one step of an instant. */
export function sortedByValue(series: readonly Series[], descending: boolean): readonly Series[] {
  return sortedByLabels(series).toSorted((a, b) => compareValues(a.values[0] ?? NaN, b.values[0] ?? NaN, descending))
}

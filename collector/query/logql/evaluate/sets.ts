// and, or, unless: series of the left side where the right side has, or has not, a sample for what they are matched by.

import { pair, type Matching, type Pairing } from './matching.ts'
import type { Series } from './results.ts'

export function combineSets(op: 'and' | 'or' | 'unless', left: readonly Series[], right: readonly Series[], matching: Matching): readonly Series[] {
  const pairings = pair(left, right, matching)
  switch (op) {
    case 'and':
      return pairings.flatMap((pairing) => keepSteps(pairing.left, stepsOf(pairing.right), true))
    case 'unless':
      return pairings.flatMap((pairing) => keepSteps(pairing.left, stepsOf(pairing.right), false))
    case 'or':
      return [...left, ...pairings.flatMap(rightWithoutLeft)]
  }
}

function rightWithoutLeft({ left, right }: Pairing): readonly Series[] {
  return keepSteps(right, stepsOf(left), false)
}

function stepsOf(side: readonly Series[]): ReadonlySet<number> {
  return new Set(side.flatMap(({ steps }) => steps))
}

function keepSteps(side: readonly Series[], steps: ReadonlySet<number>, inside: boolean): readonly Series[] {
  return side.flatMap((series) => {
    const kept = { labels: series.labels, steps: [] as number[], values: [] as number[] }
    for (const [i, step] of series.steps.entries()) {
      if (steps.has(step) !== inside) continue
      kept.steps.push(step)
      kept.values.push(series.values[i] as number)
    }
    return kept.steps.length === 0 ? [] : [kept]
  })
}

// Which series of two operands belong together, and what labels the result has.

import type { BinaryOperation } from '../ast.ts'
import type { Labels } from '../entry.ts'
import { except, matchKeyOf, only } from './labels.ts'
import type { Series } from './results.ts'

export type Matching = BinaryOperation['matching']

export interface Pairing { readonly left: readonly Series[]; readonly right: readonly Series[] }

/** Series of both sides by what they are matched by, in the order of the left side, then of the right. */
export function pair(left: readonly Series[], right: readonly Series[], matching: Matching): readonly Pairing[] {
  const pairings = new Map<string, { left: Series[]; right: Series[] }>()
  const of = (labels: Labels) => {
    const key = matchKey(labels, matching)
    const pairing = pairings.get(key) ?? { left: [], right: [] }
    pairings.set(key, pairing)
    return pairing
  }
  for (const series of left) of(series.labels).left.push(series)
  for (const series of right) of(series.labels).right.push(series)
  return [...pairings.values()]
}

function matchKey(labels: Labels, matching: Matching): string {
  if (matching === undefined) return matchKeyOf(labels)
  return matching.on ? matchKeyOf(labels, matching.labels) : matchKeyOf(except(labels, matching.labels))
}

/** `many` is the side whose labels the result has; of the other one only what `group_left(…)` names. */
export function resultLabels(many: Labels, one: Labels, matching: Matching): Labels {
  if (matching === undefined) return many
  if (matching.group === undefined) return matching.on ? only(many, matching.labels) : except(many, matching.labels)
  if (matching.include.length === 0) return many
  const labels = new Map(many)
  for (const name of matching.include) {
    const value = one.get(name)
    if (value === undefined || value === '') labels.delete(name)
    else labels.set(name, value)
  }
  return labels
}

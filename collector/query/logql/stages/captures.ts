// What `| regexp` and `| pattern` share: named captures become labels.

import type { Labels } from '../entry.ts'
import type { FoundLabels } from './found-labels.ts'
import type { LineState } from './line-state.ts'

/** Names of captures are names of labels already. */
export const captureName = (name: string): string => name

/** False: the line will be left out. */
export function addGroups(state: LineState, found: FoundLabels, groups: Labels): boolean {
  found.begin(state)
  for (const [name, value] of groups) {
    const verdict = found.add(state, name, value)
    if (verdict !== 'more') return verdict === 'enough'
  }
  return true
}

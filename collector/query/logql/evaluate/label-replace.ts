// label_replace: sets a label from another one where that matches.

import type { LabelReplace } from '../ast.ts'
import type { Labels } from '../entry.ts'
import { compileRegex } from '../text/regex.ts'
import { except } from './labels.ts'
import type { Series } from './results.ts'

export function replaceLabels(series: readonly Series[], { destination, replacement, source, pattern }: LabelReplace): readonly Series[] {
  const regex = compileRegex(pattern, true)
  return series.map((one) => {
    const value = regex.expand(one.labels.get(source) ?? '', replacement)
    return value === undefined ? one : { ...one, labels: withLabel(one.labels, destination, value) }
  })
}

/** Labels without a value go with the change. */
function withLabel(labels: Labels, name: string, value: string): Labels {
  const changed = new Map(except(labels, [name]))
  if (value !== '') changed.set(name, value)
  return changed
}

// By what volumes are summed up. Streams that lack a label that was asked for do not count. `series`: by those labels, or by
// those that the selector names; `labels`: each label by itself, its value left open.

import type { Labels } from '../logql/entry.ts'
import type { VolumeQuestion } from './log-index.ts'

export interface VolumeGroup { readonly key: string; readonly labels: Labels }

/** Of a stream: one group by `series`, one for each of its labels by `labels`. */
export function volumeGroups({ matchers, targetLabels, aggregateBy }: Pick<VolumeQuestion, 'matchers' | 'targetLabels' | 'aggregateBy'>): (labels: Labels) => readonly VolumeGroup[] {
  const hasAll = (labels: Labels): boolean => targetLabels?.every((name) => labels.has(name)) ?? true
  if (aggregateBy === 'labels') {
    return (labels) => (hasAll(labels) ? [...labels.keys()].filter((name) => targetLabels?.includes(name) ?? true).map((name) => ({ key: name, labels: new Map([[name, '']]) })) : [])
  }
  const targets = targetLabels ?? [...new Set(matchers.map(({ name }) => name))]
  return (labels) => {
    const group = new Map([...labels].filter(([name]) => targets.length === 0 || targets.includes(name)))
    return hasAll(labels) ? [{ key: JSON.stringify([...group]), labels: group }] : []
  }
}

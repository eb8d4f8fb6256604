// Series of a range that label_replace made alike are one series, which then has several values at a step.

import { keyOf } from './labels.ts'
import type { Series } from './results.ts'

export function mergedByLabels(series: readonly Series[]): readonly Series[] {
  const byKey = new Map<string, Series[]>()
  for (const one of series) {
    const key = keyOf(one.labels)
    const alike = byKey.get(key)
    if (alike === undefined) byKey.set(key, [one])
    else alike.push(one)
  }
  return [...byKey.values()].map((alike) => (alike.length === 1 ? (alike[0] as Series) : merge(alike)))
}

function merge(alike: readonly Series[]): Series {
  const points = alike.flatMap(({ steps, values }) => steps.map((step, i) => ({ step, value: values[i] as number })))
  points.sort((a, b) => a.step - b.step)
  return { labels: (alike[0] as Series).labels, steps: points.map(({ step }) => step), values: points.map(({ value }) => value) }
}

// Label sets as keys and in order. Two label sets are the same when they have the same names and values, whatever the
// order they were put in.

import type { Grouping } from '../ast.ts'
import type { Labels } from '../entry.ts'

export const noLabels: Labels = new Map()

/** Lengths keep names and values from running into each other. */
export function keyOf(labels: Labels): string {
  let key = ''
  for (const name of sortedNames(labels)) key += part(name, labels.get(name) ?? '')
  return key
}

/** What series are matched by: here a label without a value is a label that is not there. */
export function matchKeyOf(labels: Labels, names: Iterable<string> = sortedNames(labels)): string {
  let key = ''
  for (const name of names) {
    const value = labels.get(name) ?? ''
    if (value !== '') key += part(name, value)
  }
  return key
}

function part(name: string, value: string): string {
  return `${name.length}:${name}${value.length}:${value}`
}

/** Keeps labels without a value, as `by` does. */
export function only(labels: Labels, names: readonly string[]): Labels {
  const kept = new Map<string, string>()
  for (const name of names) {
    const value = labels.get(name)
    if (value !== undefined) kept.set(name, value)
  }
  return kept
}

/** Leaves out labels without a value too, as `without` does. */
export function except(labels: Labels, names: readonly string[]): Labels {
  const kept = new Map<string, string>()
  for (const [name, value] of labels) if (value !== '' && !names.includes(name)) kept.set(name, value)
  return kept
}

/** What `by` and `without` leave of a label set. Without a grouping nothing is left. */
export function grouped(labels: Labels, grouping: Grouping | undefined): Labels {
  if (grouping === undefined) return noLabels
  return grouping.without ? except(labels, grouping.labels) : only(labels, grouping.labels)
}

/** In order of labels: name by name, each with its value; the shorter first where one begins as the other. */
export function sortedByLabels<T extends { readonly labels: Labels }>(items: readonly T[]): readonly T[] {
  if (items.length < 2) return items
  const keyed = items.map((item) => ({ item, key: sortKey(item.labels) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ item }) => item)
}

/** Sorting asks for the same labels many times: they are made one text first, with an end that sorts before all else. */
function sortKey(labels: Labels): string {
  let key = ''
  for (const name of sortedNames(labels)) key += `${name}\0${labels.get(name) ?? ''}\0`
  return key
}

function sortedNames(labels: Labels): readonly string[] {
  const names = [...labels.keys()]
  return names.length < 2 ? names : names.sort()
}

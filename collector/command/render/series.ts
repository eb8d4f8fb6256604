// Results of a metric query, for people: one row a series, with its shape where it has a history.

import { printable } from '../table.ts'
import { grid } from './grid.ts'
import { sparkLine } from './spark.ts'
import type { Screen } from './screen.ts'

/** A time in seconds, and the value as Prometheus writes it. */
export type Sample = readonly [number, string]

export interface Series { readonly metric: Readonly<Record<string, string>>; readonly values?: readonly Sample[]; readonly value?: Sample }

const sparkCells = 40

export function renderVector(series: readonly Series[], screen: Screen): string {
  return grid([{ title: 'SERIES', least: 20 }, { title: 'VALUE' }], series.map(({ metric, value }) => ({ cells: [{ text: nameOf(metric) }, { text: shorten(Number(value?.[1])) }] })), screen)
}

export function renderMatrix(series: readonly Series[], stepSeconds: number, screen: Screen): string {
  const all = series.flatMap(({ values = [] }) => [values[0]?.[0], values.at(-1)?.[0]]).filter((time) => time !== undefined)
  const [from, to] = [least(all), most(all)]
  const rows = series.map(({ metric, values = [] }) => {
    const numbers = values.map(([, value]) => Number(value))
    const last = numbers.at(-1) ?? Number.NaN
    return { cells: [{ text: nameOf(metric) }, { text: shorten(last) }, { text: shorten(least(numbers)) }, { text: shorten(most(numbers)) }, { text: shorten(numbers.reduce((sum, value) => sum + value, 0) / numbers.length) }, { text: sparkLine(onSteps(values, from, to, stepSeconds), sparkCells) }] }
  })
  return grid([{ title: 'SERIES', least: 16 }, { title: 'LAST' }, { title: 'LEAST' }, { title: 'MOST' }, { title: 'MEAN' }, { title: 'COURSE', least: 10 }], rows, screen)
}

/** Values at their steps, so that the courses of all series stand below each other. */
function onSteps(values: readonly Sample[], from: number, to: number, stepSeconds: number): (number | undefined)[] {
  const steps: (number | undefined)[] = Array.from({ length: Math.min(11_001, Math.round((to - from) / stepSeconds) + 1) })
  for (const [time, value] of values) steps[Math.round((time - from) / stepSeconds)] = Number(value)
  return steps
}

function nameOf(metric: Readonly<Record<string, string>>): string {
  return `{${Object.entries(metric).map(([name, value]) => `${printable(name)}=${JSON.stringify(printable(value))}`).join(', ')}}`
}

/** Six digits are what a person reads. */
function shorten(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(6))) : Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
}

// What evaluating one query carries from node to node.

import type { MetricExpression } from '../ast.ts'
import type { EntrySource } from '../entry.ts'
import type { Grid } from './grid.ts'
import type { Budget } from './limits.ts'
import type { Series } from './results.ts'

/** A literal is the same at every step; all else is series. */
export type Value = number | readonly Series[]

export interface Context {
  readonly source: EntrySource
  readonly grid: Grid
  readonly budget: Budget
  readonly evaluate: (expression: MetricExpression) => Promise<Value>
  /** The same sub-expression of a query is read once. */
  readonly once: (key: unknown, read: () => Promise<readonly Series[]>) => Promise<readonly Series[]>
}

export function createOnce(): Context['once'] {
  const begun = new Map<string, Promise<readonly Series[]>>()
  return (key, read) => {
    const text = JSON.stringify(key, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
    const known = begun.get(text) ?? read()
    begun.set(text, known)
    return known
  }
}

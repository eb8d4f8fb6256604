// Log queries: the first entries, in the direction asked, that pass the pipeline.

import type { LogQuery } from '../ast.ts'
import type { EntrySource, Window } from '../entry.ts'
import { compilePipeline, type Processed } from '../pipeline.ts'
import type { Budget } from './limits.ts'
import { pagesOf } from './pages.ts'

export interface LogRequest {
  /** `[from, to)` */
  readonly window: Window
  readonly direction: 'forward' | 'backward'
  /** Of all streams together. */
  readonly limit: number
}

export async function readLog(query: LogQuery, source: EntrySource, { window, direction, limit }: LogRequest, budget: Budget): Promise<readonly Processed[]> {
  const taken: Processed[] = []
  if (limit <= 0 || window.fromNano >= window.toNano) return taken
  const pipeline = compilePipeline(query.stages)
  const question = { ...window, matchers: query.matchers, stages: query.stages, direction, about: limit }
  for await (const page of pagesOf(source, question, budget)) {
    for (const entry of page) {
      const processed = pipeline.process(entry)
      if (processed !== undefined && taken.push(processed) >= limit) return taken
    }
  }
  return taken
}

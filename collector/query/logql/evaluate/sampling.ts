// Reads the samples of a range aggregation: one pass over the entries in order of time.

import type { Grouping, RangeAggregation } from '../ast.ts'
import type { Labels } from '../entry.ts'
import { QueryError } from '../errors.ts'
import { compileSampler, type Sample, type Sampler } from '../pipeline.ts'
import type { Context } from './context.ts'
import { lastTime, shifted, spanReader, type Span } from './grid.ts'
import { pagesOf } from './pages.ts'
import { measureOf } from './range-functions.ts'

/** `sample` and `span` are only good during the call. */
export type OnSample = (sample: Sample, timeNano: bigint, span: Span) => void

export async function readSamples(node: RangeAggregation, grouping: Grouping | undefined, { source, grid, budget }: Context, onSample: OnSample): Promise<Sampler> {
  const asked = shifted(grid, node.offsetNano)
  const sampler = compileSampler(node.log, node.unwrap, { measure: measureOf(node), ...(grouping && { grouping }) })
  const spanOf = spanReader(asked, node.rangeNano)
  const span: Span = { enter: 0, leave: 0 }
  const window = { fromNano: asked.startNano - node.rangeNano + 1n, toNano: lastTime(asked) + 1n }
  const question = { ...window, matchers: node.log.matchers, stages: node.log.stages, direction: 'forward' as const }
  for await (const page of pagesOf(source, question, budget)) {
    for (const entry of page) {
      spanOf(entry.timeNano, span)
      // Between two windows: not even a broken line matters there.
      if (span.enter >= span.leave) continue
      const sample = sampler.sample(entry)
      if (sample === undefined) continue
      if (sample.failed) throw failure(sample.labels)
      onSample(sample, entry.timeNano, span)
    }
  }
  return sampler
}

/** A number made of lines that could not be read would be wrong without a word. */
function failure(labels: Labels): QueryError {
  return new QueryError(`pipeline error: ${errorName(labels.get('__error__') ?? '')}; to leave such lines out add | __error__="" behind the stage or the unwrap that fails`)
}

/** A query can write any text into the label: only names of the language are repeated. */
function errorName(error: string): string {
  return /^[A-Z][A-Za-z]{2,30}Err$/.test(error) ? error : 'a line failed'
}

// Runs the stages of a query over entries, one by one. What a stage does to labels shows in three kinds: labels of the
// stream that are left, metadata that is left, and what the query found or set.

import type { Stage } from './ast.ts'
import type { Entry, Labels } from './entry.ts'
import { aloneFilters, compileStage } from './stages/compile.ts'
import { LineState } from './stages/line-state.ts'
import { filtersFirst } from './stages/order.ts'
import type { RunStage } from './stages/stage.ts'
import { VisibleLabels } from './stages/visible-labels.ts'

export { compileSampler, type Sample, type Sampler, type SamplerOptions } from './pipeline-sampler.ts'
export { matchLabels } from './stages/matcher.ts'

export interface Processed {
  readonly timeNano: bigint
  readonly line: string
  /** The same object for all entries of a stream that lost the same labels. */
  readonly stream: Labels
  readonly metadata: Labels
  /** `__error__` and `__error_details__` among them. */
  readonly parsed: Labels
}

export interface Pipeline {
  /** Undefined: the entry was filtered away. */
  process(entry: Entry): Processed | undefined
}

/** The selector's matchers are not asked: the source has done that. */
export function compilePipeline(stages: readonly Stage[]): Pipeline {
  const filters = aloneFilters(stages, [])
  const runs = filtersFirst(stages).map((stage) => compileStage(stage, { filters }))
  const state = new LineState()
  const visible = new VisibleLabels()
  return {
    process(entry) {
      state.reset(entry)
      return runStages(runs, state) ? processed(state, visible) : undefined
    },
  }
}

export function runStages(runs: readonly RunStage[], state: LineState): boolean {
  for (const run of runs) if (!run(state)) return false
  return true
}

function processed(state: LineState, visible: VisibleLabels): Processed {
  const { timeNano, line } = state
  const stream = visible.ofStream(state)
  const metadata = visible.ofMetadata(state)
  return { timeNano, line, stream, metadata, parsed: state.takeParsed() }
}

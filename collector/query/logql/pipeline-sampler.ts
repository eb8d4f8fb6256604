// From an entry to a sample of a range aggregation: what it counts for, and the labels of its series.

import type { Grouping, LogQuery, Stage, Unwrap } from './ast.ts'
import type { Entry, Labels } from './entry.ts'
import { aloneFilters, compileStage } from './stages/compile.ts'
import { errorLabel, LineState } from './stages/line-state.ts'
import { requiredLabels } from './stages/required-labels.ts'
import { SampleLabels } from './stages/sample-labels.ts'
import { filtersFirst } from './stages/order.ts'
import { withoutParsers, withoutUnreadLines } from './stages/sample-stages.ts'
import type { RunStage } from './stages/stage.ts'
import { compileUnwrap, type ReadSample } from './stages/unwrap.ts'

/** Good until the next call: there is one object for all samples. */
export interface Sample {
  readonly labels: Labels
  readonly value: number
  /** The labels say in `__error__` what is wrong; they are not grouped then. */
  readonly failed: boolean
}

export interface Sampler {
  /** Undefined: the entry was filtered away, or has no label to unwrap. */
  sample(entry: Entry): Sample | undefined
  /** Labels without a value tell series apart, but are not part of what is shown of them. */
  readonly dropsEmpty: boolean
}

export interface SamplerOptions {
  /** Ignored with an unwrap: then it is the label's value. */
  readonly measure: 'lines' | 'bytes' | 'value'
  /** Of the range aggregation, or of a sum around it. */
  readonly grouping?: Grouping
}

export function compileSampler(log: LogQuery, unwrap: Unwrap | undefined, { measure, grouping }: SamplerOptions): Sampler {
  const lineMatters = measure === 'bytes' && unwrap === undefined
  const stages = lineMatters ? log.stages : withoutUnreadLines(log.stages)
  const required = requiredLabels(stages, unwrap, grouping)
  const runs = compileStages(required?.size === 0 ? withoutParsers(stages) : stages, unwrap, required)
  const read = unwrap === undefined ? readLine(measure) : compileUnwrap(unwrap)
  // A sum that asks for errors, as a group or by a filter, counts those of parsers instead of failing with them.
  const countsParserErrors = required?.has(errorLabel) === true
  return createSampler(runs, read, new SampleLabels(log.stages, unwrap, grouping), countsParserErrors)
}

function compileStages(stages: readonly Stage[], unwrap: Unwrap | undefined, required: ReadonlySet<string> | undefined): readonly RunStage[] {
  const filters = aloneFilters(stages, unwrap?.filters ?? [])
  const hints = required === undefined ? { filters } : { filters, required }
  return filtersFirst(stages).map((stage) => compileStage(stage, hints))
}

function createSampler(runs: readonly RunStage[], read: ReadSample, series: SampleLabels, countsParserErrors: boolean): Sampler {
  const state = new LineState()
  const sample = { labels: state.stream, value: 0, failed: false }
  return {
    dropsEmpty: series.dropsEmpty,
    sample(entry) {
      state.reset(entry)
      for (const run of runs) if (!run(state)) return undefined
      const value = read(state)
      if (value === undefined) return undefined
      sample.value = value
      sample.failed = state.error !== '' && !(countsParserErrors && state.parserFailed)
      sample.labels = sample.failed ? state.allLabels() : series.of(state)
      return sample
    },
  }
}

function readLine(measure: SamplerOptions['measure']): ReadSample {
  return measure === 'bytes' ? ({ line }) => Buffer.byteLength(line) : () => 1
}

// `| unwrap label`: the label's value is the sample. What cannot be read becomes an error, which a filter behind the
// unwrap may take away.

import type { Unwrap } from '../ast.ts'
import { bytesProblem, parseBytes } from '../text/bytes.ts'
import { durationProblem, parseDuration, secondsOf } from '../text/duration.ts'
import { floatProblem, parseFloatGo } from '../text/float.ts'
import { compileLabelFilter } from './label-filter.ts'
import type { LineState } from './line-state.ts'

/** Undefined: there is no sample. */
export type ReadSample = (state: LineState) => number | undefined

export function compileUnwrap({ label, conversion, filters }: Unwrap): ReadSample {
  const { parse, problem } = readerOf(conversion)
  const tests = filters.map(compileLabelFilter)
  return (state) => {
    const text = state.lookup(label)
    if (text === undefined || text === '') return undefined
    const value = parse(text)
    if (value === undefined) state.fail('SampleExtractionErr', problem(text))
    return tests.every((test) => test(state)) ? value ?? 0 : undefined
  }
}

function readerOf(conversion: Unwrap['conversion']): { readonly parse: (text: string) => number | undefined; readonly problem: (text: string) => string } {
  switch (conversion) {
    case undefined: return { parse: parseFloatGo, problem: floatProblem }
    case 'bytes': return { parse: parseBytes, problem: bytesProblem }
    default: return { parse: parseSeconds, problem: durationProblem }
  }
}

function parseSeconds(text: string): number | undefined {
  const nanos = parseDuration(text)
  return nanos === undefined ? undefined : secondsOf(nanos)
}

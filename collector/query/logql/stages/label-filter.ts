// `| name op value`, joined by and/or. A value that is no number, duration or size where one is asked for keeps the line
// and marks it with an error: whoever filters must see that the data is not what they think.

import type { Comparison, LabelFilter } from '../ast.ts'
import { bytesProblem, parseBytes } from '../text/bytes.ts'
import { durationProblem, parseDuration } from '../text/duration.ts'
import { floatProblem, parseFloatGo } from '../text/float.ts'
import { compileIpMatcher } from '../text/ip.ts'
import type { LineState } from './line-state.ts'
import { compileFilterMatch } from './matcher.ts'
import type { RunStage } from './stage.ts'

interface Reader { readonly parse: (text: string) => number | undefined; readonly problem: (text: string) => string }

const readers: Readonly<Record<'number' | 'duration' | 'bytes', Reader>> = {
  number: { parse: parseFloatGo, problem: floatProblem },
  duration: { parse: parseDuration, problem: durationProblem },
  bytes: { parse: parseBytes, problem: bytesProblem },
}

export function compileLabelFilter(filter: LabelFilter): RunStage {
  switch (filter.kind) {
    case 'and': return both(compileLabelFilter(filter.left), compileLabelFilter(filter.right))
    case 'or': return either(compileLabelFilter(filter.left), compileLabelFilter(filter.right))
    case 'string': return compileString(filter)
    case 'ip': return compileIp(filter)
    default: return compileNumeric(filter)
  }
}

function both(left: RunStage, right: RunStage): RunStage {
  return (state) => left(state) && right(state)
}

function either(left: RunStage, right: RunStage): RunStage {
  return (state) => left(state) || right(state)
}

function compileString({ name, op, value }: LabelFilter & { kind: 'string' }): RunStage {
  const match = compileFilterMatch(op, value)
  return (state) => match(state.get(name) ?? '')
}

/** Lines with an error pass: it may be the reason why there is no address. */
function compileIp({ name, op, value }: LabelFilter & { kind: 'ip' }): RunStage {
  const matcher = compileIpMatcher(value)
  const wanted = op === '='
  return (state) => {
    if (state.error !== '') return true
    const address = state.get(name)
    return address !== undefined && matcher.testValue(address) === wanted
  }
}

function compileNumeric({ kind, name, op, value }: LabelFilter & { kind: keyof typeof readers }): RunStage {
  const { parse, problem } = readers[kind]
  const holds = comparisons[op]
  return (state) => {
    const text = state.get(name)
    if (text === undefined) return false
    const number = parse(text)
    return number === undefined ? failed(state, problem(text)) : holds(number, value)
  }
}

function failed(state: LineState, details: string): true {
  if (state.error === '') state.fail('LabelFilterErr', details)
  return true
}

const comparisons: Readonly<Record<Comparison, (left: number, right: number) => boolean>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
}

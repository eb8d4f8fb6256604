// `|=`, `!=`, `|~`, `!~`, `|>`, `!>`: keeps lines that hold any of the alternatives, or none of them.

import type { LineFilter } from '../ast.ts'
import { LogQLError } from '../errors.ts'
import { compileIpMatcher } from '../text/ip.ts'
import { compilePatternFilter } from '../text/line-pattern.ts'
import { compileRegex } from '../text/regex.ts'
import type { RunStage } from './stage.ts'

type TestLine = (line: string) => boolean

export function compileLineFilter(stage: LineFilter): RunStage {
  const tests = meaningful(stage).map((alternative, at) => compileTest(stage.op, alternative, at > 0))
  const wanted = stage.op.startsWith('|')
  const [first, second] = tests
  if (first !== undefined && second === undefined) return (state) => first(state.line) === wanted
  return (state) => tests.some((test) => test(state.line)) === wanted
}

/** `|= "a" or ""` means `|= "a"`: of several alternatives those that every line matches are left out, as in Loki. */
function meaningful({ op, alternatives }: LineFilter): LineFilter['alternatives'] {
  if (alternatives.length === 1 || (op !== '|=' && op !== '|~')) return alternatives
  const left = alternatives.filter(({ value, ip }) => ip || !(value === '' || (op === '|~' && value === '.*')))
  return left.length === 0 ? alternatives : left
}

function compileTest(op: LineFilter['op'], { value, ip }: LineFilter['alternatives'][number], isFurther: boolean): TestLine {
  if (ip) return isFurther ? furtherIpTest(value) : ipTest(value)
  if (op === '|=' || op === '!=') return (line) => line.includes(value)
  const matcher = op === '|~' || op === '!~' ? compileRegex(value, false) : compilePatternFilter(value)
  return (line) => matcher.test(line)
}

function ipTest(address: string): TestLine {
  const matcher = compileIpMatcher(address)
  return (line) => matcher.testLine(line)
}

/** Behind an `or`, what is no address matches nothing instead of being refused, as in Loki. */
function furtherIpTest(address: string): TestLine {
  try {
    return ipTest(address)
  } catch (error) {
    if (error instanceof LogQLError) return () => false
    throw error
  }
}

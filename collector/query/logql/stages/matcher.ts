// Compares a label's value with a text or a regular expression; a label that is not there reads as ''. Matchers (of a
// selector, of drop and keep) and label filters read the same expression differently, as Loki does.

import type { Matcher, MatchOperator } from '../ast.ts'
import type { Labels } from '../entry.ts'
import { compileMatcherRegex, compileRegex, type Regex } from '../text/regex.ts'

type Match = (value: string) => boolean

/** `{name=~"value"}` */
export function compileMatcher({ op, value }: Matcher): Match {
  return compileMatch(op, value, compileMatcherRegex)
}

/** `| name=~"value"` */
export function compileFilterMatch(op: MatchOperator, value: string): Match {
  return compileMatch(op, value, (source) => compileRegex(source, true))
}

function compileMatch(op: MatchOperator, wanted: string, compile: (source: string) => Regex): Match {
  if (op === '=') return (value) => value === wanted
  if (op === '!=') return (value) => value !== wanted
  const regex = compile(wanted)
  return op === '=~' ? (value) => regex.test(value) : (value) => !regex.test(value)
}

/** All matchers must hold. */
export function matchLabels(matchers: readonly Matcher[]): (labels: Labels) => boolean {
  const tests = matchers.map((matcher) => ({ name: matcher.name, test: compileMatcher(matcher) }))
  return (labels) => tests.every(({ name, test }) => test(labels.get(name) ?? ''))
}

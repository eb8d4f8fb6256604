// What syntax alone does not tell. Loki finds some of it while parsing and the rest when the query is run over data;
// here all of it is refused at once. Stages are checked by compiling what they are compiled from later.

import type { Expression, LabelFilter, LogQuery, Matcher, MetricExpression, Stage } from '../ast.ts'
import { LogQLError } from '../errors.ts'
import { compileMatcherRegex } from '../text/regex.ts'
import { compileIpMatcher } from '../text/ip.ts'
import { validateParser, validateStage } from './validate-stage.ts'

/** What Loki refuses while parsing. */
export function validateSyntax(expression: Expression): void {
  for (const log of logQueries(expression)) {
    if (!log.matchers.some(excludesEmpty)) throw new LogQLError(EMPTY_COMPATIBLE)
    log.stages.forEach(validateParser)
  }
}

/** What it refuses when the query is run. */
export function validateMeaning(expression: Expression): void {
  for (const part of metrics(expression)) {
    if (part.kind === 'vector' && part.operand.kind === 'literal') throw new LogQLError('a number is no operand of an aggregation')
    if (part.kind === 'range') part.unwrap?.filters.forEach(validateFilter)
  }
  for (const log of logQueries(expression)) {
    for (const stage of log.stages) validate(stage)
  }
}

const EMPTY_COMPATIBLE = 'queries require at least one regexp or equality matcher that does not have an empty-compatible value'

/** A selector of which no matcher does would select every stream there is. */
export function excludesEmpty({ op, value }: Matcher): boolean {
  switch (op) {
    case '=': return value !== ''
    case '!=': return value === ''
    case '=~': return !compileMatcherRegex(value).test('')
    case '!~': return compileMatcherRegex(value).test('')
  }
}

function validate(stage: Stage): void {
  if (stage.kind === 'labelFilter') validateFilter(stage.filter)
  else validateStage(stage)
}

function validateFilter(filter: LabelFilter): void {
  if (filter.kind === 'ip') compileIpMatcher(filter.value)
  if (filter.kind !== 'and' && filter.kind !== 'or') return
  validateFilter(filter.left)
  validateFilter(filter.right)
}

function logQueries(expression: Expression): readonly LogQuery[] {
  if (expression.kind === 'log') return [expression]
  return metrics(expression).flatMap((part) => (part.kind === 'range' ? [part.log] : []))
}

function metrics(expression: Expression): readonly MetricExpression[] {
  const found: MetricExpression[] = []
  const rest: Expression[] = [expression]
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (part.kind !== 'log') found.push(part)
    if (part.kind === 'vector' || part.kind === 'labelReplace') rest.push(part.operand)
    if (part.kind === 'binary') rest.push(part.left, part.right)
  }
  return found
}

// One stage: whether it can be compiled.

import type { Extraction, LabelAssignment, LineFilter, Stage } from '../ast.ts'
import { LogQLError } from '../errors.ts'
import { compileIpMatcher } from '../text/ip.ts'
import { compilePattern, compilePatternFilter } from '../text/line-pattern.ts'
import { compileRegex } from '../text/regex.ts'
import { compileTemplate } from '../text/template.ts'
import { isJsonPath, isLogfmtKey } from './extraction-path.ts'

export function validateStage(stage: Stage): void {
  switch (stage.kind) {
    case 'lineFilter': return validateLineFilter(stage)
    case 'json': return validatePaths(stage.expressions, isJsonPath)
    case 'logfmt': return validatePaths(stage.expressions, isLogfmtKey)
    case 'lineFormat': return void compileTemplate(stage.template)
    case 'labelFormat': return validateAssignments(stage.assignments)
  }
}

/** Refused by Loki while parsing, unlike the rest. */
export function validateParser(stage: Stage): void {
  if (stage.kind === 'regexp') validateRegexp(stage.pattern)
  if (stage.kind === 'pattern') compilePattern(stage.pattern)
}

function validateLineFilter({ op, alternatives }: LineFilter): void {
  alternatives.forEach(({ value, ip }, index) => {
    if (ip && op !== '|=' && op !== '!=' && !(op === '|~' && index > 0)) throw new LogQLError('ip: invalid operation')
    // After an `or`, Loki runs the filter without an address that it cannot read.
    else if (ip && (index === 0 || op === '!=')) compileIpMatcher(value)
    else if (!ip && (op === '|~' || op === '!~')) compileRegex(value, false)
    else if (!ip && (op === '|>' || op === '!>')) compilePatternFilter(value)
  })
}

function validateRegexp(pattern: string): void {
  const { names } = compileRegex(pattern, false)
  if (names.length === 0) throw new LogQLError('invalid regexp parser: at least one named capture must be supplied')
  if (new Set(names).size !== names.length) throw new LogQLError('invalid regexp parser: duplicate extracted label name')
}

function validatePaths(expressions: readonly Extraction[], isPath: (path: string) => boolean): void {
  if (!expressions.every(({ path }) => isPath(path))) throw new LogQLError('cannot parse an expression of the parser')
}

function validateAssignments(assignments: readonly LabelAssignment[]): void {
  const names = new Set<string>()
  for (const assignment of assignments) {
    if (assignment.name === '__error__') throw new LogQLError('__error__ cannot be formatted')
    if (names.has(assignment.name)) throw new LogQLError('a label may be named only once in a single format operation')
    names.add(assignment.name)
    if ('template' in assignment) compileTemplate(assignment.template)
  }
}

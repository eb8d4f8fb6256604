// Selectors and stages on one line.

import type { Extraction, LabelChoice, LabelFilter, LineFilter, LogQuery, Matcher, Stage, Unwrap } from '../ast.ts'
import { formatDuration } from '../text/duration.ts'
import { formatFloat } from '../text/float.ts'
import { canBackquote, quoteGo } from '../text/quote.ts'
import { simplifyRegex } from '../text/regex-simple.ts'
import { formatBytes } from './bytes.ts'

export function printLog({ matchers, stages }: LogQuery): string {
  return [printMatchers(matchers), ...stages.map(printStage)].join(' ')
}

export function printMatchers(matchers: readonly Matcher[]): string {
  return `{${matchers.map(printMatcher).join(', ')}}`
}

function printMatcher({ name, op, value }: Matcher): string {
  return `${name}${op}${quoteGo(value)}`
}

export function printStage(stage: Stage): string {
  switch (stage.kind) {
    case 'lineFilter': return printLineFilter(stage)
    case 'json': return `| json${printExtractions(stage.expressions)}`
    case 'logfmt': return `| logfmt${stage.strict ? ' --strict' : ''}${stage.keepEmpty ? ' --keep-empty' : ''}${printExtractions(stage.expressions)}`
    case 'regexp': return `| regexp ${quoteGo(stage.pattern)}`
    case 'pattern': return `| pattern ${quoteGo(stage.pattern)}`
    case 'unpack': return '| unpack'
    case 'decolorize': return '| decolorize'
    case 'lineFormat': return `| line_format ${quoteGo(stage.template)}`
    case 'labelFormat': return `| label_format ${stage.assignments.map((one) => `${one.name}=${'from' in one ? one.from : quoteGo(one.template)}`).join(',')}`
    case 'drop': return `| drop ${printChoices(stage.labels)}`
    case 'keep': return `| keep ${printChoices(stage.labels)}`
    case 'labelFilter': return `| ${printFilter(stage.filter)}`
  }
}

function printExtractions(expressions: readonly Extraction[]): string {
  return expressions.length === 0 ? '' : ` ${expressions.map(({ name, path }) => `${name}=${quoteGo(path)}`).join(',')}`
}

function printChoices(labels: readonly LabelChoice[]): string {
  return labels.map(({ name, matcher }) => (matcher === undefined ? name : printMatcher(matcher))).join(',')
}

/** Alternatives of an excluding filter are filters one after the other. */
function printLineFilter({ op, alternatives }: LineFilter): string {
  const values = alternatives.map(({ value, ip }) => (ip ? `ip(${quoteGo(value)})` : quoteGo(value)))
  return op.startsWith('!') ? values.map((value) => `${op} ${value}`).join(' ') : `${op} ${values.join(' or ')}`
}

export function printFilter(filter: LabelFilter): string {
  switch (filter.kind) {
    case 'and': return `( ${printFilter(filter.left)} , ${printFilter(filter.right)} )`
    case 'or': return `( ${printFilter(filter.left)} or ${printFilter(filter.right)} )`
    case 'string': return printStringFilter(filter)
    case 'number': return `${filter.name}${filter.op}${formatFloat(filter.value)}`
    case 'duration': return `${filter.name}${filter.op}${formatDuration(BigInt(filter.value))}`
    case 'bytes': return `${filter.name}${filter.op}${formatBytes(filter.value)}`
    case 'ip': return `${filter.name}${filter.op}ip(${quoteGo(filter.value)})`
  }
}

/** Loki prints what it could not take apart into plain texts between backticks. */
function printStringFilter(filter: Matcher): string {
  const raw = filter.op === '=~' && simplifyRegex(filter.value, true) === undefined && canBackquote(filter.value)
  return raw ? `${filter.name}${filter.op}\`${filter.value}\`` : printMatcher(filter)
}

/** The unwrap and the filters after it, each a stage. */
export function printUnwrap({ label, conversion, filters }: Unwrap): readonly string[] {
  return [`| unwrap ${conversion === undefined ? label : `${conversion}(${label})`}`, ...filters.map((filter) => `| ${printFilter(filter)}`)]
}

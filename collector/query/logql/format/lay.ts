// Laying out what does not fit on a line: deeper parts are indented by two spaces a level.

import type { BinaryOperation, Expression, LabelReplace, LogQuery, RangeAggregation, Stage, VectorAggregation } from '../ast.ts'
import { printMatchers, printStage, printUnwrap } from './log.ts'
import { print, printAfter, printBefore, printOperator, printRangeDuration, replaceArguments } from './metric.ts'
import { printNumber } from './number.ts'

const LINE_LENGTH = 100

/** Not indented, as in Loki: who formats in Grafana should get the same text from both. */
const DECOLORIZE = '| decolorize'

export function lay(expression: Expression, level: number): string {
  const line = print(expression)
  if (line.length <= LINE_LENGTH) return `${indent(level)}${line}`
  switch (expression.kind) {
    case 'log': return layLog(expression, level)
    case 'range': return layRange(expression, level)
    case 'vector': return layVector(expression, level)
    case 'binary': return layBinary(expression, level)
    case 'labelReplace': return layLabelReplace(expression, level)
    default: return `${indent(level)}${line}`
  }
}

function indent(level: number): string {
  return '  '.repeat(level)
}

function layLog({ matchers, stages }: LogQuery, level: number): string {
  return [`${indent(level)}${printMatchers(matchers)}`, ...stageLines(stages).map((line) => `${line === DECOLORIZE ? '' : indent(level + 1)}${line}`)].join('\n')
}

/** Line filters that follow one another share a line. */
function stageLines(stages: readonly Stage[]): readonly string[] {
  const lines: string[] = []
  stages.forEach((stage, index) => {
    const joins = stage.kind === 'lineFilter' && stages[index - 1]?.kind === 'lineFilter'
    if (joins) lines.push(`${lines.pop() ?? ''} ${printStage(stage)}`)
    else lines.push(printStage(stage))
  })
  return lines
}

function layRange(range: RangeAggregation, level: number): string {
  const parameter = range.parameter === undefined ? [] : [`${indent(level + 1)}${printNumber(range.parameter)},`]
  const unwrap = (range.unwrap === undefined ? [] : printUnwrap(range.unwrap)).map((line) => `${indent(level + 2)}${line}`)
  const log = [lay(range.log, level + 1), ...unwrap].join('\n')
  return [`${indent(level)}${range.op}(`, ...parameter, `${log} ${layRangeAndOffset(range)}`, `${indent(level)})${printAfter(range.grouping, ', ')}`].join('\n')
}

/** Here, unlike on one line, the offset is printed as ranges are. */
function layRangeAndOffset({ rangeNano, offsetNano }: RangeAggregation): string {
  const offset = offsetNano === 0n ? '' : ` offset ${offsetNano < 0n ? '-' : ''}${printRangeDuration(offsetNano < 0n ? -offsetNano : offsetNano)}`
  return `[${printRangeDuration(rangeNano)}]${offset}`
}

function layVector(vector: VectorAggregation, level: number): string {
  const parameter = vector.parameter === undefined ? [] : [`${indent(level + 1)}${vector.parameter},`]
  return [`${indent(level)}${vector.op}${printBefore(vector.grouping, ', ')}(`, ...parameter, lay(vector.operand, level + 1), `${indent(level)})`].join('\n')
}

function layBinary(binary: BinaryOperation, level: number): string {
  return [lay(binary.left, level + 1), `${indent(level)}${printOperator(binary)}`, lay(binary.right, level + 1)].join('\n')
}

function layLabelReplace(replace: LabelReplace, level: number): string {
  const texts = replaceArguments(replace).map((text) => `${indent(level + 1)}${text}`)
  return [`${indent(level)}label_replace(`, [lay(replace.operand, level + 1), ...texts].join(',\n'), `${indent(level)})`].join('\n')
}

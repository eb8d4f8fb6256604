// Metric expressions on one line.

import type { BinaryOperation, Expression, Grouping, LabelReplace, RangeAggregation } from '../ast.ts'
import { formatDuration } from '../text/duration.ts'
import { quoteGo } from '../text/quote.ts'
import { printLog, printUnwrap } from './log.ts'
import { printNumber } from './number.ts'

export function print(expression: Expression): string {
  switch (expression.kind) {
    case 'log': return printLog(expression)
    case 'literal': return printNumber(expression.value)
    case 'vectorLiteral': return `vector(${printFixed(expression.value)})`
    case 'labelReplace': return `label_replace(${[print(expression.operand), ...replaceArguments(expression)].join(',')})`
    case 'binary': return `(${print(expression.left)} ${printOperator(expression)} ${print(expression.right)})`
    case 'vector': {
      const parameter = expression.parameter === undefined ? '' : `${expression.parameter},`
      return `${expression.op}${printBefore(expression.grouping, ',')}(${parameter}${print(expression.operand)})`
    }
    case 'range': {
      const parameter = expression.parameter === undefined ? '' : `${printNumber(expression.parameter)},`
      const log = [printLog(expression.log), ...(expression.unwrap === undefined ? [] : printUnwrap(expression.unwrap))].join(' ')
      return `${expression.op}(${parameter}${log}${printRange(expression)})${printAfter(expression.grouping, ',')}`
    }
  }
}

/** Six decimals, never an exponent. */
function printFixed(value: number): string {
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`
}

export function replaceArguments({ destination, replacement, source, pattern }: LabelReplace): readonly string[] {
  return [destination, replacement, source, pattern].map((text) => quoteGo(text))
}

/** `[5m] offset 1m0s` */
function printRange({ rangeNano, offsetNano }: RangeAggregation): string {
  return `[${printRangeDuration(rangeNano)}]${offsetNano === 0n ? '' : ` offset ${formatDuration(offsetNano)}`}`
}

const units: readonly (readonly [string, bigint, boolean])[] = [
  ['y', 365n * 86_400_000n, true], ['w', 7n * 86_400_000n, true], ['d', 86_400_000n, false], ['h', 3_600_000n, false], ['m', 60_000n, false], ['s', 1000n, false], ['ms', 1n, false],
]

/** As Prometheus prints durations: years and weeks only where nothing remains. */
export function printRangeDuration(nano: bigint): string {
  let rest = nano / 1_000_000n
  let text = ''
  for (const [unit, size, exact] of units) {
    if (rest < size || (exact && rest % size !== 0n)) continue
    text += `${rest / size}${unit}`
    rest %= size
  }
  return text === '' ? '0s' : text
}

/** Of a vector aggregation, which does without an empty `by ()`. */
export function printBefore(grouping: Grouping | undefined, separator: string): string {
  return grouping === undefined || (!grouping.without && grouping.labels.length === 0) ? '' : printAfter(grouping, separator)
}

export function printAfter(grouping: Grouping | undefined, separator: string): string {
  return grouping === undefined ? '' : ` ${grouping.without ? 'without' : 'by'} (${grouping.labels.join(separator)})`
}

/** `> bool on (a) group_left (b)`; a space is left where no group follows. */
export function printOperator({ op, bool, matching }: BinaryOperation): string {
  const operator = `${op}${bool ? ' bool' : ''}`
  if (matching === undefined) return operator
  const include = matching.include.length === 0 ? '' : ` (${matching.include.join(',')})`
  return `${operator} ${matching.on ? 'on' : 'ignoring'} (${matching.labels.join(',')}) ${matching.group === undefined ? '' : `group_${matching.group}${include}`}`
}

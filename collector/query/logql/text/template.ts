// The templates of `line_format` and `label_format`: Go's text/template with the functions that Loki gives it. A template
// is compiled once into functions; rendering allocates what it prints.

import { clockFunctions } from './template/functions/clock.ts'
import { compareFunctions } from './template/functions/compare.ts'
import { encodeFunctions } from './template/functions/encode.ts'
import { numberFunctions } from './template/functions/number.ts'
import { textFunctions } from './template/functions/text.ts'
import { parseTemplate } from './template/parse.ts'
import { compileRun } from './template/run.ts'
import type { Labels } from '../entry.ts'
import type { FunctionTable, TemplateFunction } from './template/function.ts'

export { TemplateError } from './template/value.ts'

export interface TemplateContext {
  readonly line: string
  readonly timeNano: bigint
  readonly labels: Labels
  /** Of the function `now`; default: the clock of the machine. */
  readonly nowNano?: () => bigint
}

export interface Template {
  /** Throws {@link TemplateError}. */
  render(context: TemplateContext): string
}

const lineFunctions: FunctionTable = {
  __line__: { parameters: [], call: (_args, run) => run.context.line },
}

const functions: ReadonlyMap<string, TemplateFunction> = new Map(
  [lineFunctions, clockFunctions, compareFunctions, encodeFunctions, numberFunctions, textFunctions].flatMap((table) => Object.entries(table)),
)

/** `name`: what messages call the template. Throws LogQLError when it cannot be read or names an unknown function. */
export function compileTemplate(source: string, name: 'line' | 'label' = 'line'): Template {
  const parsed = parseTemplate(source, (called) => functions.has(called))
  return { render: compileRun(parsed, { source, name, functions }) }
}

// What a function of templates is: parameters by type, since Go refuses a value of another type before it calls.

import type { Run } from './state.ts'
import type { Value } from './value.ts'

/** `any`: an interface; `value`: what Go's own functions take, nil included. */
export type ParameterType = 'string' | 'int' | 'float64' | 'time.Time' | 'any' | 'value'

export interface TemplateFunction {
  readonly parameters: readonly ParameterType[]
  /** Of all further arguments. */
  readonly rest?: ParameterType
  /** Arguments have been checked. Throws {@link FunctionError}. */
  call(args: readonly Value[], run: Run): Value
}

export type FunctionTable = Readonly<Record<string, TemplateFunction>>

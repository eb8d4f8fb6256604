// What Go checks of arguments before it calls a function: how many, and of which types.

import { fail } from './state.ts'
import { Complex, Integer, typeOf } from './value.ts'
import type { ParameterType, TemplateFunction } from './function.ts'
import type { NumberNode, Operand } from './nodes.ts'
import type { Value } from './value.ts'

/** The type that a number has where none is asked for. */
export function idealConstant({ imaginary, isFloat, float, integer }: NumberNode): Value {
  if (imaginary !== undefined) return new Complex(imaginary)
  return isFloat || integer === undefined ? float! : new Integer(integer, 'int')
}

export function parameterAt({ parameters, rest }: TemplateFunction, index: number): ParameterType {
  return parameters[index] ?? rest ?? 'any'
}

export function checkCount(name: string, { parameters, rest }: TemplateFunction, written: number, given: number): void {
  if (rest === undefined ? given === parameters.length : given >= parameters.length) return
  fail(`wrong number of args for ${name}: want ${rest === undefined ? `${parameters.length} got ${given}` : `at least ${parameters.length} got ${written}`}`)
}

export function typedConstant(node: Extract<Operand, { kind: 'bool' | 'string' | 'number' }>, type: ParameterType): Value | undefined {
  if (type === 'any' || type === 'value') return node.kind === 'number' ? idealConstant(node) : node.value
  if (type === 'string') return node.kind === 'string' ? node.value : undefined
  if (node.kind !== 'number') return undefined
  if (type === 'int') return node.integer === undefined ? undefined : new Integer(node.integer, 'int')
  return type === 'float64' ? node.float : undefined
}

export function checkType(value: Value, type: ParameterType): Value {
  if (type === 'any' || type === 'value') return value
  if (value === null) fail(`invalid value; expected ${type}`)
  const got = typeOf(value)
  return got === type ? value : fail(`wrong type for value; expected ${type}; got ${got}`)
}

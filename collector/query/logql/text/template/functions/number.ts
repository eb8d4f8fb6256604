// Calculation. Whole numbers are 64 bits wide and wrap; the functions with an f calculate with decimals.

import { parseFloatGo } from '../../float.ts'
import { parseInteger } from '../constants.ts'
import { addDecimal, decimalOf, divideDecimal, multiplyDecimal, numberOf, subtractDecimal } from '../decimal.ts'
import { FunctionError, Integer } from '../value.ts'
import type { Decimal } from '../decimal.ts'
import type { FunctionTable, TemplateFunction } from '../function.ts'
import type { Value } from '../value.ts'

/** What is no number counts as 0. */
export function toInteger(value: Value): bigint {
  if (value instanceof Integer) return value.value
  if (typeof value === 'string') return integerOfText(value)
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : -(2n ** 63n)
  return value === true ? 1n : 0n
}

/** `5.00` is 5, `5.5` is no whole number. */
function integerOfText(text: string): bigint {
  const value = parseInteger(text.replace(/\.0+$/, '')) ?? 0n
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : 0n
}

export function toFloat(value: Value): number {
  if (value instanceof Integer) return Number(value.value)
  if (typeof value === 'string') return parseFloatGo(value) ?? 0
  if (typeof value === 'number') return value
  return value === true ? 1 : 0
}

const int64 = (value: bigint): Integer => new Integer(BigInt.asIntN(64, value), 'int64')

function divided(left: bigint, right: bigint, rest: boolean): Integer {
  if (right === 0n) throw new FunctionError('runtime error: integer divide by zero')
  return int64(rest ? left % right : left / right)
}

/** Two numbers, neither more nor fewer. */
function onTwo(call: (left: bigint, right: bigint) => Integer): TemplateFunction {
  return { parameters: ['any', 'any'], call: ([left, right]) => call(toInteger(left!), toInteger(right!)) }
}

function foldedIntegers(fold: (left: bigint, right: bigint) => bigint): TemplateFunction {
  return { parameters: ['any'], rest: 'any', call: (args) => int64(args.map(toInteger).reduce((left, right) => BigInt.asIntN(64, fold(left, right)))) }
}

function foldedDecimals(fold: (left: Decimal, right: Decimal) => Decimal): TemplateFunction {
  return { parameters: ['any'], rest: 'any', call: (args) => numberOf(args.map((arg) => decimalOf(toFloat(arg))).reduce((left, right) => fold(left, right))) }
}

function foldedFloats(fold: (left: number, right: number) => number): TemplateFunction {
  return { parameters: ['any'], rest: 'any', call: (args) => args.map(toFloat).reduce((left, right) => fold(left, right)) }
}

function onFloat(call: (value: number) => number): TemplateFunction {
  return { parameters: ['any'], call: ([value]) => call(toFloat(value!)) }
}

/** A fraction of `roundOn` or more goes up, every other down, negative ones always down. */
function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places
  const digit = power * value
  return (digit - Math.trunc(digit) >= roundOn ? Math.ceil(digit) : Math.floor(digit)) / power
}

export const numberFunctions: FunctionTable = {
  int: { parameters: ['any'], call: ([value]) => new Integer(toInteger(value!), 'int') },
  float64: { parameters: ['any'], call: ([value]) => toFloat(value!) },
  add: { parameters: [], rest: 'any', call: (args) => int64(args.map(toInteger).reduce((sum, each) => sum + each, 0n)) },
  sub: onTwo((left, right) => int64(left - right)), div: onTwo((left, right) => divided(left, right, false)), mod: onTwo((left, right) => divided(left, right, true)),
  mul: foldedIntegers((left, right) => left * right),
  max: foldedIntegers((left, right) => left > right ? left : right), min: foldedIntegers((left, right) => left < right ? left : right),
  addf: { parameters: [], rest: 'any', call: (args) => numberOf(args.map((arg) => decimalOf(toFloat(arg))).reduce(addDecimal, decimalOf(0))) },
  subf: foldedDecimals(subtractDecimal), mulf: foldedDecimals(multiplyDecimal), divf: foldedDecimals(divideDecimal),
  maxf: foldedFloats((left, right) => Math.max(left, right)), minf: foldedFloats((left, right) => Math.min(left, right)),
  ceil: onFloat(Math.ceil), floor: onFloat(Math.floor),
  round: { parameters: ['any', 'int'], rest: 'float64', call: ([value, places, roundOn]) => round(toFloat(value!), Number((places as Integer).value), (roundOn ?? 0.5) as number) },
}

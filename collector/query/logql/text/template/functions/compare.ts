// Go's own functions: comparison, indexing, printing, escaping. Comparison is by kind: an int is never equal to a float.

import { byteAt, byteLength, sliceBytes } from '../../byte-text.ts'
import { nodeText } from '../nodes.ts'
import { sprint, sprintln, valueText } from '../print.ts'
import { sprintf } from '../printf.ts'
import { maxOutputLength } from '../state.ts'
import { compareBytes, Complex, FunctionError, Integer, isArray, isMap, isTrue, LabelMap, typeOf } from '../value.ts'
import { GoDuration, GoName, GoTime } from '../time.ts'
import { escapeHtml, escapeScript, escapeUrl } from './encode.ts'
import type { FunctionTable, TemplateFunction } from '../function.ts'
import type { Value } from '../value.ts'

function refuse(message: string): never {
  throw new FunctionError(message)
}

type Kind = 'integer' | 'float' | 'string' | 'bool' | 'complex' | 'other'

function kindOf(value: Value): Kind {
  if (value instanceof Integer || value instanceof GoDuration || value instanceof GoName) return 'integer'
  if (typeof value === 'number') return 'float'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  return value instanceof Complex ? 'complex' : 'other'
}

function integerOf(value: Value): bigint {
  if (value instanceof Integer) return value.value
  return value instanceof GoDuration ? value.nano : BigInt((value as GoName).value)
}

const incompatible = (left: Value, right: Value): never => refuse(`incompatible types for comparison: ${typeOf(left)} and ${typeOf(right)}`)

function isEqual(left: Value, right: Value): boolean {
  const kind = kindOf(left)
  if (kind !== kindOf(right)) return left === null || right === null ? false : incompatible(left, right)
  switch (kind) {
    case 'integer': return integerOf(left) === integerOf(right)
    case 'float':
    case 'string':
    case 'bool': return left === right
    case 'complex': return (left as Complex).imaginary === (right as Complex).imaginary
    case 'other': return isEqualObject(left, right)
  }
}

function isEqualObject(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right
  if (left instanceof GoTime && right instanceof GoTime) return left.nano === right.nano
  return refuse(`non-comparable type ${valueText(left)}: ${typeOf(left)}`)
}

function equalsAny([first, ...others]: readonly Value[]): boolean {
  if (others.length === 0) refuse('missing argument for comparison')
  return others.some((other) => isEqual(first!, other))
}

function isLess(left: Value, right: Value): boolean {
  const kind = kindOf(left)
  if (kind === 'other' || kindOf(right) === 'other') refuse('invalid type for comparison')
  if (kind !== kindOf(right)) incompatible(left, right)
  switch (kind) {
    case 'integer': return integerOf(left) < integerOf(right)
    case 'float': return (left as number) < (right as number)
    case 'string': return compareBytes(left as string, right as string) < 0
    default: return refuse('invalid type for comparison')
  }
}

const isLessOrEqual = (left: Value, right: Value): boolean => isLess(left, right) || isEqual(left, right)

function onTwo(call: (left: Value, right: Value) => Value): TemplateFunction {
  return { parameters: ['value', 'value'], call: ([left, right]) => call(left!, right!) }
}

function onAll(call: (args: readonly Value[]) => Value): TemplateFunction {
  return { parameters: [], rest: 'any', call }
}

function lengthOf(value: Value): number {
  if (value === null) return refuse('reflect: call of reflect.Value.Type on zero Value')
  if (typeof value === 'string') return byteLength(value)
  if (value instanceof LabelMap) return value.labels.size
  if (isMap(value)) return value.size
  return isArray(value) ? value.length : refuse(`len of type ${typeOf(value)}`)
}

function indexed(value: Value, key: Value): Value {
  if (value === null) return refuse('index of untyped nil')
  if (value instanceof LabelMap || isMap(value)) {
    if (typeof key !== 'string') return refuse(key === null ? 'value is nil; should be of type string' : `value has type ${typeOf(key)}; should be string`)
    return value instanceof LabelMap ? value.labels.get(key) ?? '' : value.get(key) ?? null
  }
  if (typeof value !== 'string' && !isArray(value)) return refuse(`can't index item of type ${typeOf(value)}`)
  const length = lengthOf(value)
  const at = placeOf(key, length)
  if (at === length) return refuse(`reflect: ${typeof value === 'string' ? 'string' : 'slice'} index out of range`)
  return typeof value === 'string' ? new Integer(byteAt(value, at), 'uint8') : value[at]!
}

function placeOf(key: Value, last: number): number {
  if (!(key instanceof Integer)) return refuse(key === null ? 'cannot index slice/array with nil' : `cannot index slice/array with type ${typeOf(key)}`)
  return key.value < 0n || key.value > BigInt(last) ? refuse(`index out of range: ${key.value}`) : Number(key.value)
}

function sliced(value: Value, places: readonly Value[]): Value {
  if (value === null) return refuse('slice of untyped nil')
  if (places.length > 3) return refuse(`too many slice indexes: ${places.length}`)
  if (typeof value !== 'string' && !isArray(value)) return refuse(`can't slice item of type ${typeOf(value)}`)
  if (typeof value === 'string' && places.length === 3) return refuse('cannot 3-index slice a string')
  const length = lengthOf(value)
  const [from = 0, to = length] = places.map((place) => placeOf(place, length))
  if (from > to) return refuse(`invalid slice index: ${from} > ${to}`)
  return typeof value === 'string' ? sliceBytes(value, from, to) : value.slice(from, to)
}

/** Arguments as one text. */
const joined = (args: readonly Value[]): string => args.length === 1 && typeof args[0] === 'string' ? args[0] : sprint(args.map((arg) => arg ?? '<no value>'))

const tooLong = (): never => refuse(`the result is longer than ${maxOutputLength} characters`)

export const compareFunctions: FunctionTable = {
  eq: { parameters: ['value'], rest: 'value', call: equalsAny },
  ne: onTwo((left, right) => !isEqual(left, right)), lt: onTwo(isLess), le: onTwo(isLessOrEqual),
  gt: onTwo((left, right) => !isLessOrEqual(left, right)), ge: onTwo((left, right) => !isLess(left, right)),
  // Evaluated by the runner, which stops at the first that decides.
  and: { parameters: ['value'], rest: 'value', call: () => null }, or: { parameters: ['value'], rest: 'value', call: () => null },
  not: { parameters: ['value'], call: ([value]) => !isTrue(value!) },
  len: { parameters: ['value'], call: ([value]) => new Integer(lengthOf(value!), 'int') },
  index: { parameters: ['value'], rest: 'value', call: ([value, ...keys]) => keys.reduce(indexed, value!) },
  slice: { parameters: ['value'], rest: 'value', call: ([value, ...places]) => sliced(value!, places) },
  call: { parameters: ['value'], rest: 'value', call: ([value], run) => refuse(value === null ? 'call of nil' : `non-function ${nodeText(run.at)} of type ${typeOf(value!)}`) },
  print: onAll(sprint), println: onAll(sprintln),
  printf: { parameters: ['string'], rest: 'any', call: ([format, ...args]) => sprintf(format as string, args, maxOutputLength, tooLong) },
  html: onAll((args) => escapeHtml(joined(args))), js: onAll((args) => escapeScript(joined(args))), urlquery: onAll((args) => escapeUrl(joined(args))),
}

// The expressions of a template made into functions that call each other.

import { checkCount, checkType, idealConstant, parameterAt, typedConstant } from './arguments.ts'
import { callMethod, isMethod } from './methods.ts'
import { nodeText } from './nodes.ts'
import { fail, spent, step } from './state.ts'
import { FunctionError, isMap, isTrue, LabelMap, typeOf } from './value.ts'
import type { ParameterType } from './function.ts'
import type { CommandNode, Node, Operand, PipeNode } from './nodes.ts'
import type { Compiler, Run } from './state.ts'
import type { Value } from './value.ts'

type Evaluate = (run: Run, dot: Value) => Value

/** `final`: the value that comes through a `|`; undefined when none does. */
type EvaluateCommand = (run: Run, dot: Value, final: Value | undefined) => Value

export function setVariable(run: Run, name: string, value: Value): void {
  const variable = run.variables.findLast((each) => each.name === name) ?? fail(`undefined variable: ${name}`)
  variable.value = value
}

export function compilePipe(node: PipeNode, compiler: Compiler): Evaluate {
  const commands = node.commands.map((command) => compileCommand(command, compiler))
  return (run, dot) => {
    run.at = node
    step(run)
    let value: Value | undefined
    for (const command of commands) value = command(run, dot, value)
    const result = value ?? null
    for (const name of node.declarations) {
      if (node.isAssignment) setVariable(run, name, result)
      else run.variables.push({ name, value: result })
    }
    return result
  }
}

function compileCommand(node: CommandNode, compiler: Compiler): EvaluateCommand {
  const [first, ...args] = node.args as [Operand, ...Operand[]]
  switch (first.kind) {
    case 'function': return compileCall(first.name, node, first, args, compiler)
    case 'field':
    case 'chain':
    case 'variable': return compileFields(first, args, compiler)
    case 'pipe': return withoutArguments(first, args, compilePipe(first, compiler))
    default: return compileConstantCommand(first, args)
  }
}

function refuseArguments(node: Operand, args: readonly Operand[], final: Value | undefined): void {
  if (args.length > 0 || final !== undefined) fail(`can't give argument to non-function ${nodeText(node)}`)
}

function withoutArguments(node: Operand, args: readonly Operand[], evaluate: Evaluate): EvaluateCommand {
  return (run, dot, final) => {
    refuseArguments(node, args, final)
    return evaluate(run, dot)
  }
}

function compileConstantCommand(node: Operand, args: readonly Operand[]): EvaluateCommand {
  const evaluate = compileConstant(node)
  return (run, dot, final) => {
    run.at = node
    refuseArguments(node, args, final)
    if (node.kind === 'nil') fail('nil is not a command')
    return evaluate(run, dot)
  }
}

function compileConstant(node: Operand): Evaluate {
  switch (node.kind) {
    case 'dot': return (_run, dot) => dot
    case 'bool':
    case 'string': return () => node.value
    case 'number': {
      const value = idealConstant(node)
      return () => value
    }
    default: return () => null
  }
}

/** `.a.b`, `$x.a`, `(…).a`, and methods of times with their arguments. */
function compileFields(node: Extract<Operand, { kind: 'field' | 'variable' | 'chain' }>, args: readonly Operand[], compiler: Compiler): EvaluateCommand {
  const any = compileAnyFields(node, args, compiler)
  const [name, more] = node.names
  if (node.kind !== 'field' || name === undefined || more !== undefined || args.length > 0) return any
  // Most of what templates do: one label.
  return (run, dot, final) => {
    if (final !== undefined || !(dot instanceof LabelMap)) return any(run, dot, final)
    run.at = node
    return dot.labels.get(name) ?? ''
  }
}

function compileAnyFields(node: Extract<Operand, { kind: 'field' | 'variable' | 'chain' }>, args: readonly Operand[], compiler: Compiler): EvaluateCommand {
  const receiver = compileReceiver(node, compiler)
  const names = node.kind === 'variable' ? node.names.slice(1) : node.names
  const values = args.map((arg) => compileArgument(arg, 'any', compiler))
  const last = names.length - 1
  return (run, dot, final) => {
    run.at = node
    let value = receiver(run, dot)
    let fromJson = false
    if (last === -1) refuseArguments(node, args, final)
    for (let i = 0; i <= last; i++) {
      const given = i === last ? () => argumentsOf(values, run, dot, final) : undefined
      const container = value
      value = fieldOf(run, value, names[i]!, node, given, fromJson)
      fromJson = isMap(container)
    }
    return value
  }
}

function argumentsOf(values: readonly Evaluate[], run: Run, dot: Value, final: Value | undefined): readonly Value[] {
  const given = values.map((value) => value(run, dot))
  return final === undefined ? given : [...given, final]
}

function compileReceiver(node: Extract<Operand, { kind: 'field' | 'variable' | 'chain' }>, compiler: Compiler): Evaluate {
  switch (node.kind) {
    case 'field': return (_run, dot) => dot
    case 'variable': return (run) => (run.variables.findLast(({ name }) => name === node.names[0]) ?? fail(`undefined variable: ${node.names[0]!}`)).value
    case 'chain': return node.of.kind === 'nil' ? () => fail(`indirection through explicit nil in ${nodeText(node)}`) : compileArgument(node.of, 'value', compiler)
  }
}

/** `given`: arguments, of the last field of a chain. `fromJson`: the receiver is what another field held. Labels that are not there are empty texts. */
function fieldOf(run: Run, receiver: Value, name: string, node: Node, given: (() => readonly Value[]) | undefined, fromJson: boolean): Value {
  if (receiver === null) return fromJson ? fail(`nil pointer evaluating interface {}.${name}`) : null
  if (isMethod(receiver, name)) return called(name, node, run, () => callMethod(receiver, name, given?.() ?? []))
  const isLabels = receiver instanceof LabelMap
  if (!isLabels && !isMap(receiver)) fail(`can't evaluate field ${name} in type ${fromJson ? 'interface {}' : typeOf(receiver)}`)
  if (given !== undefined && given().length > 0) fail(`${name} is not a method but has arguments`)
  return isLabels ? receiver.labels.get(name) ?? '' : receiver.get(name) ?? null
}

function called(name: string, node: Node, run: Run, call: () => Value): Value {
  try {
    return call()
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error
    run.at = node
    return fail(`error calling ${name}: ${error.message}`)
  }
}

/** `node`: what a message names, the command or the name alone where it is an argument. */
function compileCall(name: string, node: Node, nameNode: Operand, args: readonly Operand[], compiler: Compiler): EvaluateCommand {
  const definition = compiler.functions.get(name)
  if (definition === undefined) throw new Error('BUG: the parser lets no unknown function through')
  if (name === 'and' || name === 'or') return compileShortCircuit(name, nameNode, args, compiler)
  const values = args.map((arg, i) => compileArgument(arg, parameterAt(definition, i), compiler))
  const type = parameterAt(definition, values.length)
  return (run, dot, final) => {
    run.at = nameNode
    checkCount(name, definition, args.length, final === undefined ? args.length : args.length + 1)
    const given: Value[] = []
    for (const value of values) given.push(value(run, dot))
    if (final !== undefined) given.push(checkType(final, type))
    try {
      return spent(run, definition.call(given, run))
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error
      run.at = node
      return fail(`error calling ${name}: ${error.message}`)
    }
  }
}

/** The first that decides, or the last. */
function compileShortCircuit(name: 'and' | 'or', node: Operand, args: readonly Operand[], compiler: Compiler): EvaluateCommand {
  const values = args.map((arg) => compileArgument(arg, 'value', compiler))
  return (run, dot, final) => {
    run.at = node
    if (values.length === 0 && final === undefined) fail(`wrong number of args for ${name}: want at least 1 got 0`)
    let result: Value = null
    for (const value of values) {
      result = value(run, dot)
      if (isTrue(result) === (name === 'or')) return result
    }
    return final === undefined ? result : final
  }
}

function compileArgument(node: Operand, type: ParameterType, compiler: Compiler): Evaluate {
  const evaluate = compileUnchecked(node, type, compiler)
  return (run, dot) => {
    run.at = node
    return evaluate(run, dot)
  }
}

function compileUnchecked(node: Operand, type: ParameterType, compiler: Compiler): Evaluate {
  switch (node.kind) {
    case 'dot': return (_run, dot) => checkType(dot, type)
    case 'nil': return () => type === 'any' || type === 'value' ? null : fail(`cannot assign nil to ${type}`)
    case 'field':
    case 'chain':
    case 'variable': return checked(compileFields(node, [], compiler), type)
    case 'pipe': return checked(compilePipe(node, compiler), type)
    case 'function': return checked(compileCall(node.name, node, node, [], compiler), type)
    default: return compileTyped(node, type)
  }
}

function checked(evaluate: EvaluateCommand | Evaluate, type: ParameterType): Evaluate {
  return (run, dot) => checkType(evaluate(run, dot, undefined), type)
}

/** Constants take the type that is asked for, where they can. */
function compileTyped(node: Extract<Operand, { kind: 'bool' | 'string' | 'number' }>, type: ParameterType): Evaluate {
  const value = typedConstant(node, type)
  if (value !== undefined) return () => value
  if (type === 'time.Time') return () => fail(`can't handle ${nodeText(node)} for arg of type ${type}`)
  const wanted = type === 'int' ? 'integer' : type === 'float64' ? 'float' : type
  return () => fail(`expected ${wanted}; found ${nodeText(node)}`)
}

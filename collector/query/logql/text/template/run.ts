// The statements of a parsed template made into functions that call each other.

import { compilePipe, setVariable } from './evaluate.ts'
import { printed, valueText } from './print.ts'
import { fail, placedError, step, write } from './state.ts'
import { entriesOf, FunctionError, Integer, isArray, isMap, isTrue, LabelMap } from './value.ts'
import type { TemplateContext } from '../template.ts'
import type { BranchNode, Node, ParsedTemplate, PipeNode, Statement } from './nodes.ts'
import type { Compiler, Execute, Run } from './state.ts'
import type { Value } from './value.ts'

const maxTemplateDepth = 100

export function compileRun(parsed: ParsedTemplate, given: Omit<Compiler, 'named'>): (context: TemplateContext) => string {
  const compiler: Compiler = { ...given, named: new Map() }
  for (const [name, body] of parsed.named) compiler.named.set(name, compileBody(body, compiler))
  const root = compileBody(parsed.root, compiler)
  if (!compiler.named.has(given.name)) compiler.named.set(given.name, root)
  const start: Node = { kind: 'text', text: '', position: 0 }
  return (context) => {
    const dot = new LabelMap(context.labels)
    const run: Run = { context, out: '', at: start, steps: 0, depth: 0, template: given.name, variables: [{ name: '$', value: dot }] }
    try {
      root(run, dot)
      return run.out
    } catch (error) {
      if (error instanceof FunctionError) throw placedError(error.message, run, compiler)
      // Where a text or the stack would outgrow the runtime.
      throw error instanceof RangeError ? placedError('the result is too long', run, compiler) : error
    }
  }
}

function compileBody(statements: readonly Statement[], compiler: Compiler): Execute {
  const parts = statements.map((statement) => compileStatement(statement, compiler))
  const [only, more] = parts
  if (only !== undefined && more === undefined) return only
  return (run, dot) => {
    for (const part of parts) {
      const signal = part(run, dot)
      if (signal !== undefined) return signal
    }
    return undefined
  }
}

function compileStatement(node: Statement, compiler: Compiler): Execute {
  switch (node.kind) {
    case 'text': return (run) => { write(run, node.text); return undefined }
    case 'action': return compileAction(node, compiler)
    case 'break':
    case 'continue': return () => node.kind
    case 'template': return compileInvocation(node, compiler)
    case 'range': return compileRange(node, compiler)
    case 'if':
    case 'with': return compileBranch(node, compiler)
  }
}

function compileAction(node: Extract<Statement, { kind: 'action' }>, compiler: Compiler): Execute {
  const pipe = compilePipe(node.pipe, compiler)
  const prints = node.pipe.declarations.length === 0
  return (run, dot) => {
    run.at = node
    const value = pipe(run, dot)
    if (prints) { run.at = node; write(run, printed(value)) }
    return undefined
  }
}

function compileInvocation(node: Extract<Statement, { kind: 'template' }>, compiler: Compiler): Execute {
  const pipe = node.pipe === undefined ? undefined : compilePipe(node.pipe, compiler)
  return (run, dot) => {
    run.at = node
    const body = compiler.named.get(node.name) ?? fail(`template ${JSON.stringify(node.name)} not defined`)
    if (run.depth >= maxTemplateDepth) fail(`exceeded maximum template depth (${maxTemplateDepth})`)
    const value = pipe === undefined ? null : pipe(run, dot)
    const { variables, template } = run
    run.variables = [{ name: '$', value }]
    run.template = node.name
    run.depth++
    body(run, value)
    run.depth--
    run.template = template
    run.variables = variables
    return undefined
  }
}

function compileBranch(node: BranchNode, compiler: Compiler): Execute {
  const pipe = compilePipe(node.pipe, compiler)
  const body = compileBody(node.body, compiler)
  const otherwise = node.otherwise === undefined ? undefined : compileBody(node.otherwise, compiler)
  return (run, dot) => {
    run.at = node
    const known = run.variables.length
    const value = pipe(run, dot)
    const signal = isTrue(value) ? body(run, node.kind === 'with' ? value : dot) : otherwise?.(run, dot)
    run.variables.length = known
    return signal
  }
}

function compileRange(node: BranchNode, compiler: Compiler): Execute {
  const pipe = compilePipe(node.pipe, compiler)
  const body = compileBody(node.body, compiler)
  const otherwise = node.otherwise === undefined ? undefined : compileBody(node.otherwise, compiler)
  return (run, dot) => {
    run.at = node
    const known = run.variables.length
    const value = pipe(run, dot)
    const inside = run.variables.length
    let ran = false
    for (const [index, element] of elementsOf(value, node)) {
      step(run)
      ran = true
      bind(run, node.pipe, index, element)
      const signal = body(run, element)
      run.variables.length = inside
      if (signal === 'break') break
    }
    const signal = ran ? undefined : otherwise?.(run, dot)
    run.variables.length = known
    return signal
  }
}

function* elementsOf(value: Value, node: BranchNode): Generator<readonly [Value, Value]> {
  if (value === null) return
  if (value instanceof Integer) {
    if (node.pipe.declarations.length > 1) fail(`can't use ${value.value} to iterate over more than one variable`)
    for (let i = 0n; i < value.value; i++) yield [null, new Integer(i, value.type)]
  } else if (value instanceof LabelMap || isMap(value)) yield* entriesOf(value)
  else if (isArray(value)) { for (const [i, element] of value.entries()) yield [new Integer(i, 'int'), element] }
  else fail(`range can't iterate over ${valueText(value)}`)
}

/** `range $element := …`, `range $index, $element := …`; the pipe has made the variables. */
function bind(run: Run, { declarations, isAssignment }: PipeNode, index: Value, element: Value): void {
  const [first, second] = declarations
  if (first === undefined) return
  if (isAssignment) {
    setVariable(run, first, second === undefined ? element : index)
    if (second !== undefined) setVariable(run, second, element)
    return
  }
  run.variables.at(-1)!.value = element
  if (second !== undefined) run.variables.at(-2)!.value = index
}


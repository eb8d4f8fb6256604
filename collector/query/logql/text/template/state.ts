// What one rendering of a template knows, and its limits: a template of a stranger may loop, nest and repeat.

import { nodeText } from './nodes.ts'
import { FunctionError, TemplateError } from './value.ts'
import type { TemplateContext } from '../template.ts'
import type { TemplateFunction } from './function.ts'
import type { Node } from './nodes.ts'
import type { Value } from './value.ts'

export const maxOutputLength = 1024 * 1024
const maxSteps = 100_000

export interface Run {
  readonly context: TemplateContext
  out: string
  /** Where Go's executor would say it is: part of messages, which end up in the labels of the line. */
  at: Node
  steps: number
  depth: number
  /** Which template is being executed. */
  template: string
  variables: { readonly name: string; value: Value }[]
}

export interface Compiler {
  readonly source: string
  /** Of the template, in messages. */
  readonly name: string
  readonly functions: ReadonlyMap<string, TemplateFunction>
  readonly named: Map<string, Execute>
}

export type Execute = (run: Run, dot: Value) => 'break' | 'continue' | undefined

export function fail(message: string): never {
  throw new FunctionError(message)
}

export function step(run: Run): void {
  if (++run.steps > maxSteps) fail('the template takes too many steps')
}

/** Texts count as work too, so that a loop of long ones ends as soon as a loop of many. */
export function spent(run: Run, value: Value): Value {
  if (typeof value !== 'string') return value
  if (value.length > maxOutputLength) fail(`the result is longer than ${maxOutputLength} characters`)
  run.steps += value.length >> 10
  return value
}

export function write(run: Run, text: string): void {
  run.out += text
  if (run.out.length > maxOutputLength) fail(`the result is longer than ${maxOutputLength} characters`)
}

/** Lines from 1, bytes within the line from 0, as Go counts. */
export function placedError(message: string, { at: node, template }: Run, { source, name }: Compiler): TemplateError {
  const before = source.slice(0, node.position)
  const lines = before.split('\n')
  const place = `${name}:${lines.length}:${Buffer.byteLength(lines.at(-1)!)}`
  return new TemplateError(`template: ${place}: executing ${JSON.stringify(template)} at <${nodeText(node)}>: ${message}`)
}

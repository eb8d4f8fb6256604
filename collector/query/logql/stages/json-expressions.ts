// `| json a="b.c[0]"`: only what stands at these paths becomes labels, whatever the labels were before. A path without a
// value sets '' where there is no such label yet.

import type { Extraction } from '../ast.ts'
import { findJson, parseJsonPath, type JsonStep } from './json-path.ts'
import { labelText } from './json-string.ts'
import { newValue, type JsonValue } from './json-text.ts'
import { jsonParserError } from './json.ts'
import type { LineState } from './line-state.ts'
import type { RunStage } from './stage.ts'

interface JsonExpression { readonly name: string; readonly path: readonly JsonStep[] }

export function compileJsonExpressions(extractions: readonly Extraction[]): RunStage {
  const expressions = extractions.map(({ name, path }) => ({ name, path: parseJsonPath(path) }))
  const value = newValue()
  return (state) => {
    if (state.line === '') return true
    if (!'{["'.includes(state.line.charAt(0))) state.failParser(jsonParserError)
    else for (const expression of expressions) extract(state, expression, value)
    return true
  }
}

function extract(state: LineState, { name, path }: JsonExpression, value: JsonValue): void {
  const found = findJson(state.line, path, value)
  if (found === 'found') return state.set(state.extractedName(name), textOf(state.line, value))
  if (found !== 'missing') state.failParser(jsonParserError, found)
  if (state.lookup(name) === undefined) state.set(name, '')
}

/** Objects and arrays as they stand in the line, null as nothing. */
function textOf(line: string, { type, start, end }: JsonValue): string {
  if (type === 'null') return ''
  return type === 'string' ? labelText(line, start, end) : line.slice(start, end)
}

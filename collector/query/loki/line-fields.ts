// What can be read out of one line: members of a JSON object with their paths, or the pairs of logfmt.

import { compilePipeline } from '../logql/pipeline.ts'
import { labelName, nestedName } from '../logql/stages/label-name.ts'
import type { LogQuery } from '../logql/ast.ts'
import type { Labels } from '../logql/entry.ts'
import type { Pipeline, Processed } from '../logql/pipeline.ts'

export type Parser = 'json' | 'logfmt'

export interface LineFields { readonly name: string; readonly value: string; readonly parser: Parser; readonly path?: readonly string[] }

const none: Labels = new Map()

/** Labels that the query's own parsers found are known already, under whatever name. */
export function createLineFields(query: LogQuery): (entry: Processed) => LineFields[] {
  const json = compilePipeline([{ kind: 'json', expressions: [] }])
  const logfmt = compilePipeline([{ kind: 'logfmt', strict: false, keepEmpty: false, expressions: [] }])
  const hasJson = query.stages.some(({ kind }) => kind === 'json')

  return (entry) => {
    const isJson = entry.line.trimStart().startsWith('{')
    const own = isJson ? readWith(json, entry) : undefined
    const found = own === undefined ? fieldsOf(readWith(logfmt, entry) ?? none, 'logfmt') : fieldsOf(own, 'json', pathsOf(entry.line))
    const names = new Set(found.map(({ name }) => name))
    const further = fieldsOf(entry.parsed, hasJson ? 'json' : 'logfmt').filter(({ name }) => !names.has(name))
    return [...found, ...further]
  }
}

/** Undefined when the line is not of that kind. Names that a stream has already get the suffix that the parser gives them. */
function readWith(pipeline: Pipeline, { timeNano, line, stream }: Processed): Labels | undefined {
  const read = pipeline.process({ timeNano, line, stream, metadata: none })
  return read === undefined || read.parsed.has('__error__') ? undefined : read.parsed
}

const errorNames: ReadonlySet<string> = new Set(['__error__', '__error_details__'])

function fieldsOf(labels: Labels, parser: Parser, paths?: ReadonlyMap<string, readonly string[]>): LineFields[] {
  return [...labels].filter(([name]) => !errorNames.has(name)).map(([name, value]) => {
    const path = paths?.get(name) ?? paths?.get(name.replace(/_extracted$/, ''))
    return { name, value, parser, ...(path === undefined ? {} : { path }) }
  })
}

/** As the parser names it. */
function labelOf(path: readonly string[]): string {
  return path.map((part, depth) => (depth === 0 ? labelName(part) : nestedName(part))).join('_')
}

const deepest = 32

/** Label name → the members that lead to its value, the first of those of one name. */
function pathsOf(line: string): ReadonlyMap<string, readonly string[]> {
  const paths = new Map<string, readonly string[]>()
  const note = (label: string, path: readonly string[]): void => { if (!paths.has(label)) paths.set(label, path) }
  const walk = (value: unknown, path: readonly string[]): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) note(labelOf(path), path)
    else if (path.length < deepest) for (const [key, member] of Object.entries(value)) walk(member, [...path, key])
  }
  try {
    walk(JSON.parse(line), [])
  } catch { /* the parser of lines forgives more than JSON's own: its labels have no paths then */ }
  return paths
}

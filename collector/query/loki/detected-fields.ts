// Fields of the newest lines, for whoever does not know yet what to ask for: what is beside the lines, and what a parser
// would find in them.

import { evaluateLog } from '../logql/evaluate.ts'
import { parseLogQL } from '../logql/parse.ts'
import { fieldTypeOf } from './field-types.ts'
import { evaluationLimits, kindsOf } from './query.ts'
import { createLineFields } from './line-fields.ts'
import { LokiError } from './errors.ts'
import { limitOf, queryText, windowOf } from './parameters.ts'
import type { LogQuery } from '../logql/ast.ts'
import type { FieldType } from './field-types.ts'
import type { LineFields, Parser } from './line-fields.ts'
import type { Answer, Question } from './question.ts'

/** Lines that are looked at, and fields or values that are told, when a client does not say. */
const defaults = { lines: 100, fields: 1000 } as const

interface Field { readonly values: Set<string>; type: FieldType; readonly parsers: Set<Parser>; path: readonly string[] | undefined }

export const detectedFields: Answer = async (question) => {
  const limit = limitOf(question.parameters, defaults.fields, ['limit', 'field_limit'])
  const fields = await fieldsOf(question)
  const told = [...fields].slice(0, limit).map(([label, { type, values, parsers, path }]) =>
    ({ label, type, cardinality: values.size, parsers: parsers.size === 0 ? null : [...parsers], ...(path === undefined ? {} : { jsonPath: path }) }))
  return Response.json({ fields: told, limit })
}

export const detectedFieldValues = (name: string): Answer => async (question) => {
  const limit = limitOf(question.parameters, defaults.fields, ['limit'])
  const values = [...(await fieldsOf(question)).get(name)?.values ?? []].slice(0, limit)
  return Response.json({ values, limit })
}

async function fieldsOf(question: Question): Promise<ReadonlyMap<string, Field>> {
  const { parameters, nowNano, source, signal, limits } = question
  const window = windowOf(parameters, nowNano)
  const lines = limitOf(parameters, defaults.lines, ['line_limit'])
  if (lines > limits.maxEntries) throw new LokiError(400, `line_limit is more than ${limits.maxEntries}`)
  const query = logQueryOf(queryText(parameters))
  const entries = await evaluateLog(query, source, { window, direction: 'backward', limit: lines, limits: evaluationLimits(limits), signal })
  await question.shown(kindsOf(query), entries.length)
  const fields = new Map<string, Field>()
  const lineFields = createLineFields(query)
  for (const entry of entries) {
    for (const [name, value] of entry.metadata) note(fields, name, value, undefined)
    for (const found of lineFields(entry)) note(fields, found.name, found.value, found)
  }
  return fields
}

function logQueryOf(text: string): LogQuery {
  const expression = parseLogQL(text)
  if (expression.kind !== 'log') throw new LokiError(400, 'only log selector is supported')
  return expression
}

/** The oldest value says of which type a field is, and where it stands in its line. */
function note(fields: Map<string, Field>, name: string, value: string, found: LineFields | undefined): void {
  const field = fields.get(name) ?? { values: new Set(), type: 'string', parsers: new Set(), path: undefined }
  fields.set(name, field)
  field.values.add(value)
  field.type = fieldTypeOf(value)
  if (found !== undefined) field.parsers.add(found.parser)
  field.path = found?.path ?? field.path
}

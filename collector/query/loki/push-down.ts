// What of a query the store can answer: conditions of leading stages that mean the same there. A condition may let
// through more than the stages do, never less; `exact` says that it lets through the same.

import { metadataColumns } from '../../store/look-names.ts'
import { compileRegex } from '../logql/text/regex.ts'
import type { LogCondition } from '../../store/log-rows.ts'
import type { LinkKind } from '../../store/store.ts'
import type { MetadataColumn } from '../../store/look-names.ts'
import type { LabelChoice, LabelFilter, LineFilter, Stage } from '../logql/ast.ts'

export interface PushDown {
  readonly condition?: LogCondition
  readonly exact: boolean
  /** Whether a stage takes the label away. */
  readonly removes: (name: string) => boolean
}

/** Undefined: nothing that the store could hold against it. */
interface Part { readonly condition?: LogCondition; readonly exact: boolean }

const nothing: Part = { exact: false }
const all: LogCondition = { kind: 'all', of: [] }
const none: LogCondition = { kind: 'any', of: [] }

export function pushDown(stages: readonly Stage[]): PushDown {
  const conditions: LogCondition[] = []
  const removers: ((name: string) => boolean)[] = []
  const known = { line: true, labels: true, errors: true }
  let exact = true
  for (const stage of stages) {
    const part = partOf(stage, known, removers)
    if (part.condition !== undefined) conditions.push(part.condition)
    exact &&= part.exact
  }
  return { ...(conditions.length === 0 ? {} : { condition: { kind: 'all', of: conditions } as const }), exact, removes: (name) => removers.some((removes) => removes(name)) }
}

/** Whether it asks for an identifier, which few records have. */
export function namesOne(condition: LogCondition | undefined): boolean {
  return condition?.kind === 'link' || (condition?.kind === 'all' && condition.of.some(namesOne))
}

/** What is still as the record has it after the stages so far. `errors`: there are none yet. */
interface Known { line: boolean; labels: boolean; errors: boolean }

function partOf(stage: Stage, known: Known, removers: ((name: string) => boolean)[]): Part {
  switch (stage.kind) {
    case 'lineFilter': return known.line ? lineFilter(stage) : nothing
    case 'labelFilter': {
      const part = known.labels ? labelFilter(stage.filter, known.errors) : nothing
      if (!onlyTexts(stage.filter)) known.errors = false
      return part
    }
    case 'drop': case 'keep': return choice(stage.kind, stage.labels, known, removers)
    case 'json': case 'logfmt': case 'regexp': case 'pattern': case 'labelFormat': Object.assign(known, { labels: false, errors: false }); return nothing
    case 'unpack': Object.assign(known, { line: false, labels: false, errors: false }); return nothing
    case 'lineFormat': case 'decolorize': Object.assign(known, { line: false, errors: false }); return nothing
  }
}

/** A label that is taken away without a look at its value is merely missing afterwards. */
function choice(kind: 'drop' | 'keep', labels: readonly LabelChoice[], known: Known, removers: ((name: string) => boolean)[]): Part {
  const names = new Set(labels.map(({ name }) => name))
  if (kind === 'drop' && known.errors && [...names].every((name) => errorNames.has(name))) return { exact: true }
  known.labels = false
  removers.push((name) => names.has(name) === (kind === 'drop'))
  return { exact: labels.every(({ matcher }) => matcher === undefined) }
}

const errorNames: ReadonlySet<string> = new Set(['__error__', '__error_details__'])

function lineFilter({ op, alternatives }: LineFilter): Part {
  if (op === '|>' || op === '!>') return nothing
  const parts = alternatives.map(({ value, ip }) => (ip ? nothing : op === '|=' || op === '!=' ? exactly({ kind: 'text', subject: 'line', how: 'contains', text: value }) : regexPart('line', value)))
  return op === '|=' || op === '|~' ? either(parts) : allOf(parts.map(negated))
}

function exactly(condition: LogCondition): Part {
  return { condition, exact: true }
}

function either(parts: readonly Part[]): Part {
  return parts.some(({ condition }) => condition === undefined) ? nothing : { condition: { kind: 'any', of: parts.map(({ condition }) => condition!) }, exact: parts.every(({ exact }) => exact) }
}

function allOf(parts: readonly Part[]): Part {
  const conditions = parts.flatMap(({ condition }) => (condition === undefined ? [] : [condition]))
  return { ...(conditions.length === 0 ? {} : { condition: { kind: 'all', of: conditions } as const }), exact: parts.every(({ exact }) => exact) }
}

function negated({ condition, exact }: Part): Part {
  return condition === undefined || !exact ? nothing : exactly({ kind: 'not', of: condition })
}

/** As the stages run it: what only looks for texts is looked for as texts. */
function regexPart(subject: 'line' | MetadataColumn, source: string): Part {
  const { simple } = compileRegex(source, subject !== 'line')
  if (simple === undefined) return exactly({ kind: 'text', subject, how: 'matches', text: subject === 'line' ? source : `^(?:${source})$` })
  if (simple.kind === 'always') return exactly(all)
  if (simple.tests.some(({ text, ignoreCase }) => ignoreCase && /[^\0-\x7f]/.test(text))) return nothing
  const tests: LogCondition[] = simple.tests.map(({ how, text, ignoreCase }) => ({ kind: 'text', subject, how, text, ignoreCase }))
  return exactly({ kind: 'any', of: simple.notEmpty ? [...tests, { kind: 'not', of: { kind: 'text', subject, how: 'equals', text: '' } }] : tests })
}

function onlyTexts(filter: LabelFilter): boolean {
  return filter.kind === 'and' || filter.kind === 'or' ? onlyTexts(filter.left) && onlyTexts(filter.right) : filter.kind === 'string'
}

function labelFilter(filter: LabelFilter, noErrors: boolean): Part {
  switch (filter.kind) {
    case 'and': return allOf([labelFilter(filter.left, noErrors), labelFilter(filter.right, noErrors)])
    case 'or': return either([labelFilter(filter.left, noErrors), labelFilter(filter.right, noErrors)])
    case 'string': return textFilter(filter, noErrors)
    default: return nothing
  }
}

/** Identifiers have an index of their own. Actors are left out: they have so many records that reading their column costs less. */
const links: ReadonlyMap<MetadataColumn, LinkKind> = new Map([
  ['RequestId', 'request_id'], ['SessionId', 'session_id'], ['DeliveryId', 'delivery_id'], ['IdempotencyKey', 'idempotency_key'], ['Fingerprint', 'fingerprint'], ['RecordId', 'record_id'], ['TraceId', 'trace_id'], ['TargetId', 'target'],
])

function textFilter({ name, op, value }: Extract<LabelFilter, { kind: 'string' }>, noErrors: boolean): Part {
  if (errorNames.has(name)) return noErrors && (op === '=' || op === '!=') ? exactly((value === '') === (op === '=') ? all : none) : nothing
  const column = metadataColumns.get(name)
  if (column === undefined) return op === '=' && isMentioned(name, value) ? { condition: { kind: 'mentions', text: value }, exact: false } : nothing
  const part = op === '=' || op === '!=' ? exactly({ kind: 'text', subject: column, how: 'equals', text: value }) : regexPart(column, value)
  if (op === '!=' || op === '!~') return negated(part)
  const link = links.get(column)
  return op === '=' && link !== undefined && value !== '' ? exactly({ kind: 'all', of: [{ kind: 'link', link: { kind: link, id: value } }, part.condition!] }) : part
}

/** A text that stands in the record as it does in the metadata: nothing that is escaped there, or that may be a number. */
function isMentioned(name: string, value: string): boolean {
  return !name.endsWith('_extracted') && /^[\w .:@/+~-]{2,}$/.test(value) && /[A-Za-z]{2}/.test(value) && !/^[0-9.eE+-]+$|unknown_service|unsupported value/.test(value) && !streamLike.test(name)
}

/** Labels that may be found rather than said, or come from the environment. */
const streamLike = /^(service_name|deployment_environment|detected_level|level)/

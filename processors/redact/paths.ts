// Path rules of the operator, compiled once. What they name goes, whatever it is.

import fastRedact from 'fast-redact'
import { isMap, valueMap } from '../record.ts'
import { isPlaceholder } from './placeholder.ts'
import { taken } from './sink.ts'
import type { AuditRecord, Value, ValueMap } from '../record.ts'
import type { Sink } from './sink.ts'

export type PathRule = (record: AuditRecord, sink: Sink) => AuditRecord

/** `isGone`: whether a value was taken out already. Default: every placeholder was. */
export function createPathRule(paths: readonly string[], ruleId = 'path', isGone: (value: Value) => boolean = isGoneByAnybody): PathRule {
  if (paths.length === 0) return (record) => record
  let sink: Sink
  const censor = (value: unknown): unknown => {
    if (value === undefined || value === null || isGone(value as Value)) return value
    return taken(ruleId, value as Value, sink) ?? value
  }
  const redact = fastRedact({ paths: [...paths], censor, serialize: false, strict: false })
  return function redactPaths(record, tell) {
    sink = tell
    const { body, attributes, resource } = record
    const copy = structuredClone({ body, attributes, resource }) // fast-redact writes in place, and records are shared
    redact(copy)
    return { ...record, body: nullPrototype(copy.body), attributes: nullPrototype(copy.attributes) as ValueMap, resource: nullPrototype(copy.resource) as ValueMap }
  }
}

function isGoneByAnybody(value: Value): boolean {
  return typeof value === 'string' && isPlaceholder(value)
}

/** One after the other. */
export function chainOf(rules: readonly PathRule[]): PathRule {
  return rules.reduce((first, second) => (record, sink) => second(first(record, sink), sink))
}

/** structuredClone gives ordinary objects; a record holds maps without a prototype. */
function nullPrototype(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(nullPrototype)
  return isMap(value) ? valueMap(Object.keys(value).map((key) => [key, nullPrototype(value[key]!)] as const)) : value
}

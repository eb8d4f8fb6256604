// The check of one event against its definition. What a definition requires may come from the event itself, from a
// child's defaults or from the context; what it does not list is refused where the app wrote it.

import { describe, problemError } from './errors.ts'
import type { Problem } from './errors.ts'
import { problemsOf } from './event.ts'
import type { AuditEvent } from './event.ts'
import type { AttributeType, Catalogue, EventDefinition } from './events.ts'
import { merge } from './merge.ts'

/** Attribute with the retention class of the definition. Not `blotter.retention.class`, which is the collector's word. */
export const declaredKey = 'blotter.retention.declared'

/** `own`: as the app wrote it. `around`: what it inherits. `end`: whether what is required has to be there by now. */
export interface Given {
  readonly own: Partial<AuditEvent>
  readonly around: Partial<AuditEvent>
  readonly end: boolean
}

/** The event with what its definition fills in. Throws INVALID_EVENT with every problem. */
export function checkEvent({ definitions }: Catalogue, { own, around, end }: Given): Partial<AuditEvent> {
  const name = own.event
  const definition = typeof name === 'string' && Object.hasOwn(definitions, name) ? definitions[name] : undefined
  const whole = filled(definition ?? {}, own)
  const problems = definition === undefined
    ? [{ key: 'event', got: describe(name), want: `one of ${Object.keys(definitions).join(', ')}` }]
    : problemsBy(definition, own, merge(around, own), end)
  if (problems.length > 0) throw problemError('INVALID_EVENT', [...problems, ...problemsOf(merge(around, whole))])
  return whole
}

/** Names of what an event lacks or has wrong by its definition. Names of the catalogue only: no word of the event. */
export function incompleteParts({ definitions }: Catalogue, { own, around }: Given): string[] {
  const definition = definitions[own.event ?? '']
  return definition === undefined ? ['event'] : problemsBy(definition, own, merge(around, own), true).map(({ key }) => key)
}

function filled({ action, target, retention }: EventDefinition, own: Partial<AuditEvent>): Partial<AuditEvent> {
  return {
    ...own,
    ...(action === undefined ? {} : { action }),
    ...(target === undefined || own.target === undefined || own.target === null ? {} : { target: { ...own.target, type: target } }),
    ...(retention === undefined ? {} : { attributes: { ...own.attributes, [declaredKey]: retention } }),
  }
}

function problemsBy(definition: EventDefinition, own: Partial<AuditEvent>, merged: Partial<AuditEvent>, end: boolean): Problem[] {
  return [...problemsOfMembers(definition, merged, end), ...problemsOfAttributes(definition, merged.attributes ?? {}, end), ...unlisted(definition, own.attributes ?? {})]
}

function problemsOfMembers({ action, target, requires = [] }: EventDefinition, merged: Partial<AuditEvent>, end: boolean): Problem[] {
  const problems: Problem[] = []
  const given = merged.target?.type
  if (action !== undefined && merged.action !== undefined && merged.action !== action) problems.push({ key: 'action', got: 'another one', want: action })
  if (target !== undefined && given !== undefined && given !== target) problems.push({ key: 'target.type', got: 'another one', want: target })
  const needed: readonly (keyof AuditEvent)[] = target === undefined ? requires : ['target', ...requires]
  if (end) for (const member of new Set(needed)) if (merged[member] === undefined || merged[member] === '') problems.push({ key: member, got: describe(merged[member]), want: 'what the catalogue requires' })
  return problems
}

function problemsOfAttributes({ attributes = {}, optional = {} }: EventDefinition, given: Readonly<Record<string, unknown>>, end: boolean): Problem[] {
  const wrong = (key: string, type: AttributeType, required: boolean): boolean => (given[key] === undefined ? required : !holds(given[key], type))
  const problem = (key: string, type: AttributeType): Problem => ({ key: `attributes["${key}"]`, got: describe(given[key]), want: wantOf(type) })
  return [
    ...Object.entries(attributes).filter(([key, type]) => wrong(key, type, end)).map(([key, type]) => problem(key, type)),
    ...Object.entries(optional).filter(([key, type]) => wrong(key, type, false)).map(([key, type]) => problem(key, type)),
  ]
}

/** The key may have been data, so it is not repeated. */
function unlisted({ attributes = {}, optional = {} }: EventDefinition, own: Readonly<Record<string, unknown>>): Problem[] {
  const known = (key: string): boolean => Object.hasOwn(attributes, key) || Object.hasOwn(optional, key)
  const names = [...Object.keys(attributes), ...Object.keys(optional)]
  return Object.keys(own).every((key) => own[key] === undefined || known(key)) ? [] : [{ key: 'attributes', got: 'one that is not in the catalogue', want: names.length === 0 ? 'none' : `only ${names.join(', ')}` }]
}

function holds(value: unknown, type: AttributeType): boolean {
  if (typeof type !== 'string') return typeof value === 'string' && type.includes(value)
  return type === 'number' ? typeof value === 'bigint' || Number.isFinite(value) : typeof value === type
}

function wantOf(type: AttributeType): string {
  return typeof type === 'string' ? { string: 'a text', number: 'a number', boolean: 'true or false' }[type] : `one of ${type.join(', ')}`
}

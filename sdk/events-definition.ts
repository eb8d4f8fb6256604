// The check of a definition, when the catalogue is made: a mistake in it shows when the process starts, and not when
// the event that it is about first happens.

import { knownKeys } from '@blotter/processors'
import { describe } from './errors.ts'
import type { Problem } from './errors.ts'
import type { AttributeType, EventDefinition, RequirableMember } from './events.ts'

interface Rule {
  readonly want: string
  readonly accepts: (value: unknown) => boolean
}

const requirable: Readonly<Record<RequirableMember, true>> = {
  target: true, decision: true, reason: true, requestId: true, sessionId: true, deliveryId: true, attempt: true, idempotencyKey: true, integration: true,
  occurredAt: true, observedAt: true, payload: true, source: true, recordId: true,
}

const text = (want: string): Rule => ({ want, accepts: (value) => typeof value === 'string' && value !== '' })
const attributes: Rule = { want: 'an object of attribute types: string, number, boolean, or a list of texts; not of attributes that a member of an event writes', accepts: isAttributes }

const rules: Readonly<Record<keyof EventDefinition, Rule>> = {
  description: text('a text'),
  action: text('a verb such as CREATE'),
  target: text('a type such as payment'),
  requires: { want: `a list of ${Object.keys(requirable).join(', ')}`, accepts: (value) => Array.isArray(value) && value.every((member) => typeof member === 'string' && Object.hasOwn(requirable, member)) },
  attributes,
  optional: attributes,
  retention: { want: 'a class of 1 to 40 lower-case letters, digits and dashes', accepts: (value) => typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,39}$/.test(value) },
  delivery: { want: 'acknowledged, spooled or best-effort', accepts: (value) => value === 'acknowledged' || value === 'spooled' || value === 'best-effort' },
}

export function problemsOfDefinition(name: string, definition: unknown, classes: readonly string[] | undefined): Problem[] {
  if (!isObject(definition)) return [{ key: name, got: describe(definition), want: 'an object' }]
  const problems: Problem[] = name === '' ? [{ key: '(name)', got: 'an empty text', want: 'a name such as payment.refund' }] : []
  for (const [member, value] of Object.entries(definition)) {
    const rule = Object.hasOwn(rules, member) ? rules[member as keyof EventDefinition] : undefined
    if (rule === undefined) problems.push({ key: `${name}.${member}`, got: 'a member of this name', want: `one of ${Object.keys(rules).join(', ')}` })
    else if (value !== undefined && !rule.accepts(value)) problems.push({ key: `${name}.${member}`, got: describe(value), want: rule.want })
  }
  return [...problems, ...twice(name, definition), ...unknownClass(name, definition, classes)]
}

function twice(name: string, { attributes: required, optional }: EventDefinition): Problem[] {
  if (!isObject(required) || !isObject(optional)) return []
  return Object.keys(optional).filter((key) => Object.hasOwn(required, key)).map((key) => ({ key: `${name}.optional.${key}`, got: 'an attribute that is also required', want: 'each attribute once' }))
}

function unknownClass(name: string, { retention }: EventDefinition, classes: readonly string[] | undefined): Problem[] {
  if (classes === undefined || retention === undefined || classes.includes(retention)) return []
  return [{ key: `${name}.retention`, got: describe(retention), want: `one of ${classes.join(', ')}` }]
}

function isAttributes(value: unknown): boolean {
  return isObject(value) && Object.entries(value).every(([key, type]) => key !== '' && !knownKeys.has(key) && isAttributeType(type))
}

function isAttributeType(type: unknown): type is AttributeType {
  if (Array.isArray(type)) return type.length > 0 && type.every((member) => typeof member === 'string')
  return type === 'string' || type === 'number' || type === 'boolean'
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

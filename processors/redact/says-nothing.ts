// Values that are no secret even under a key that says so: what stands in schemas, lists of dependencies, forms and
// templates, and would be damaged for nothing.

import type { Value } from '../record.ts'

const version = /^[~^]?[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,6}(?:-[a-z0-9.]{1,20})?$/
const type = /^(?:string|number|integer|boolean|object|array|null|undefined|text|password|hidden|required|optional|true|false)$/i
const template = /^(?:\$\{[^}]*\}|\{\{[^}]*\}\}|\$\{\{[^}]*\}\}|<[^<>]{0,60}>|%[A-Z_]{1,40}%|\*+|•+|x{3,}|\.{3})$/i
/** Names of things, not the things: AWS, Google Cloud, Vault. */
const resource = /^(?:arn:[\w:/+=,.@-]+|projects\/[\w./-]+|vault:[\w./#-]+)$/
const schemaTypes = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

/** Whether a value under a secret key tells nothing: a type, a version, a template, a mask, the name of a resource, a schema. */
export function saysNothing(value: Value): boolean {
  if (typeof value === 'string') return version.test(value) || type.test(value) || template.test(value) || resource.test(value)
  return isSchema(value)
}

/** `{"password": {"type": "string", "minLength": 12}}`, as JSON Schema has it. */
function isSchema(value: Value): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return false
  const type = (value as Readonly<Record<string, Value>>)['type']
  return typeof type === 'string' && schemaTypes.has(type) && Object.values(value).every((member) => typeof member !== 'string' || member.length <= 12 || member === type)
}

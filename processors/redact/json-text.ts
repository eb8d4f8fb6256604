// JSON inside a string, alone, within other text, or escaped once more: what it says is redacted as a value, so that its
// key names count.

import { isMap, valueMap } from '../record.ts'
import type { Value } from '../record.ts'

/** Levels of the JSON text; a record holds no deeper ones. What is deeper throws, and the field is lost instead of unseen. */
const deepest = 64

/** The text with its JSON redacted, or the same string. `redactText` sees what was escaped, one level less. */
export function redactJsonText(text: string, redact: (value: Value) => Value, redactText: (text: string) => string): string {
  const start = text.search(/[{[]/)
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1
  if (start === -1 || end < start + 7) return text
  const part = text.slice(start, end)
  const redacted = redactWhole(part, redact) ?? redactEscaped(part, redactText) ?? redactLines(part, redact) ?? part
  return redacted === part ? text : text.slice(0, start) + redacted + text.slice(end)
}

/** Undefined when it is not JSON. */
function redactWhole(text: string, redact: (value: Value) => Value): string | undefined {
  const parsed = parse(text)
  if (parsed === undefined) return undefined
  const value = toValue(parsed, 0)
  const redacted = redact(value)
  return redacted === value ? text : JSON.stringify(toJson(redacted))
}

/** `{\"a\":1}`: a JSON text that stands in another one. */
function redactEscaped(text: string, redactText: (text: string) => string): string | undefined {
  if (!text.includes('\\"')) return undefined
  const inner = parse(`"${text}"`)
  if (typeof inner !== 'string') return undefined
  const redacted = redactText(inner)
  return redacted === inner ? text : JSON.stringify(redacted).slice(1, -1)
}

/** One JSON text a line. */
function redactLines(text: string, redact: (value: Value) => Value): string | undefined {
  if (!/[}\]]\r?\n[{[]/.test(text)) return undefined
  return text.split('\n').map((line) => redactWhole(line, redact) ?? line).join('\n')
}

/** Numbers keep their digits: what a double cannot hold becomes a bigint. */
function parse(text: string): unknown {
  try {
    return /[0-9]{16}/.test(text) ? JSON.parse(text, reviveLossless as (key: string, value: unknown) => unknown) : JSON.parse(text)
  } catch {
    return undefined // its message quotes the text
  }
}

function reviveLossless(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?[0-9]+$/.test(source) ? BigInt(source) : value
}

function toValue(parsed: unknown, depth: number): Value {
  if (typeof parsed !== 'object' || parsed === null) return parsed as Value
  if (depth > deepest) throw new RangeError('too deep')
  if (Array.isArray(parsed)) return parsed.map((member) => toValue(member, depth + 1))
  return valueMap(Object.entries(parsed).map(([key, member]) => [key, toValue(member, depth + 1)] as const))
}

const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }

function toJson(value: Value): unknown {
  if (typeof value === 'bigint') return rawJSON(value.toString())
  if (Array.isArray(value)) return (value as readonly Value[]).map(toJson)
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJson(member)] as const)) : value
}

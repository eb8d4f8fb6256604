// The labels that name the stream of a record: attributes of its resource, the service first of all.

import { fields, isMap, text, withValues } from '@blotter/processors'
import { indexKeys, labelName, serviceKeys } from './names.ts'
import { goText } from './values.ts'
import type { AuditRecord, Value, ValueMap } from '@blotter/processors'

export type Labels = ReadonlyMap<string, string>

/** The resource as it leaves us: the environment stands where backends look for it. */
export function resourceOf(record: AuditRecord): ValueMap {
  return withValues(record.resource, { 'deployment.environment.name': text(record.attributes, fields.environment.key) })
}

/** A value under its label; the members of a map each under their own. */
export function eachLabel(name: string, value: Value, told: (name: string, text: string) => void): void {
  if (isMap(value)) for (const key of Object.keys(value)) eachLabel(labelName(name === '' ? key : `${name}_${key}`), value[key]!, told)
  else told(name, goText(value))
}

/** In order of their names; without empty ones. */
export function streamOf(resource: ValueMap): Labels {
  const labels = new Map<string, string>()
  const set = (name: string, value: string): void => { labels.set(name, value) }
  const unnamed = goText(resource['service.name'] ?? null) === ''
  let called = false
  for (const key of Object.keys(resource)) {
    if (!indexKeys.has(key)) continue
    const value = resource[key]!
    eachLabel(labelName(key), value, set)
    if (unnamed && !called && serviceKeys.has(key) && !isMap(value)) { set('service_name', goText(value)); called = true }
  }
  if (unnamed && !called) set('service_name', 'unknown_service')
  return new Map([...labels].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** One text per stream: how it stands in the store. */
export function streamText(stream: Labels): string {
  return JSON.stringify(Object.fromEntries(stream))
}

const known = new Map<string, Labels>()
const mostKnown = 10_000

/** The same object for the same text, as long as not too many are asked for. */
export function streamFrom(streamText: string): Labels {
  const before = known.get(streamText)
  if (before !== undefined) return before
  const stream: Labels = new Map(Object.entries(JSON.parse(streamText) as Record<string, string>))
  if (known.size >= mostKnown) known.clear()
  known.set(streamText, stream)
  return stream
}

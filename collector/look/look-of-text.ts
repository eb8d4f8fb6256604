// The look of a record from its text and from what the store keeps of its look, without making a record of it: a query
// may have to look at hundreds of thousands. Where something is said in an unusual way it gives undefined, and look.ts
// looks at the record itself.

import { levelNames } from './level.ts'
import { indexKeys, labelName } from './names.ts'
import { streamFrom } from './stream.ts'
import { goText } from './values.ts'
import type { Look } from './look.ts'

/** Of a record that is not irregular. */
export interface StoredParts { readonly canonical: Buffer; readonly stream: string; readonly line: string; readonly level: string }

type Tagged = { readonly [tag: string]: unknown }

/** As far as it is looked at. */
interface Text {
  readonly attributes: Record<string, Tagged>
  readonly resource: Record<string, Tagged>
  readonly [member: string]: unknown
}

const members = [['eventName', 'event_name'], ['severityNumber', 'severity_number'], ['severityText', 'severity_text'], ['droppedAttributesCount', 'dropped_attributes_count'], ['flags', 'flags'], ['traceId', 'trace_id'], ['spanId', 'span_id']] as const
const scopeMembers = [['scopeName', 'scope_name'], ['scopeVersion', 'scope_version']] as const

export function lookOfText({ canonical, stream: streamText, line, level }: StoredParts): Look | undefined {
  if (level === '') return undefined
  const text = JSON.parse(canonical.toString()) as Text
  const stream = streamFrom(streamText)
  const metadata = new Map<string, string>()
  const add = (name: string, value: string): void => { metadata.set(stream.has(name) ? `${name}_extracted` : name, value) }
  if (!addMap(text.attributes, nothing, add)) return undefined
  if (text['observedTimeUnixNano'] !== '0' && text['timeUnixNano'] !== '0') add('observed_timestamp', text['observedTimeUnixNano'] as string)
  for (const [member, name] of members) if (text[member] !== undefined && text[member] !== '') add(name, String(text[member] as string | number))
  if (!addMap(text.resource, indexKeys, add)) return undefined
  for (const [member, name] of scopeMembers) if (text[member] !== undefined) add(name, text[member] as string)
  metadata.set('detected_level', level)
  return { stream, metadata, line }
}

const nothing: ReadonlySet<string> = new Set()

/** False where a value says something about the level, or is more than a text. */
function addMap(map: Record<string, Tagged>, without: ReadonlySet<string>, add: (name: string, value: string) => void): boolean {
  for (const key in map) {
    if (without.has(key)) continue
    const name = labelName(key)
    const value = levelNames.has(name) ? undefined : textOf(map[key]!)
    if (value === undefined) return false
    add(name, value)
  }
  return true
}

function textOf(tagged: Tagged): string | undefined {
  for (const tag in tagged) {
    const value = tagged[tag]
    switch (tag) {
      case 'stringValue': case 'bytesValue': return value as string
      case 'intValue': case 'boolValue': return String(value)
      case 'doubleValue': return typeof value === 'number' ? String(value) : undefined
      case 'arrayValue': return textOfList(value as readonly Tagged[])
      default: return undefined
    }
  }
  return ''
}

function textOfList(list: readonly Tagged[]): string | undefined {
  const texts = list.map((member) => member['stringValue'])
  return texts.every((text) => typeof text === 'string') ? goText(texts) : undefined
}

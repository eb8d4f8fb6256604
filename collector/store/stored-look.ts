// What of a record's look stands in columns of its own, so that streams are listed, lines searched and levels counted
// without reading records. From the record, and the same from its bytes, where nearly every record goes the short way.

import { parseRecord, tagAt, tags, text } from '@blotter/processors'
import { levelNames, levelOfNumber } from '../look/level.ts'
import { levelOfLine } from '../look/level-of-line.ts'
import { lookOf } from '../look/look.ts'
import { indexKeys, labelName } from '../look/names.ts'
import { eachLabel, resourceOf, streamOf, streamText } from '../look/stream.ts'
import { summaryOf } from '../look/summary.ts'
import { attributeColumns, metadataColumns } from './look-names.ts'
import { slotOf } from './view.ts'
import type { AuditRecord, CanonicalView, FieldName, MapView } from '@blotter/processors'

export interface StoredLook {
  /** Its labels, as streamText() writes them. */
  readonly stream: string
  /** The line, where it is not what the column of the body says. */
  readonly summary: string
  /** Of the line, in UTF-8. */
  readonly lineBytes: number
  readonly detectedLevel: string
  /** The metadata `level`. */
  readonly level: string
  /** Its metadata or its line are not what the columns say: queries must look at the record itself. */
  readonly irregular: 0 | 1
}

/** `body`: what the column of the body holds. */
export function storedLookOf(record: AuditRecord, body: string): StoredLook {
  const { stream, metadata, line } = lookOf(record)
  const said = (name: string): string => metadata.get(name) ?? ''
  const regular = attributeColumns.every(({ key, name }) => said(name) === text(record.attributes, key))
    && said('event_name') === record.eventName && said('trace_id') === record.traceId && said('span_id') === record.spanId && said('severity_text') === record.severityText && (line !== '' || body === '')
  return {
    stream: streamText(stream), summary: line === body ? '' : line, lineBytes: Buffer.byteLength(line),
    detectedLevel: said('detected_level'), level: said('level'), irregular: regular ? 0 : 1,
  }
}

const plain = 0, own = 1, odd = 2, oddMap = 3
const kinds = new Map<string, number>()
/** Senders choose their keys and their resources: what is remembered must not grow with them. */
const mostKnown = 10_000

const ownKeys = new Set(attributeColumns.map(({ key }) => key))
const heeded = [...metadataColumns.keys(), ...levelNames]

/** Whether an attribute of this key can make a record irregular or have a say in its level. */
function kindOf(key: string): number {
  let kind = kinds.get(key)
  if (kind !== undefined) return kind
  const name = labelName(key)
  kind = ownKeys.has(key) ? own : heeded.includes(name) ? odd : name === '' || heeded.some((other) => other.startsWith(`${name}_`)) ? oddMap : plain
  if (kinds.size >= mostKnown) kinds.clear()
  kinds.set(key, kind)
  return kind
}

function attributesAreRegular(map: MapView): boolean {
  for (let n = 0; n < map.count; n += 1) {
    const kind = kindOf(map.key(n))
    if (kind === plain) continue
    const tag = map.tag[n]!
    if (kind === odd || (kind === oddMap && tag === tags.map)) return false
    if (kind === own && tag !== tags.string && tag !== tags.int && tag !== tags.bool && tag !== tags.none) return false
  }
  return true
}

interface KnownResource { readonly stream: string; readonly regular: boolean }
const resources = new Map<string, KnownResource>()
const environmentSlot = slotOf('environment')

function resourceOfView(view: CanonicalView, parsed: () => AuditRecord): KnownResource {
  const { resource, attributes } = view
  const bytes = resource.count === 0 ? '' : resource.text.toString('latin1', resource.keyFrom[0], resource.to[resource.count - 1])
  const key = `${textAt(attributes, environmentSlot)}\n${bytes}`
  let known = resources.get(key)
  if (known !== undefined) return known
  const sent = resourceOf(parsed())
  let regular = true
  for (const name of Object.keys(sent)) if (!indexKeys.has(name)) eachLabel(labelName(name), sent[name]!, (label) => { if (heeded.includes(label)) regular = false })
  known = { stream: streamText(streamOf(sent)), regular }
  if (resources.size >= mostKnown) resources.clear()
  resources.set(key, known)
  return known
}

const textAt = (map: MapView, slot: number): string => (map.found[slot] === -1 ? '' : map.textOf(map.found[slot]!))
const summarySlots = new Map<FieldName, number>((['targetType', 'targetId', 'decision', 'outcome', 'reason', 'errorType', 'integration', 'actorId', 'action'] as const).map((field) => [field, slotOf(field)]))

/** `bodyBytes`: what the column of the body holds. */
export function storedLookOfView(view: CanonicalView, bodyBytes: () => Buffer): StoredLook {
  let record: AuditRecord | undefined
  const parsed = (): AuditRecord => (record ??= parseRecord(view.text.toString()))
  const resource = resourceOfView(view, parsed)
  if (!resource.regular || !attributesAreRegular(view.attributes) || !bodyIsItsLine(view)) return storedLookOf(parsed(), bodyBytes().toString())
  const summary = view.from('body') === -1 ? summaryOf((field) => textAt(view.attributes, summarySlots.get(field)!), view.textOf('eventName')) : ''
  return {
    stream: resource.stream, summary, lineBytes: summary === '' ? bodyBytes().length : Buffer.byteLength(summary),
    detectedLevel: levelOfView(view) ?? levelOfLine(summary === '' ? bodyBytes().toString() : summary), level: '', irregular: 0,
  }
}

function levelOfView(view: CanonicalView): string | undefined {
  const number = view.textOf('severityNumber')
  return view.textOf('severityText') || (number === '' ? undefined : levelOfNumber(number))
}

/** A string is. Of a map or list the column says what the line does, unless something in it is written in two ways. */
function bodyIsItsLine(view: CanonicalView): boolean {
  const from = view.from('body')
  if (from === -1) return true
  const tag = tagAt(view.text, from)
  if (tag === tags.string) return true
  return (tag === tags.map || tag === tags.list) && !/[<>&\xe2\xee-\xf4]|"(?:bytesValue|intValue|doubleValue)":"/.test(view.text.toString('latin1', from, view.to('body')))
}

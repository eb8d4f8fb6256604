// An event as one text, which goes from the caller's thread to the one that redacts and delivers: the app's objects are
// read here and never again, so what the app does to them later reaches no record. The text is unredacted; it exists in
// this process's memory only, from here to `unpack`.

import { emptyRecord, recordLimits } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { recordOf, toNano } from './event.ts'
import type { AuditEvent } from './event.ts'
import { logRecordText, readLogRecord } from './log-record.ts'
import { payloadWords, readPayload } from './payload.ts'
import type { Reading } from './payload.ts'
import { isPlain } from './plain.ts'
import { placed } from './sequence.ts'
import type { Place } from './sequence.ts'
import type { TraceContext } from './trace.ts'
import { jsonSize, parsedValue } from './value.ts'

/** What is given to an event once, in the caller's thread. */
export interface Stamp {
  readonly recordId: string
  readonly observedNano: bigint
  readonly trace: TraceContext | undefined
}

export interface PackOptions {
  readonly integration: string
  readonly maxPayloadBytes: number
}

export interface Unpacked {
  readonly record: AuditRecord
  readonly reading: Reading
}

interface Packed {
  readonly id: string
  readonly seen: string
  readonly at: string
  readonly trace?: TraceContext
  readonly place?: Place
  /** Plain, all but the payload. */
  readonly event?: AuditEvent
  /** Characters of the payload's text, which is the last member. Absent: there is none. */
  readonly length?: number
  readonly payload?: unknown
  /** Not plain: OTLP. */
  readonly record?: string
  readonly reading?: Omit<Reading, 'value'>
}

/** Of an event that was checked. */
export function pack(event: AuditEvent, stamp: Stamp, options: PackOptions): string {
  return (event.error === undefined ? packPlain(event, stamp, options) : undefined) ?? packLong(event, stamp, options)
}

function packPlain(event: AuditEvent, stamp: Stamp, { maxPayloadBytes }: PackOptions): string | undefined {
  try {
    const { payload } = event
    const plain = plainOf(event)
    if (!isPlain(plain, levels.event) || !isPlain(payload, levels.payload)) return undefined
    const head = `${stampText(event, stamp)},"event":${JSON.stringify(plain)}`
    if (payload === undefined || payload === null) return `${head}}`
    const text = JSON.stringify(payload)
    return text.length > maxPayloadBytes ? undefined : `${head},"length":${text.length},"payload":${text}}`
  } catch {
    return undefined // a getter or a proxy of the app's: the long way copes with what they throw
  }
}

/** As deep as a value may be without a word in its place; an attribute is two levels further down. */
const levels = { payload: recordLimits.depth, event: recordLimits.depth + 2 } as const

/** The packed event at its place in a stream, which is given to it last: when nothing can refuse it any more. */
export function packedAt(text: string, { streamId, number, end }: Place): string {
  return `{"place":{"streamId":"${streamId}","number":${number},"end":${end}},${text.slice(1)}`
}

/** The beginning of an object. Ids and times need no escapes: of the record id, the check of the event says so. */
function stampText({ occurredAt }: AuditEvent, { recordId, observedNano, trace }: Stamp): string {
  const at = occurredAt === undefined ? observedNano : toNano(occurredAt)
  return `{"id":"${recordId}","seen":"${observedNano}","at":"${at}"${trace === undefined ? '' : `,"trace":${JSON.stringify(trace)}`}`
}

/** But for the payload, and for what the stamp says: an object of one shape, which JSON writes fast. */
function plainOf({ event, actor, action, target, outcome, decision, reason, requestId, sessionId, deliveryId, attempt, idempotencyKey, integration, durationMs, source, attributes }: AuditEvent): object {
  return { event, actor, action, target, outcome, decision, reason, requestId, sessionId, deliveryId, attempt, idempotencyKey, integration, durationMs, source, attributes }
}

/** Whatever is not plain is read here, once, and travels as OTLP, which has a type for each value. */
function packLong(event: AuditEvent, stamp: Stamp, options: PackOptions): string {
  const { value, ...reading } = readPayload(event.payload, options.maxPayloadBytes)
  const record = recordOf(event, contextOf(stamp, options.integration))
  return `${stampText(event, stamp)},${JSON.stringify({ reading, record: logRecordText({ ...record, body: value }) }).slice(1)}`
}

function contextOf({ recordId, observedNano, trace }: Stamp, integration: string): Parameters<typeof recordOf>[1] {
  return { integration, clock: () => observedNano, newId: () => recordId, trace: () => trace }
}

/** What {@link pack} was given, as a record with what its payload says beside it. */
export function unpack(text: string, options: PackOptions): Unpacked {
  const packed = JSON.parse(text) as Packed
  const { id, seen, at, trace, place, event, record, reading } = packed
  if (record !== undefined) return unpackLong(readLogRecord(record), reading!, place)
  const made = recordOf({ ...event!, recordId: id, occurredAt: BigInt(at) }, contextOf({ recordId: id, observedNano: BigInt(seen), trace }, options.integration))
  return { record: inPlace(made, place), reading: readPlain(packed, text, options.maxPayloadBytes) }
}

/** A text, which may itself be JSON, is read as one; of anything else the size is that of its JSON. */
function readPlain({ payload, length }: Packed, text: string, maxPayloadBytes: number): Reading {
  if (length === undefined) return { value: null, absent: true }
  if (typeof payload === 'string') return readPayload(payload, maxPayloadBytes)
  const value = parsedValue(payload)
  const json = text.slice(-1 - length, -1)
  const sizeBytes = json.includes('\\ud') ? jsonSize(value) : Buffer.byteLength(json) // a lone surrogate is escaped there, and replaced in the value
  return sizeBytes > maxPayloadBytes ? { value: null, sizeBytes, word: payloadWords.tooLarge } : { value, sizeBytes }
}

function unpackLong(record: AuditRecord, reading: Omit<Reading, 'value'>, place: Place | undefined): Unpacked {
  return { record: inPlace({ ...record, body: emptyRecord.body }, place), reading: { ...reading, value: record.body } }
}

function inPlace(record: AuditRecord, place: Place | undefined): AuditRecord {
  return place === undefined ? record : placed(record, place)
}

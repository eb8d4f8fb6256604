// What became of a record, as its promise says it. The collector's receipt: it has the record on its disk, and it has
// committed to it.

import type { Delivery } from './options.ts'

/** What `record()` resolves with, by the mode of delivery. Tell them apart by `state`. */
export type Recorded = Receipt | Spooled | HandedOver

/** By the mode. Where there is no spool, `spooled` waits for the receipt instead: a promise is kept by a stronger one. */
export type Answer<Mode extends Delivery> = Mode extends 'acknowledged' ? Receipt : Mode extends 'spooled' ? Spooled | Receipt : HandedOver

/** `spooled`: the record is on this machine's disk, and is delivered from there. */
export interface Spooled {
  readonly state: 'spooled'
  readonly recordId: string
}

/** `best-effort`: the record was taken on. */
export interface HandedOver {
  readonly state: 'handed-over'
  readonly recordId: string
}

export interface Receipt {
  readonly state: 'accepted'
  readonly recordId: string
  /** What the collector committed to: the hash of the record's leaf in its log. */
  readonly integrityHash: string
  /** The leaf's place in the log, from 0. */
  readonly leafIndex: number
  /** When the collector committed it: nanoseconds since 1970, as decimal text, which JSON keeps exact. */
  readonly sinkTimestamp: string
}

/** One receipt per record, in order; undefined when the answer is anything else. */
export function parseReceipts(answer: unknown, recordIds: readonly string[]): Receipt[] | undefined {
  const list = isObject(answer) ? answer['receipts'] : undefined
  if (!Array.isArray(list) || list.length !== recordIds.length) return undefined
  const receipts: Receipt[] = []
  for (const [index, member] of (list as unknown[]).entries()) {
    const receipt = parseReceipt(member)
    if (receipt?.recordId !== recordIds[index]) return undefined
    receipts.push(receipt!)
  }
  return receipts
}

function parseReceipt(member: unknown): Receipt | undefined {
  if (!isObject(member)) return undefined
  const { recordId, integrityHash, leafIndex, sinkTimestamp } = member
  if (typeof recordId !== 'string' || typeof integrityHash !== 'string' || integrityHash === '') return undefined
  if (!Number.isSafeInteger(leafIndex) || (leafIndex as number) < 0) return undefined
  if (typeof sinkTimestamp !== 'string' || !/^[0-9]{1,20}$/.test(sinkTimestamp)) return undefined
  return Object.freeze({ state: 'accepted' as const, recordId, integrityHash, leafIndex: leafIndex as number, sinkTimestamp })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

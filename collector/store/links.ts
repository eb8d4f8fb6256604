// The identifiers of a record, and the hash by which each is found. The hash is for speed, not for proof: whoever looks
// something up by it compares the identifier itself as well.

import xxhash from 'xxhash-wasm'
import { fields, tags, text } from '@blotter/processors'
import { slotOf } from './view.ts'
import type { AuditRecord, CanonicalView, FieldName, MapView } from '@blotter/processors'
import type { Link, LinkKind } from './store.ts'

const hasher = await xxhash()

const linkFields: readonly (readonly [LinkKind, FieldName])[] = [
  ['request_id', 'requestId'], ['session_id', 'sessionId'], ['delivery_id', 'deliveryId'], ['idempotency_key', 'idempotencyKey'],
  ['actor', 'actorId'], ['target', 'targetId'], ['fingerprint', 'fingerprint'], ['record_id', 'recordId'],
]

export function linksOf(record: AuditRecord): Link[] {
  const links: Link[] = record.traceId === '' ? [] : [{ kind: 'trace_id', id: record.traceId }]
  for (const [kind, field] of linkFields) {
    const id = text(record.attributes, fields[field].key)
    if (id !== '') links.push({ kind, id })
  }
  return links
}

/** xxh64 of `kind:id`: what ClickHouse's xxHash64 gives for the same text. */
export function linkHash({ kind, id }: Link): bigint {
  return hasher.h64(`${kind}:${id}`)
}

const slots = linkFields.map(([kind, field]) => ({ kind, slot: slotOf(field), prefix: Buffer.from(`${kind}:`) }))
const room = Buffer.alloc(512)

/** The hashes of the links that {@link linksOf} gives for the same record, in its order. */
export function eachLinkHash(view: CanonicalView, told: (hash: bigint) => void): void {
  const traceId = view.textOf('traceId')
  if (traceId !== '') told(linkHash({ kind: 'trace_id', id: traceId }))
  const { attributes } = view
  for (const { kind, slot, prefix } of slots) {
    const n = attributes.found[slot]!
    if (n === -1) continue
    const bytes = attributes.tag[n] === tags.string && !attributes.escaped[n]! ? attributes.to[n]! - attributes.from[n]! - 2 : -1
    if (bytes > 0 && bytes <= room.length - prefix.length) told(hashInPlace(attributes, n, prefix))
    else {
      const id = attributes.textOf(n)
      if (id !== '') told(linkHash({ kind, id }))
    }
  }
}

function hashInPlace(map: MapView, n: number, prefix: Buffer): bigint {
  room.set(prefix)
  const end = prefix.length + map.text.copy(room, prefix.length, map.from[n]! + 1, map.to[n]! - 1)
  return hasher.h64Raw(room.subarray(0, end))
}

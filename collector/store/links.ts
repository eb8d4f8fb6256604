// The identifiers of a record, and the hash by which each is found. The hash is for speed, not for proof: whoever looks
// something up by it compares the identifier itself as well.

import xxhash from 'xxhash-wasm'
import { fields, text } from '@blotter/processors'
import type { AuditRecord, FieldName } from '@blotter/processors'
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

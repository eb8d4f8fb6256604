// Request bodies that can be sent again and again with new record ids: everything is encoded ahead, and only the 36
// characters of each id are written anew, which costs the load generator next to nothing.

import { randomBytes } from 'node:crypto'
import { withValues } from '@blotter/processors'
import type { AuditRecord } from '@blotter/processors'
import { bodyOf, recordOf } from './encode.ts'
import type { BodyEncoding } from './encode.ts'
import { events } from './events.ts'

export interface Body {
  readonly bytes: Buffer
  /** Gives every record an id that nobody has used. Not while the body is being sent. */
  renew(): void
}

export interface BodiesOptions {
  readonly encoding: BodyEncoding
  /** Records in each body. */
  readonly batch: number
  readonly count: number
  readonly seed: number
}

const idBytes = 36
const mark = (index: number): string => `mark-${String(index).padStart(idBytes - 5, '0')}`

/** Ids of two processes differ in the first eight digits, those of one process in the last twelve. */
const own = randomBytes(4).toString('hex')
let given = 0
const freshId = (): string => `${own}-0000-4000-8000-${(given += 1).toString(16).padStart(12, '0')}`

/** All records of a body come from one service, as they do when an SDK or an agent sends them. */
export function createBodies({ encoding, batch, count, seed }: BodiesOptions): Body[] {
  const source = events({ seed, startMs: Date.now() - 60_000, gapMs: 20 })
  return Array.from({ length: count }, () => {
    const records: AuditRecord[] = []
    while (records.length < batch) {
      const record = recordOf(source.next().value)
      records.push({ ...record, resource: records[0]?.resource ?? record.resource, attributes: withValues(record.attributes, { 'audit.record.id': mark(records.length) }) })
    }
    return createBody(bodyOf(records, encoding), batch)
  })
}

function createBody(bytes: Buffer, batch: number): Body {
  const offsets = Array.from({ length: batch }, (_, i) => bytes.indexOf(mark(i)))
  if (offsets.includes(-1)) throw new Error('BUG: a body without the mark of one of its ids')
  return { bytes, renew() { for (const offset of offsets) bytes.write(freshId(), offset, idBytes, 'latin1') } }
}

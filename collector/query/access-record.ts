// Who looked: reads that showed something personal, and exports, are records of the workspace themselves. They say by
// which kinds of things was asked, never by which values: the record of a question must not answer it. The first of its
// kind in a minute is written at once, the others of that minute as one: a dashboard that asks every five seconds is two
// records a minute, not twelve.

import { randomUUID } from 'node:crypto'
import { fields } from '@blotter/processors'
import type { Value } from '@blotter/processors'
import type { Reader } from './access.ts'

export type ReadEvent = 'blotter.records.read' | 'blotter.records.exported'

export interface ReadDetails {
  /** Through which door: `timeline`, `loki`, … */
  readonly through: string
  /** Names of what was asked by, such as `actor` or `service_name`. */
  readonly kinds: readonly string[]
  readonly records: number
  /** Of an export. */
  readonly format?: string
}

/**
 * Resolves when the record of the read is durable, or will be written with others of its minute. An export that cannot be
 * recorded throws, and is not given; a read that cannot be is recorded later: during an outage people must see.
 */
export type RecordRead = (event: ReadEvent, reader: Reader, details: ReadDetails) => Promise<void>

export interface ReadAudit {
  readonly recordRead: RecordRead
  /** Writes what was gathered in minutes that are over; `all`: the current one as well. To be called regularly. */
  flush(all?: boolean): Promise<void>
}

export interface ReadAuditParts {
  readonly emit: (event: string, attributes: { readonly [key: string]: Value }, reader: Reader) => Promise<void>
  readonly nowMs?: () => number
}

interface Read { readonly event: ReadEvent; readonly reader: Reader; readonly details: ReadDetails }

/** The reads of a minute after the first, and the record of the first. */
interface Gathered extends Read { readonly minute: number; readonly first: Promise<void>; reads: number; records: number }

/** Kinds of reads in a minute; beyond it each read is written by itself. */
const mostGathered = 10_000

export function createReadAudit({ emit, nowMs = Date.now }: ReadAuditParts): ReadAudit {
  const gathered = new Map<string, Gathered>()
  const write = ({ event, reader, details }: Read, reads: number, records: number): Promise<void> => emit(event, attributesOf(reader, details, reads, records), reader)

  /** Noted at once: who comes during the write is one of the others, and waits for it too. */
  async function writeFirst(key: string, read: Read, minute: number): Promise<void> {
    const entry: Gathered = { ...read, minute, first: write(read, 1, read.details.records), reads: 0, records: 0 }
    if (gathered.size < mostGathered) gathered.set(key, entry)
    try {
      await entry.first
    } catch (error) {
      if (read.event === 'blotter.records.exported') {
        gathered.delete(key)
        throw error
      }
      count(entry, read.details)
      gathered.set(key, entry)
    }
  }

  return {
    async recordRead(event, reader, details) {
      const minute = Math.floor(nowMs() / 60_000)
      const key = [event, reader.workspace, reader.environment, reader.keyId, details.through, details.format ?? '', [...details.kinds].sort().join(','), minute].join('\n')
      const known = gathered.get(key)
      if (known === undefined) return writeFirst(key, { event, reader, details }, minute)
      if (event === 'blotter.records.exported') await known.first
      count(known, details)
    },
    async flush(all = false) {
      const minute = Math.floor(nowMs() / 60_000)
      for (const [key, entry] of [...gathered].filter(([, one]) => all || one.minute < minute)) {
        gathered.delete(key)
        if (entry.reads > 0) await write(entry, entry.reads, entry.records).catch((error: unknown) => { gathered.set(key, entry); throw error })
      }
    },
  }
}

function count(entry: Gathered, { records }: ReadDetails): void {
  entry.reads += 1
  entry.records += records
}

function attributesOf({ keyId }: Reader, { through, kinds, format }: ReadDetails, reads: number, records: number): { readonly [key: string]: Value } {
  return {
    [fields.recordId.key]: randomUUID(),
    [fields.actorId.key]: `key:${keyId}`,
    [fields.actorType.key]: 'service',
    [fields.action.key]: format === undefined ? 'READ' : 'EXPORT',
    [fields.targetId.key]: through,
    [fields.targetType.key]: 'records',
    [fields.outcome.key]: 'success',
    [fields.integration.key]: 'blotter',
    'blotter.read.kinds': [...kinds].sort(),
    'blotter.read.count': BigInt(reads),
    'blotter.read.records': BigInt(records),
    ...(format === undefined ? {} : { 'blotter.export.format': format }),
  }
}

// The records of one workspace as they become durable: a tail shows what was acknowledged, whenever it happened, and does
// not wait for the store to take it in.

import { setTimeout as sleep } from 'node:timers/promises'
import { fields, parseRecord, text } from '@blotter/processors'
import { endOf, recordsFrom } from '../../entries.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Scope } from '../../store/store.ts'

/** As much of the journal as a reader needs. */
export interface Followed {
  readonly whenBeyond: (index: number) => Promise<void>
  readonly reader: (fromIndex: number) => { next(maxBytes: number): Promise<Parameters<typeof recordsFrom>[0]>; close(): Promise<void> }
}

export interface FollowOptions {
  readonly journal: Followed
  readonly scope: Scope
  readonly fromIndex: number
  /** Ends it. */
  readonly signal: AbortSignal
}

/** Read at a time, at most. */
const readBytes = 1024 * 1024
/** When what is durable cannot be read yet. */
const pauseMs = 50

export async function* followRecords({ journal, scope, fromIndex, signal }: FollowOptions): AsyncGenerator<readonly AuditRecord[]> {
  const reader = journal.reader(fromIndex)
  const ended = new Promise<void>((resolve) => { signal.addEventListener('abort', () => { resolve() }, { once: true }) })
  try {
    for (let next = fromIndex; !signal.aborted;) {
      await Promise.race([journal.whenBeyond(next), ended])
      if (signal.aborted) return
      const frames = await reader.next(readBytes)
      if (frames.length === 0) { await sleep(pauseMs); continue }
      next = endOf(frames)
      const records = (await recordsFrom(frames, fromIndex, ({ entry }) => recordIn(scope, entry.text))).filter((record) => record !== undefined)
      if (records.length > 0) yield records
    }
  } finally {
    await reader.close()
  }
}

/** The record, when it is one of theirs. Most others are told by their text, before it is parsed. */
function recordIn({ workspace, environment }: Scope, canonical: string): AuditRecord | undefined {
  if (!canonical.includes(JSON.stringify(workspace))) return undefined
  const record = parseRecord(canonical)
  const isTheirs = text(record.attributes, fields.workspace.key) === workspace && text(record.attributes, fields.environment.key) === environment
  return isTheirs ? record : undefined
}

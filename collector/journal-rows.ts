// All rows of a stopped collector: those in the store, then those that are sealed but only in the journal yet. For the
// latter the columns are derived on the spot, so that only their text is compared: there is nothing else of them.

import { join } from 'node:path'
import { parseRecord } from '@blotter/processors'
import { listSegments, recoverSegment } from './journal/segment.ts'
import { base64, columns } from './store/columns.ts'
import type { Frame } from './journal/frame.ts'
import type { Store, StoredRow } from './store/store.ts'

/** What the journal of a stopped collector still holds, by leaf index. */
export async function readJournal(directory: string, origin: string): Promise<Map<number, StoredRow>> {
  const waiting = new Map<number, StoredRow>()
  for (const segment of await listSegments(join(directory, 'journal'))) {
    await recoverSegment(segment, (frame) => { for (const row of rowsOf(frame, origin)) waiting.set(row.leafIndex, row) })
  }
  return waiting
}

export async function* storedThenJournaled(waiting: ReadonlyMap<number, StoredRow>, origin: string, store: Store): AsyncGenerator<StoredRow> {
  let last = -1
  for await (const row of store.rows(origin, 0, Number.MAX_SAFE_INTEGER)) {
    last = row.leafIndex
    yield row
  }
  for (const [index, row] of waiting) if (index > last) yield row
}

function rowsOf({ firstIndex, storedAtNano, entries }: Frame, origin: string): StoredRow[] {
  return entries.flatMap(({ kind, text, salt, leafHash, scope, receivedDigest }, i) => {
    if (kind !== 'record') return []
    const [retentionClass = '', period = ''] = scope.split(' ')
    const stored = { origin, leafIndex: firstIndex + i, leafHash, salt, receivedDigest, storedAtNano, retentionClass, period, canonical: text }
    const record = parseRecord(text)
    return [{ leafIndex: firstIndex + i, leafHash: base64(leafHash), salt: base64(salt), canonical: text, columns: Object.fromEntries(columns.map(({ name, of }) => [name, of(record, stored)])) }]
  })
}

// The contract of the spool without a disk: what waits here is lost with the process. Its size is the caller's to limit.

import { AuditError } from '../errors.ts'
import type { BatchLimits, Spool, SpoolBatch, SpoolEntry } from '../spool/spool.ts'

/** `resource`: OTLP JSON of the resource that all entries share. */
export function createMemorySpool(resource: string): Spool {
  let entries: SpoolEntry[] = []
  let bytes = 0
  let refusedRecords = 0
  let closed = false

  function appendSync(more: readonly SpoolEntry[]): void {
    if (closed) throw new AuditError('CLOSED')
    for (const entry of more) {
      entries.push(entry)
      bytes += entry.text.length
    }
  }

  function next({ maxRecords, maxBytes }: BatchLimits): SpoolBatch | undefined {
    let size = 0
    let count = 0
    while (count < Math.min(maxRecords, entries.length)) {
      size += Buffer.byteLength(entries[count]!.text)
      if (size > maxBytes && count > 0) break
      count += 1
    }
    return count === 0 ? undefined : { resource, entries: entries.slice(0, count) }
  }

  return {
    append: async (more) => { appendSync(more) },
    appendSync,
    next: async (limits) => next(limits),
    async settle(batch, refused = [], count = batch.entries.length) {
      for (const { text } of batch.entries.slice(0, count)) bytes -= text.length
      refusedRecords += refused.length
      entries = entries.slice(count)
    },
    get status() {
      return { records: entries.length, bytes, maxBytes: Number.POSITIVE_INFINITY, refusedRecords, droppedRecords: 0, adoptedStreams: 0, damagedRecords: 0, tornBytes: 0, failing: false }
    },
    close: async () => { closed = true },
    closeSync() { closed = true },
  }
}

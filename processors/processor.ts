// The contract of a processor, the shape that redact, fingerprint and retain share.
//
// A processor is pure and synchronous: no clock, no network, no file. It never mutates its record; it returns the same
// object when it has nothing to change. Running it twice gives what running it once gave, because the SDK runs it in
// the process and the collector runs it again. It throws on no record that `excess` admits. What it costs is linear in
// the size of the record: patterns are compiled in its factory, and none of them can backtrack.

import type { AuditRecord } from './record.ts'

export interface Processor {
  /** A verb; the same word as its folder, its key in the configuration and its metric label. */
  readonly name: string
  /** What it may change: `body`, `resource`, `eventName`, `attributes` (any of them), or a single attribute key. */
  readonly writes: readonly string[]
  process(record: AuditRecord): AuditRecord
}

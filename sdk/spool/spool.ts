// The contract of the spool: records that wait on this machine's disk until the collector has them. Types only; it is
// opened by `openSpool` in open.ts.
//
// What `append` resolved for survives kill -9 and a power cut, and is handed out by `next` until it is settled: in the
// order of one writer, at least once. A record may come again after a crash; the collector keeps a record id once.

import type { SpoolFiles } from './files.ts'

export interface SpoolEntry {
  readonly recordId: string
  /** OTLP JSON of one log record, redacted: it is written as it is. */
  readonly text: string
}

export interface SpoolBatch {
  /** OTLP JSON of the resource that all of its entries share. */
  readonly resource: string
  /** In the order of their appends. Never empty. */
  readonly entries: readonly SpoolEntry[]
}

/** An entry that will never be accepted. `code`: of the table of errors. `reason`: the collector's word, never a part of a record. */
export interface Refused {
  /** Place in the batch. */
  readonly index: number
  readonly code: string
  readonly reason?: string | undefined
}

export interface Spool {
  /**
   * Appends in order and resolves when it is durable; all that wait share one sync. Rejects with SPOOL_FULL before
   * anything is written, with SPOOL_FAILED when the disk fails (nothing of the call is kept: it is cut off, as far as
   * the disk allows), with TOO_LARGE for an entry above `maxEntryBytes`, with CLOSED after `close`.
   * `next` hands entries out at once, not only when they are durable: the collector's disk is as good as ours. A batch
   * that holds an entry whose append then fails stays as it is, and is settled like any other.
   */
  append(entries: readonly SpoolEntry[]): Promise<void>
  /**
   * The same, done when it returns: for the end of a process. Everything that still waits to become durable is written
   * along, so that the promises of earlier calls may be taken as kept. Throws what `append` rejects with. It blocks the
   * thread for as long as the disk takes.
   */
  appendSync(entries: readonly SpoolEntry[]): void
  /**
   * The oldest entries that nobody has settled: what earlier processes left behind first, then our own. Undefined: there
   * are none now. At least one entry, however large; otherwise within both limits. One batch at a time: the next call
   * must come after `settle`. Rejects with SPOOL_FAILED when the disk cannot be read; call again later.
   */
  next(limits: BatchLimits): Promise<SpoolBatch | undefined>
  /**
   * The first `count` entries of the batch are done, by default all of them: those in `refused` are first made durable in
   * the file of refused records, the others were accepted. Entries behind `count` come again with the next batch. Rejects with
   * SPOOL_FAILED when the refused ones could not be written: then nothing is settled, and the batch is still the one to settle.
   */
  settle(batch: SpoolBatch, refused?: readonly Refused[], count?: number): Promise<void>
  /** A new object at each access; cheap. */
  readonly status: SpoolStatus
  /** Waits for pending appends, writes the cursor, and leaves what is not settled to the next process, which takes it at once. May be called twice. */
  close(): Promise<void>
  /** The same without waiting, for the end of a process. What waits to become durable is written as `appendSync` does it. */
  closeSync(): void
}

export interface BatchLimits {
  readonly maxRecords: number
  /** Bytes of the texts, together. */
  readonly maxBytes: number
}

export interface SpoolStatus {
  /** Entries that are not settled: ours and adopted ones. */
  readonly records: number
  /** Of all files in the directory, all processes together: exact for our own, up to two seconds old for those of others. */
  readonly bytes: number
  readonly maxBytes: number
  /** Age of the oldest entry that is not settled, by the wall clock; undefined when there is none or it was not read yet. */
  readonly oldestMs?: number
  /** Entries that this spool wrote to the refused file. */
  readonly refusedRecords: number
  /** Copies of refused entries that had to go, oldest first, because refused files may take a quarter of `maxBytes`. */
  readonly droppedRecords: number
  /** Streams of dead writers that this spool took over. */
  readonly adoptedStreams: number
  /** Entries that were durable and cannot be read any more; what was there lies in `.damaged` files. Where their number cannot be known, at least one. */
  readonly damagedRecords: number
  /** Bytes of unfinished writes, which nobody was promised anything of, found at the ends of files. */
  readonly tornBytes: number
  /** Whether the last write failed. */
  readonly failing: boolean
}

/** What happened that somebody should hear of. No part of a record is in it. */
export type SpoolEvent =
  /** A writer is gone; what it left behind is ours. */
  | { readonly kind: 'adopted'; readonly stream: string; readonly records: number }
  /** Another process took our stream over, because we were suspended. Nothing is lost; we go on in a new one. */
  | { readonly kind: 'superseded'; readonly stream: string }
  /** Bytes that were durable cannot be read. They lie in `file`, when there is one. */
  | { readonly kind: 'damaged'; readonly stream: string; readonly file?: string; readonly bytes: number; readonly records: number }
  | { readonly kind: 'refused-dropped'; readonly records: number }
  /** The disk failed, with this code of the system. Told once until it works again. */
  | { readonly kind: 'failed'; readonly code: string }
  | { readonly kind: 'recovered' }

export interface SpoolOptions {
  /**
   * Made when it is not there, with mode 0700. Must belong to this user, be no symbolic link, and be writable by nobody
   * else. Several processes and threads may share it. Must be on a file system of this machine: on a network file
   * system, synced may not mean durable.
   */
  readonly directory: string
  /** OTLP JSON of the resource of everything that is appended. No secrets: it is written as it is. */
  readonly resource: string
  /** Bytes that the whole directory may take, all processes together. Default 268 435 456. Above it, `append` rejects with SPOOL_FULL. Give all processes the same. */
  readonly maxBytes?: number
  /** Bytes from which on a segment is followed by a new one; space is freed in units of it. Default 8 388 608, at most an eighth of `maxBytes`. */
  readonly segmentBytes?: number
  /** Bytes of recent entries that are kept in memory, to spare reading them back. Default 4 194 304. */
  readonly memoryBytes?: number
  /** Milliseconds between two signs of life. Default 2 000. */
  readonly heartbeatMs?: number
  /** Milliseconds without a sign of life after which a writer counts as dead that was not seen to end. Default 15 000. Too short, and a busy process is taken for a dead one: then records may be sent twice, none is lost. */
  readonly staleMs?: number
  /** Default: nobody is told. Must not throw. */
  readonly onEvent?: (event: SpoolEvent) => void
  /** For tests. */
  readonly files?: SpoolFiles
}

/** An entry above it is refused with TOO_LARGE: no collector takes one so large. */
export const maxEntryBytes: number = 16 * 1024 * 1024

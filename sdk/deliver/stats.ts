// What became of the records of one audit, in numbers: `status()` and the metrics read them. Counted in the caller's
// thread, from what the courier reports.

/** Counters from the start of the audit. `emitted` = accepted + refused + dropped + pending + what waits in the spool. */
export interface Counts {
  /** Records that were taken on. */
  emitted: number
  /** Written to this machine's disk. Records that earlier processes left there count in `spoolRecords` only. */
  spooled: number
  /** The collector has them. Also those that earlier processes left in the spool. */
  accepted: number
  /** The collector will never take them. */
  refused: number
  /** Lost, and told: in the gap record `blotter.records.dropped`. */
  dropped: number
  /** In memory only: neither on the disk nor at the collector. */
  pending: number
  /** In the spool, not yet at the collector. */
  spoolRecords: number
  /** Bytes of the spool's directory. */
  spoolBytes: number
}

export type ExportOutcome = 'success' | 'retry' | 'refused'

export interface Stats {
  readonly counts: Readonly<Counts>
  /** Told of each request to the collector. Returns what ends it. */
  onExport(listener: (durationMs: number, outcome: ExportOutcome) => void): () => void
}

export interface WritableStats extends Stats {
  readonly counts: Counts
  exported(durationMs: number, outcome: ExportOutcome): void
}

export function createStats(): WritableStats {
  const listeners = new Set<(durationMs: number, outcome: ExportOutcome) => void>()
  return {
    counts: { emitted: 0, spooled: 0, accepted: 0, refused: 0, dropped: 0, pending: 0, spoolRecords: 0, spoolBytes: 0 },
    onExport(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    exported(durationMs, outcome) {
      for (const listener of listeners) listener(durationMs, outcome)
    },
  }
}

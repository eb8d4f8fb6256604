// What can be wrong with the journal, in few fixed words: for the log, for a metric label and for /readyz. The word comes
// from an error's code, never from its text.

import { basename } from 'node:path'

/** `moved`: a file of ours is gone, was replaced or changed by someone else. `stalled`: the disk does not answer. */
export type JournalProblem = 'no_space' | 'io_error' | 'read_only' | 'moved' | 'stalled' | 'other'

export const journalProblems: readonly JournalProblem[] = ['no_space', 'io_error', 'read_only', 'moved', 'stalled', 'other']

const byCode: Readonly<Record<string, JournalProblem>> = {
  ENOSPC: 'no_space', EDQUOT: 'no_space', EIO: 'io_error', EROFS: 'read_only', ENOENT: 'moved', ESTALE: 'moved', SEGMENT_MOVED: 'moved', STALLED: 'stalled',
}

export function problemOf(error: unknown): JournalProblem {
  return byCode[String((error as { code?: unknown }).code)] ?? 'other'
}

/** The file that we write to is not the one that its name leads to, or not as long as we left it. */
export class SegmentMoved extends Error {
  override readonly name = 'SegmentMoved'
  readonly code = 'SEGMENT_MOVED'
  constructor(path: string) {
    super(`journal segment ${path} was deleted, replaced or changed by someone else: put it back, or restart`)
  }
}

/** A write has not ended within the time that senders are made to wait. */
export class Stalled extends Error {
  override readonly name = 'Stalled'
  readonly code = 'STALLED'
  constructor() {
    super('the disk of the journal does not answer')
  }
}

/** A part of the journal that cannot be read as it was written. */
export interface Damage {
  /** Path of the segment; of the one that should be there when there is none. */
  readonly segment: string
  readonly offset: number
  /** What is no frame. 0: nothing is there. */
  readonly bytes: number
  /** The entries that were there: from `firstIndex` up to, not including, `endIndex`. Equal when none was. */
  readonly firstIndex: number
  readonly endIndex: number
}

/** Entries that were acknowledged can no longer be read. Nothing is skipped: a person must decide. */
export class DamagedJournal extends Error {
  override readonly name = 'DamagedJournal'
  /** Where, for the log: `<segment>@<byte>`. */
  readonly code: string
  readonly damage: readonly Damage[]
  constructor(damage: readonly Damage[]) {
    super(`the journal is damaged: ${damage.map(describeDamage).join('; ')}. Restore it from a copy, or run \`blotter journal quarantine --data DIR\`: it takes from the store what is there, and gives up the rest`)
    this.damage = damage
    const [first] = damage
    this.code = first === undefined ? 'nowhere' : `${basename(first.segment)}@${first.offset}`
  }
}

export function describeDamage({ segment, offset, bytes, firstIndex, endIndex }: Damage): string {
  const entries = endIndex === firstIndex ? 'no entry' : `entries ${firstIndex} to ${endIndex - 1}`
  return `${basename(segment)} at byte ${offset}: ${bytes === 0 ? 'nothing is there' : `${bytes} bytes cannot be read`}, ${entries}`
}

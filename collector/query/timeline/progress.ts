// Up to when the story can be whole: a record that was acknowledged is in the store when the store step is past its place
// in the journal. Places are remembered with the time at which they were the end.

import type { Snapshot } from '../../store/store.ts'

export interface ProgressParts {
  /** The log of this collector: its leaf indices are places in its journal. */
  readonly origin: string
  /** One past the last acknowledged entry. */
  readonly durableIndex: () => number
  /** Index of the first entry that is not in the store. */
  readonly storedIndex: () => number
  readonly nowNano: () => bigint
}

export interface Progress {
  /** Notes where the journal ends now. To be called regularly. */
  mark(): void
  /** What is in the store now. */
  snapshot(): Snapshot
  /** Everything acknowledged before this is in the store. */
  drainedUpToNano(): bigint
}

const mostMarks = 2000

export function createProgress({ origin, durableIndex, storedIndex, nowNano }: ProgressParts): Progress {
  const marks: { readonly index: number; readonly nano: bigint }[] = [{ index: 0, nano: 0n }]

  return {
    mark() {
      const stored = storedIndex()
      while (marks.length > 1 && (marks[1]!.index <= stored || marks.length >= mostMarks)) marks.shift() // the first is as far as we are
      const index = durableIndex()
      if (index > marks.at(-1)!.index || stored >= index) marks.push({ index, nano: nowNano() })
    },
    snapshot: () => ({ origin, leafIndex: storedIndex(), storedAtNano: nowNano() }),
    drainedUpToNano() {
      const stored = storedIndex()
      if (stored >= durableIndex()) return nowNano()
      return marks.findLast(({ index }) => index <= stored)?.nano ?? 0n
    },
  }
}

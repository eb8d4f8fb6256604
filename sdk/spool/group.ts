// The entries of one append, from the call until they are settled; and the recent groups, which are handed out from
// memory, so that in good times nothing is ever read back.

import type { SpoolEntry } from './spool.ts'

export interface Group {
  readonly entries: SpoolEntry[]
  /** Sequence number of the first entry; the others follow. */
  readonly first: number
  readonly atMs: number
  /** Of its frames. */
  readonly bytes: number
  state: 'waiting' | 'durable' | 'failed'
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function endOf({ first, entries }: Group): number {
  return first + entries.length
}

export interface Recent {
  push(group: Group): void
  /** Its append has failed: what nobody was given of it goes, from sequence number `next` on. */
  fail(group: Group, next: number): void
  /** Forgets what is settled, and beyond the limit of memory what is on disk. */
  trim(settled: number): void
  /** The groups with the entries from `sequence` on, as many as a batch may need. */
  from(sequence: number): readonly Group[]
  /** How many entries from `sequence` on are here. */
  countFrom(sequence: number): number
  /** Those that are durable, from `sequence` on, as far as they are here. */
  durableFrom(sequence: number): SpoolEntry[]
  /** The first sequence number from which on all that there is is here. */
  readonly start: number | undefined
}

export function createRecent(memoryBytes: number): Recent {
  let groups: Group[] = []
  let head = 0
  let bytes = 0

  function shift(): void {
    bytes -= groups[head]!.bytes
    groups[head] = undefined as unknown as Group // so that it can be collected
    head += 1
    if (head < 256 || head * 2 < groups.length) return
    groups = groups.slice(head)
    head = 0
  }

  return {
    push(group) {
      groups.push(group)
      bytes += group.bytes
    },
    fail(group, next) {
      group.state = 'failed'
      group.entries.length = Math.min(Math.max(0, next - group.first), group.entries.length)
      if (group.entries.length > 0) return
      groups.splice(groups.indexOf(group, head), 1)
      bytes -= group.bytes
    },
    trim(settled) {
      while (head < groups.length) {
        const first = groups[head]!
        const isOnDisk = first.state === 'durable' && bytes > memoryBytes
        if (!isOnDisk && (first.state === 'waiting' || endOf(first) > settled)) break
        shift()
      }
    },
    from(sequence) {
      let low = head
      for (let high = groups.length; low < high;) {
        const middle = (low + high) >>> 1
        if (endOf(groups[middle]!) <= sequence) low = middle + 1
        else high = middle
      }
      return groups.slice(low, low + 2_000) // a batch has no more
    },
    countFrom: (sequence) => groups.slice(head).reduce((sum, { first, entries }) => (first >= sequence ? sum + entries.length : sum), 0),
    durableFrom(sequence) {
      return groups.slice(head).flatMap(({ state, entries, first }) => (state === 'durable' ? entries.slice(Math.max(0, sequence - first)) : []))
    },
    get start() { return groups[head]?.first },
  }
}

// What is handed out at once, and what must be remembered of it until it is settled.

import { entryOf } from './frame.ts'
import { endOf } from './group.ts'
import type { Group } from './group.ts'
import type { Visit } from './reader.ts'
import type { BatchLimits, SpoolBatch, SpoolEntry } from './spool.ts'

export interface Batching {
  /** Takes frames as a reader finds them, until a limit is reached. */
  readonly visit: Visit
  /** The same from memory. */
  take(groups: readonly Group[], sequence: number): void
  readonly entries: SpoolEntry[]
  /** Of each entry. They have gaps where appends failed. */
  readonly sequences: number[]
  /** When the first one was appended. */
  readonly atMs: number | undefined
}

export function createBatching({ maxRecords, maxBytes }: BatchLimits): Batching {
  const entries: SpoolEntry[] = []
  const sequences: number[] = []
  let bytes = 0
  let firstAtMs: number | undefined

  function fits(more: number): boolean {
    return entries.length === 0 || (entries.length < maxRecords && bytes + more <= maxBytes)
  }

  function add(entry: SpoolEntry, sequence: number, more: number, atMs: number): void {
    entries.push(entry)
    sequences.push(sequence)
    bytes += more
    firstAtMs ??= atMs
  }

  return {
    entries,
    sequences,
    get atMs() { return firstAtMs },
    visit(image, at, frame) {
      const more = frame.end - frame.textAt
      if (!fits(more)) return false
      add(entryOf(image, at, frame), frame.sequence, more, frame.atMs)
      return true
    },
    take(groups, sequence) {
      for (const group of groups) {
        for (let next = Math.max(sequence, group.first); next < endOf(group); next += 1) {
          const entry = group.entries[next - group.first]!
          const more = Buffer.byteLength(entry.text)
          if (!fits(more)) return
          add(entry, next, more, group.atMs)
        }
      }
    },
  }
}

/** A batch that waits to be settled. */
export interface Outstanding<From> {
  readonly batch: SpoolBatch
  readonly from: From
  readonly sequences: readonly number[]
}

/** The sequence number behind the first `count` entries. */
export function endAfter(sequences: readonly number[], count: number): number {
  return count === 0 ? sequences[0]! : sequences[count - 1]! + 1
}

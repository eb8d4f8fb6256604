// Entries for the journal: what they say does not matter to it, that they come back does.

import fc from 'fast-check'
import { createHash } from 'node:crypto'
import type { Frame, JournalEntry } from '../../collector/journal/frame.ts'
import type { Journal } from '../../collector/journal/journal.ts'

/** An entry that can be told from others by its text. */
export function entry(text: string): JournalEntry {
  const digest = createHash('sha256').update(text).digest()
  return { kind: 'record', receivedDigest: digest.subarray(0, 16), salt: digest, leafHash: Buffer.from(digest).reverse(), scope: 'operations 2026-11-24', text }
}

export const entries = (...texts: string[]): JournalEntry[] => texts.map(entry)

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })

export const anyEntry: fc.Arbitrary<JournalEntry> = fc.record({
  kind: fc.constantFrom('record', 'tombstone'),
  receivedDigest: bytes(16), salt: bytes(32), leafHash: bytes(32),
  scope: fc.constantFrom('', 'operations 2026-11-24', 'security 2026-11'),
  text: fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.toWellFormed()),
})

export const anyFrame: fc.Arbitrary<Frame> = fc.record({
  firstIndex: fc.nat({ max: Number.MAX_SAFE_INTEGER - 100 }),
  storedAtNano: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  entries: fc.array(anyEntry, { minLength: 1, maxLength: 6 }),
})

/** Everything that the journal holds from `fromIndex` on, as `<index> <text>`. */
export async function textsOf(journal: Journal, fromIndex = 0): Promise<string[]> {
  const reader = journal.reader(fromIndex)
  try {
    return (await reader.next(Number.MAX_SAFE_INTEGER)).flatMap(labels)
  } finally {
    await reader.close()
  }
}

export function labels({ firstIndex, entries: members }: Frame): string[] {
  return members.map(({ text }, i) => `${firstIndex + i} ${text}`)
}

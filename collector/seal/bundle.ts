// Entry bundles of c2sp.org/tlog-tiles: up to 256 entries, each behind its length as two bytes, big-endian.

import { SealError } from './errors.ts'
import { MAX_ENTRY_BYTES } from './tree.ts'

export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new Error(`BUG: entry too large; got ${entry.length}; want <= ${MAX_ENTRY_BYTES}`)
    at = bytes.writeUInt16BE(entry.length, at)
    bytes.set(entry, at)
    at += entry.length
  }
  return bytes
}

/** The entries of a bundle, as views of its bytes. */
export function parseBundle(bytes: Uint8Array): Uint8Array[] {
  const entries: Uint8Array[] = []
  let at = 0
  while (at < bytes.length) {
    const [high, low] = [bytes[at], bytes[at + 1]]
    if (high === undefined || low === undefined) throw cutOff(entries.length)
    const end = at + 2 + high * 256 + low
    if (end > bytes.length) throw cutOff(entries.length)
    entries.push(bytes.subarray(at + 2, end))
    at = end
  }
  return entries
}

function cutOff(entry: number): SealError {
  return new SealError('entries_malformed', `the bundle ends inside its entry ${entry}`)
}

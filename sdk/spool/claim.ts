// Taking over the streams of dead writers. A lease is renamed from the dead writer's name to ours: of several who try,
// one succeeds. A writer that was only suspended looks for its lease after each sync, before it says that anything is
// durable: what it wrote after we took over it writes again, to a new stream, and what it wrote before we see.

import { join } from 'node:path'
import { codeOf } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { cursorPath, leasePath, sortNames, writerPath } from './names.ts'
import type { Listing } from './names.ts'
import type { Judge, Verdict } from './presence.ts'

export interface ClaimOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly writer: string
  readonly judge: Judge
}

/** Names of the streams that are ours from now on. */
export async function claimStreams({ files, directory, writer, judge }: ClaimOptions): Promise<string[]> {
  const listing = sortNames(await files.list(directory))
  const verdicts = new Map<string, Verdict>()
  for (const other of new Set([...listing.writers, ...[...listing.leases.values()].flat()])) {
    verdicts.set(other, other === writer ? 'alive' : await judge(other))
  }
  const claimed: string[] = []
  for (const [stream, holders] of listing.leases) {
    if (!holders.every((holder) => verdicts.get(holder) !== 'alive')) continue
    const taken = await Promise.all(holders.map((holder) => take(files, leasePath(directory, stream, holder), leasePath(directory, stream, writer))))
    if (taken.includes(true)) claimed.push(stream)
  }
  for (const stream of listing.segments.keys()) {
    if (!listing.leases.has(stream) && await claimOrphan(files, directory, stream, writer)) claimed.push(stream)
  }
  await tidy(files, directory, listing, verdicts)
  return claimed
}

/** False: somebody else was faster, or its writer has ended it. */
async function take(files: SpoolFiles, from: string, to: string): Promise<boolean> {
  try {
    await files.rename(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

/**
 * Segments whose lease was removed. A listing is no snapshot: it may have missed the lease of a writer that lives. So we
 * look again with our own lease in place, and step back when there is another one.
 */
async function claimOrphan(files: SpoolFiles, directory: string, stream: string, writer: string): Promise<boolean> {
  const own = leasePath(directory, stream, writer)
  const file = await files.create(own).catch((error: unknown) => { if (codeOf(error) === 'EEXIST') return undefined; throw error })
  if (file === undefined) return false // it is ours already
  await files.close(file)
  const listing = sortNames(await files.list(directory))
  if (listing.leases.get(stream)?.length === 1 && listing.segments.has(stream)) return true
  await files.unlink(own)
  return false
}

/** Cursors of nothing, and writers that were seen to end. What others may still be about to use stays. */
async function tidy(files: SpoolFiles, directory: string, listing: Listing, verdicts: ReadonlyMap<string, Verdict>): Promise<void> {
  for (const stream of listing.cursors) {
    if (!listing.segments.has(stream) && !listing.leases.has(stream)) await files.unlink(cursorPath(directory, stream))
  }
  for (const other of listing.writers) {
    if (verdicts.get(other) === 'gone' || (verdicts.get(other) === 'stale' && await isLitter(files, writerPath(directory, other)))) await files.unlink(writerPath(directory, other))
  }
  for (const name of listing.temporary) if (await isLitter(files, join(directory, name))) await files.unlink(join(directory, name))
}

/** By the wall clock: a wrong one makes us keep small files for longer, or a suspended writer write its file again. */
async function isLitter(files: SpoolFiles, path: string): Promise<boolean> {
  const facts = await files.stat(path)
  return facts !== undefined && Date.now() - facts.mtimeMs > litterMs
}

const litterMs = 24 * 60 * 60 * 1000

// What several tests of the spool need.

import { readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openSpool } from './open.ts'
import type { Spool, SpoolEntry, SpoolOptions } from './spool.ts'

export const limits = { maxRecords: 100, maxBytes: 1_000_000 }

export async function spoolIn(directory: string, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const spool = await openSpool({ directory, resource: '{"attributes":[]}', ...options })
  onTestFinished(() => spool.close())
  return spool
}

export function entries(...ids: string[]): SpoolEntry[] {
  return ids.map((recordId) => ({ recordId, text: textOf(recordId) }))
}

export function textOf(recordId: string): string {
  return JSON.stringify({ recordId, text: 'Grüße' })
}

/** Everything that there is, settled. Asserts that each text is the one that was appended. */
export async function drain(spool: Spool): Promise<string[]> {
  const ids: string[] = []
  for (let batch = await spool.next(limits); batch !== undefined; batch = await spool.next(limits)) {
    for (const { recordId, text } of batch.entries) if (text !== textOf(recordId)) throw new Error(`BUG: the text of ${recordId} is another`)
    ids.push(...batch.entries.map(({ recordId }) => recordId))
    await spool.settle(batch)
  }
  return ids
}

export async function namesOf(directory: string, ending: string): Promise<string[]> {
  return (await readdir(directory)).filter((name) => name.endsWith(ending)).sort()
}

/** To others, all writers that are in the directory now have ended. */
export async function forgetWriters(directory: string): Promise<void> {
  for (const name of await namesOf(directory, '.writer')) await unlink(join(directory, name))
}

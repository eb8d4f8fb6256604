// When each key was last used, to the hour: enough to find keys that nobody needs. It stands in a file of its own, which
// is worth nothing to whoever changes it, so that the file of keys is written for decisions only. A crash loses an hour.

import { readFile } from 'node:fs/promises'
import { writeDurable } from '../durable.ts'

export interface Usage {
  note(keyId: string, nowMs: number): void
  /** RFC 3339, the beginning of an hour. */
  lastUsedAt(keyId: string): string | undefined
  /** Writes what is new, and forgets keys that are not `known`. */
  write(known: ReadonlySet<string>): Promise<void>
}

const hourMs = 3_600_000

export function usageFileOf(keyFile: string): string {
  return `${keyFile.replace(/\.json$/, '')}-usage.json`
}

export async function openUsage(path: string): Promise<Usage> {
  const hours = new Map(Object.entries(await readUsage(path)))
  let isNew = false
  return {
    note(keyId, nowMs) {
      const hour = Math.floor(nowMs / hourMs)
      if (hour <= (hours.get(keyId) ?? 0)) return
      hours.set(keyId, hour)
      isNew = true
    },
    lastUsedAt: (keyId) => timeOf(hours.get(keyId)),
    async write(known) {
      if (!isNew) return
      isNew = false
      try {
        await writeDurable(path, `${JSON.stringify(Object.fromEntries([...hours].filter(([keyId]) => known.has(keyId))))}\n`)
      } catch (error) {
        isNew = true
        throw error
      }
    },
  }
}

/** The same for a look from outside, such as `blotter keys list`. */
export async function readLastUsed(path: string): Promise<(keyId: string) => string | undefined> {
  const hours = await readUsage(path)
  return (keyId) => (Object.hasOwn(hours, keyId) ? timeOf(hours[keyId]) : undefined)
}

/** Hours since 1970 by key. A file that cannot be understood is none: nothing is decided by it. */
async function readUsage(path: string): Promise<Readonly<Record<string, number>>> {
  try {
    const read = JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>
    return Object.fromEntries(Object.entries(read).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1]) && (entry[1] as number) < 100_000_000))
  } catch {
    return {}
  }
}

function timeOf(hour: number | undefined): string | undefined {
  return hour === undefined ? undefined : new Date(hour * hourMs).toISOString()
}

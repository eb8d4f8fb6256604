// Takes damage out of the journal of a stopped collector. What the store has is put back as it was; what nobody has is
// given up, and the log says so: each lost entry becomes a leaf that names what was lost.

import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fields, parseRecord } from '@blotter/processors'
import { entryBytes } from './entries.ts'
import { openJournal } from './journal/journal.ts'
import { quarantine } from './journal/quarantine.ts'
import { recover } from './journal/recover.ts'
import { lostEntry, lostFrames } from './lost.ts'
import { placesOf } from './open-journal.ts'
import type { Frame, JournalEntry } from './journal/frame.ts'
import type { Damage } from './journal/problem.ts'
import type { Recovered } from './journal/recover.ts'
import type { Store, StoredRow } from './store/store.ts'

export interface Inspected extends Recovered {
  readonly origin: string
  /** Entries under the last checkpoint. */
  readonly sealedSize: number
}

export interface Salvaged {
  readonly damage: readonly Damage[]
  /** Entries that the store had. */
  readonly restored: number
  /** Entries that nobody has any more. */
  readonly lost: number
}

/** Reads and changes nothing. */
export async function inspect(dataDirectory: string): Promise<Inspected> {
  const origin = (await readFile(join(dataDirectory, 'keys', 'origin'), 'utf8')).trim()
  const checkpoint = await readFile(join(dataDirectory, 'log', origin, 'checkpoint'), 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return ''; throw error })
  const sealedSize = Number(checkpoint.split('\n')[1] ?? 0)
  const places = await placesOf(dataDirectory, sealedSize, await destinationsIn(dataDirectory))
  return { ...(await recover({ directory: join(dataDirectory, 'journal'), ...places })), origin, sealedSize }
}

async function destinationsIn(dataDirectory: string): Promise<string[]> {
  const names = await readdir(join(dataDirectory, 'cursors')).catch(() => [])
  return names.flatMap((name) => /^forward-(.+)\.json$/.exec(name)?.[1] ?? [])
}

/** `store`: undefined when it is to be left out. */
export async function salvage(dataDirectory: string, store: Pick<Store, 'rows'> | undefined, nowNano: bigint): Promise<Salvaged> {
  const { damage, origin, sealedSize } = await inspect(dataDirectory)
  const lost: number[] = []
  let restored = 0
  await quarantine(damage, async function* replacement(one) {
    for await (const frame of framesFor(one, origin, store, nowNano)) {
      if (frame.entries[0]!.kind === 'record') restored += frame.entries.length
      else frame.entries.forEach((_, i) => lost.push(frame.firstIndex + i))
      yield frame
    }
  })
  await appendForSealed(dataDirectory, lost.filter((index) => index < sealedSize), nowNano)
  return { damage, restored, lost: lost.length }
}

/** A leaf that is sealed already cannot say any more that its record was lost: a new one does. */
async function appendForSealed(dataDirectory: string, lost: readonly number[], nowNano: bigint): Promise<void> {
  if (lost.length === 0) return
  const { sealedSize } = await inspect(dataDirectory)
  const journal = await openJournal({ directory: join(dataDirectory, 'journal'), ...(await placesOf(dataDirectory, sealedSize, [])) })
  try {
    for (const { firstIndex, endIndex } of rangesOf(lost)) await journal.append([lostEntry(firstIndex, endIndex, nowNano)], nowNano).durable
  } finally {
    await journal.close()
  }
}

function rangesOf(indices: readonly number[]): { firstIndex: number; endIndex: number }[] {
  const ranges: { firstIndex: number; endIndex: number }[] = []
  for (const index of indices) {
    const last = ranges.at(-1)
    if (last?.endIndex === index) last.endIndex += 1
    else ranges.push({ firstIndex: index, endIndex: index + 1 })
  }
  return ranges
}

async function* framesFor({ firstIndex, endIndex }: Damage, origin: string, store: Pick<Store, 'rows'> | undefined, nowNano: bigint): AsyncGenerator<Frame> {
  let next = firstIndex
  for await (const row of store?.rows(origin, firstIndex, endIndex) ?? []) {
    const frame = frameOf(row)
    if (frame === undefined) continue
    yield* lostFrames({ firstIndex: next, endIndex: frame.firstIndex }, nowNano)
    yield frame
    next = frame.firstIndex + 1
  }
  yield* lostFrames({ firstIndex: next, endIndex }, nowNano)
}

/** The entry as it was journaled, or undefined when the row does not give the leaf hash that its receipt has. */
function frameOf({ leafIndex, leafHash, salt, canonical, columns }: StoredRow): Frame | undefined {
  const entry: JournalEntry = {
    kind: 'record', receivedDigest: Buffer.from(String(columns['ReceivedDigest']), 'base64'), salt: Buffer.from(salt, 'base64'), leafHash: Buffer.from(leafHash, 'base64'),
    scope: `${String(columns['RetentionClass'])} ${String(columns['Period'])}`, text: canonical,
  }
  const storedAt = parseRecord(canonical).attributes[fields.storedAt.key]
  return isAsItWas(entry) && typeof storedAt === 'bigint' ? { firstIndex: leafIndex, storedAtNano: storedAt, entries: [entry] } : undefined
}

function isAsItWas(entry: JournalEntry): boolean {
  try {
    entryBytes(entry)
    return entry.receivedDigest.length === 16
  } catch {
    return false
  }
}

// Fills a store with records by its own insert, in blocks, as the collector's store step does.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { constants, createZstdCompress } from 'node:zlib'
import { loadPolicy } from '../../../collector/retain/load.ts'
import { recordOf } from './encode.ts'
import { events } from './events.ts'
import { bar, progress } from './report.ts'
import { createSeal } from './seal.ts'
import type { Store, StoredRecord } from '../../../collector/store/store.ts'

export interface Filled {
  readonly records: number
  readonly insertSeconds: number
  /** The canonical texts, one a line: what a file of records would take. */
  readonly ndjsonBytes: number
  /** The same through zstd, level 3, as one stream. */
  readonly zstdBytes: number
}

/** One insert of the store step takes about as much. */
const blockRecords = 20_000

/** The records lie in the days before this moment, so that a filled store can be used again at any time. */
export const endMs = Date.UTC(2026, 10, 24)
export const days = 30

const noteOf = (directory: string): string => join(directory, 'bench.json')

/** `spanDays`: how far back they reach. */
export async function fill(store: Store, directory: string, records: number, spanDays: number = days): Promise<Filled> {
  const { policy } = await loadPolicy([], false, () => undefined)
  const seal = createSeal({ policy, origin: 'bench' })
  const startMs = endMs - spanDays * 86_400_000
  const source = events({ seed: 11, startMs, gapMs: (endMs - startMs) / (records / 5.02) }) // 5.02 records in a request, health checks included
  const raw = createRaw()
  await store.reconcile('bench', 0)
  let insertSeconds = 0
  for (let done = 0; done < records; done += blockRecords) {
    const block = Array.from({ length: Math.min(blockRecords, records - done) }, (_, i): StoredRecord => {
      const event = source.next().value
      return seal(recordOf(event), event, done + i, event.timeUnixNano + 900_000_000n)
    })
    await raw.add(block)
    const beganMs = performance.now()
    await store.insert(block)
    insertSeconds += (performance.now() - beganMs) / 1000
    progress(`${bar(done + block.length, records)}  ${Math.round((done + block.length) / insertSeconds)} records/s inserted`)
  }
  progress('')
  const filled: Filled = { records, insertSeconds, ...(await raw.end()) }
  await writeFile(noteOf(directory), `${JSON.stringify(filled)}\n`) // last: a store that was filled in part has no note
  return filled
}

interface Raw {
  add(block: readonly StoredRecord[]): Promise<void>
  end(): Promise<Pick<Filled, 'ndjsonBytes' | 'zstdBytes'>>
}

/** Counts, and keeps nothing. */
function createRaw(): Raw {
  const zstd = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } })
  let ndjsonBytes = 0
  let zstdBytes = 0
  zstd.on('data', (chunk: Buffer) => { zstdBytes += chunk.length })
  return {
    add(block) {
      const text = Buffer.from(block.map(({ canonical }) => `${canonical}\n`).join(''))
      ndjsonBytes += text.length
      return new Promise((resolve, reject) => { zstd.write(text, (error) => { if (error) reject(error); else resolve() }) })
    },
    end: () => new Promise((resolve, reject) => {
      zstd.once('error', reject)
      zstd.once('end', () => { resolve({ ndjsonBytes, zstdBytes }) })
      zstd.end()
    }),
  }
}

// A background step's place in the journal: the index of the next entry that it has not done. Written after the work,
// so that a crash repeats work and never skips it.

import { readFile } from 'node:fs/promises'
import { writeDurable } from '../durable.ts'

export interface Cursor {
  readonly next: number
  advance(next: number): Promise<void>
}

export async function openCursor(path: string, startIndex: number): Promise<Cursor> {
  let next = await read(path) ?? startIndex
  return {
    get next() { return next },
    async advance(to) {
      if (to < next) throw new Error(`BUG: cursor would go back from ${next} to ${to}`)
      if (to === next) return
      await writeDurable(path, `${JSON.stringify({ next: to })}\n`)
      next = to
    },
  }
}

async function read(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const { next } = JSON.parse(text) as { next: unknown }
  if (typeof next !== 'number' || !Number.isSafeInteger(next) || next < 0) throw new Error(`cursor ${path} does not hold an index`)
  return next
}

// A background step's place in the journal: the index of the next entry that it has not done. Written after the work,
// so that a crash repeats work and never skips it.

import { readFile } from 'node:fs/promises'
import { writeDurable } from '../durable.ts'

export interface Cursor {
  readonly next: number
  advance(next: number): Promise<void>
}

/** A step that was never here begins at `startIndex`: what came before is not owed to it, and from then on everything is. */
export async function openCursor(path: string, startIndex: number): Promise<Cursor> {
  const known = await readCursor(path)
  if (known === undefined) await write(path, startIndex)
  let next = known ?? startIndex
  return {
    get next() { return next },
    async advance(to) {
      if (to < next) throw new Error(`BUG: cursor would go back from ${next} to ${to}`)
      if (to === next) return
      await write(path, to)
      next = to
    },
  }
}

function write(path: string, next: number): Promise<void> {
  return writeDurable(path, `${JSON.stringify({ next })}\n`)
}

/** Undefined when there is none. */
export async function readCursor(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const { next } = JSON.parse(text) as { next: unknown }
  if (typeof next !== 'number' || !Number.isSafeInteger(next) || next < 0) throw new Error(`cursor ${path} does not hold an index`)
  return next
}

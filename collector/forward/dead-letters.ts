// Records that a destination will never take as they are: kept, to be looked at and sent again. One line of JSON each.
// Durable before the place in the journal moves on, so that no record is in neither; a crash in between leaves a line
// for a record that comes again, which is then known. Bounded: a full file stops its destination, and drops nothing.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { syncDirectory, writeDurable } from '../durable.ts'

export interface DeadLetter {
  /** Index of the record's leaf: its name here. */
  readonly leaf: number
  /** Why, from a fixed list: `status_400`, `partial`, … */
  readonly reason: string
  /** With `partial`: so many of so many neighbours were refused, and nobody says which. */
  readonly rejected?: number
  readonly of?: number
  readonly time: string
  /** `<class> <period>`, by which it is erased. */
  readonly scope: string
  /** The canonical record as it was journaled: redacted by the central policy, not yet by the destination's. */
  readonly text: string
}

/** Tells letters apart, also when a log that begins anew gives out its indices once more. */
export function letterKey({ leaf, text }: DeadLetter): string {
  return `${leaf} ${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`
}

/** Default of `dead_letter_bytes`. */
export const deadLetterBytes = 64 * 1024 * 1024

export interface DeadLetters {
  readonly count: number
  readonly bytes: number
  /** Lines that are whole and cannot be read: damage by someone else. They are left where they are. */
  readonly unreadable: number
  /** A letter that is there already is not added again. Throws {@link DeadLettersFull}, and then adds none. */
  append(letters: readonly DeadLetter[]): Promise<void>
  /** Oldest first. */
  read(): AsyncIterable<DeadLetter>
  /** The file is replaced as a whole, or not at all. */
  remove(isGone: (letter: DeadLetter) => boolean): Promise<void>
}

/** A destination whose file is full waits for an operator. */
export class DeadLettersFull extends Error {
  readonly code = 'dead_letters_full'
}

export async function openDeadLetters(directory: string, maxBytes: number): Promise<DeadLetters> {
  const path = join(directory, 'dead-letter.ndjson')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  let { known, bytes, unreadable } = await recover(path)
  await syncDirectory(directory)
  let queue: Promise<unknown> = Promise.resolve()

  /** One change after the other. */
  function exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = queue.then(work)
    queue = mine.catch(() => {})
    return mine
  }

  return {
    get count() { return known.size },
    get bytes() { return bytes },
    get unreadable() { return unreadable },
    async* read() { for await (const { letter } of lines(path)) if (letter !== undefined) yield letter },
    append: (letters) => exclusive(async () => {
      const fresh = letters.filter((letter) => !known.has(letterKey(letter)))
      const added = Buffer.from(fresh.map((letter) => `${JSON.stringify(letter)}\n`).join(''))
      if (added.length === 0) return
      if (bytes + added.length > maxBytes) throw new DeadLettersFull('the dead-letter file is full')
      await writeAt(path, bytes, added)
      bytes += added.length
      for (const letter of fresh) known.add(letterKey(letter))
    }),
    remove: (isGone) => exclusive(async () => {
      const kept: string[] = []
      for await (const { line, letter } of lines(path)) if (letter === undefined || !isGone(letter)) kept.push(`${line}\n`)
      await writeDurable(path, kept.join(''));
      ({ known, bytes, unreadable } = await recover(path))
    }),
  }
}

/** Cuts off what has no end of line: a crash tore it, its place was not noted anywhere, and its record comes again. */
async function recover(path: string): Promise<{ known: Set<string>; bytes: number; unreadable: number }> {
  const file = await open(path, 'a+', 0o600)
  let bytes = 0
  let read = 0
  try {
    for await (const chunk of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf('\n')
      if (end !== -1) bytes = read + end + 1
      read += chunk.length
    }
    await file.truncate(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  const known = new Set<string>()
  let unreadable = 0
  for await (const { letter } of lines(path)) if (letter === undefined) unreadable += 1; else known.add(letterKey(letter))
  return { known, bytes, unreadable }
}

/** At the end of what is whole, over whatever a failed write left there. */
async function writeAt(path: string, offset: number, content: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(offset)
    let written = 0
    while (written < content.length) written += (await file.write(content, written, content.length - written, offset + written)).bytesWritten
    await file.sync()
  } finally {
    await file.close()
  }
}

async function* lines(path: string): AsyncGenerator<{ readonly line: string; readonly letter: DeadLetter | undefined }> {
  const input = createReadStream(path)
  try {
    for await (const line of createInterface({ input, crlfDelay: Infinity })) yield { line, letter: parseLine(line) }
  } finally {
    input.destroy()
  }
}

function parseLine(line: string): DeadLetter | undefined {
  try {
    const letter = JSON.parse(line) as DeadLetter
    return Number.isSafeInteger(letter.leaf) && typeof letter.text === 'string' ? letter : undefined
  } catch {
    return undefined
  }
}

// What the collector refused, kept for people: lines of JSON, which any tool can read. Made durable before the entry is
// settled. The files take at most a quarter of the spool; beyond that the oldest go, counted and told.

import { join } from 'node:path'
import { AuditError } from '../errors.ts'
import { codeOf, readFully, writeFully } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { refusedPath, sortNames } from './names.ts'

export interface RefusedEntry {
  readonly recordId: string
  readonly code: string
  readonly reason?: string | undefined
  /** ISO 8601, by the clock of the machine. */
  readonly refusedAt: string
  readonly resource: string
  readonly text: string
}

export interface RefusedFile {
  /** Resolves when they are durable. */
  readonly write: (entries: readonly RefusedEntry[]) => Promise<void>
  readonly close: () => Promise<void>
}

interface OpenFile { readonly file: number; readonly path: string; readonly ino: number | undefined; bytes: number }

export interface RefusedOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly writer: string
  readonly maxBytes: number
  readonly fileBytes: number
  readonly onBytes: (bytes: number) => void
  readonly onDropped: (records: number) => void
}

export function createRefusedFile({ files, directory, writer, maxBytes, fileBytes, onBytes, onDropped }: RefusedOptions): RefusedFile {
  let open: OpenFile | undefined
  let number = 0

  async function write(entries: readonly RefusedEntry[]): Promise<void> {
    const bytes = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    try {
      await makeRoom(bytes.length)
      if (!await writeTo(open ??= await create(), bytes)) await writeTo(open = await create(), bytes)
      if (open.bytes >= fileBytes) await close()
    } catch (error) {
      await close() // the next attempt gets a new file: a torn line spoils no other
      throw new AuditError('SPOOL_FAILED', codeOf(error))
    }
  }

  /** False: somebody took the file away to look at it, and may not have seen what we wrote. */
  async function writeTo(target: OpenFile, bytes: Buffer): Promise<boolean> {
    await writeFully(files, target.file, bytes)
    await files.datasync(target.file)
    if ((await files.stat(target.path))?.ino !== target.ino) {
      await close()
      return false
    }
    target.bytes += bytes.length
    onBytes(bytes.length)
    return true
  }

  async function create(): Promise<OpenFile> {
    number += 1
    const path = refusedPath(directory, writer, number)
    const file = await files.create(path)
    try {
      await files.syncDirectory(directory)
      return { file, path, ino: (await files.stat(path))?.ino, bytes: 0 }
    } catch (error) {
      await files.close(file).catch(() => {})
      throw error
    }
  }

  /** Of all processes together. */
  async function makeRoom(bytes: number): Promise<void> {
    const found: { path: string; size: number; mtimeMs: number }[] = []
    for (const name of sortNames(await files.list(directory)).refused) {
      const path = join(directory, name)
      const facts = await files.stat(path)
      if (facts !== undefined) found.push({ path, size: facts.size, mtimeMs: facts.mtimeMs })
    }
    let total = found.reduce((sum, { size }) => sum + size, bytes)
    for (const { path, size } of found.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= maxBytes) return
      const records = await countLines(files, path)
      await files.unlink(path)
      total -= size
      onBytes(-size)
      onDropped(records)
      if (path === open?.path) await close()
    }
  }

  async function close(): Promise<void> {
    const left = open
    open = undefined
    if (left !== undefined) await files.close(left.file).catch(() => {})
  }

  return { write, close }
}

async function countLines(files: SpoolFiles, path: string): Promise<number> {
  return (await readWhole(files, path)).filter((byte) => byte === 0x0a).length
}

export async function readWhole(files: SpoolFiles, path: string): Promise<Buffer> {
  const size = (await files.stat(path))?.size ?? 0
  const file = await files.openToRead(path)
  try {
    return await readFully(files, file, 0, size)
  } finally {
    await files.close(file).catch(() => {})
  }
}

/** Lines that cannot be read, such as a torn one at the end, are counted. Of a record that is there twice, the last line counts. */
export function parseRefused(text: string): { readonly entries: readonly RefusedEntry[]; readonly unreadable: number } {
  const entries = new Map<string, RefusedEntry>()
  let unreadable = 0
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    if (entry !== undefined) entries.set(entry.recordId, entry)
    else if (line !== '') unreadable += 1
  }
  return { entries: [...entries.values()], unreadable }
}

function parseLine(line: string): RefusedEntry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Record<keyof RefusedEntry, unknown>>
    const isWhole = (['recordId', 'code', 'refusedAt', 'resource', 'text'] as const).every((key) => typeof entry[key] === 'string')
    return isWhole ? (entry as RefusedEntry) : undefined
  } catch {
    return undefined
  }
}

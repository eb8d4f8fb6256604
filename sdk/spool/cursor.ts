// How far a stream is settled. Written seldom and not synced: an old cursor, or none, means that records are sent again
// which the collector has already. A wrong one could lose records, so it has a checksum and is replaced as a whole.

import { crc32 } from 'node:zlib'
import type { SpoolFiles } from './files.ts'
import { readFully, writeFully, writeFullySync } from './files.ts'
import { cursorPath, newId } from './names.ts'

function encode(stream: string, settled: number): Buffer {
  const text = String(settled)
  return Buffer.from(`${text} ${crc32(`${stream} ${text}`)}\n`)
}

export function parseCursor(stream: string, text: string): number | undefined {
  const [settled = '', checksum] = text.trimEnd().split(' ')
  return /^[0-9]{1,15}$/.test(settled) && checksum === String(crc32(`${stream} ${settled}`)) ? Number(settled) : undefined
}

/** 0 when there is none that can be believed. */
export async function readCursor(files: SpoolFiles, directory: string, stream: string): Promise<number> {
  const path = cursorPath(directory, stream)
  const facts = await files.stat(path)
  if (facts === undefined || facts.size > 64) return 0
  const file = await files.openToRead(path)
  try {
    return parseCursor(stream, (await readFully(files, file, 0, facts.size)).toString('latin1')) ?? 0
  } finally {
    await files.close(file).catch(() => {})
  }
}

export async function writeCursor(files: SpoolFiles, directory: string, stream: string, settled: number): Promise<void> {
  const path = cursorPath(directory, stream)
  const temporary = `${path}.${newId()}.tmp`
  const file = await files.create(temporary)
  try {
    await writeFully(files, file, encode(stream, settled))
    await files.close(file)
    await files.rename(temporary, path)
  } catch (error) {
    await files.unlink(temporary).catch(() => {})
    throw error
  }
}

export function writeCursorSync({ sync }: SpoolFiles, directory: string, stream: string, settled: number): void {
  const path = cursorPath(directory, stream)
  const temporary = `${path}.${newId()}.tmp`
  const file = sync.create(temporary)
  writeFullySync(sync, file, encode(stream, settled))
  sync.close(file)
  sync.rename(temporary, path)
}

// Where a command's answer goes: stdout, or a file that nobody else may read, since it leaves the collector's care.

import { open, rename, unlink } from 'node:fs/promises'
import { UsageError, textFlag } from './flags.ts'
import type { FileHandle } from 'node:fs/promises'
import type { Flags } from './flags.ts'

export const outputHelp = `  --output FILE    into a file that only you may read; an existing one stays, except with --force
`

export type Pieces = AsyncIterable<Uint8Array> | Iterable<string>

/** Gives what `make` gives to where the flags say. The file is opened before anything is asked: an export is a record, and must not be made in vain. */
export async function writeOutput(flags: Flags, make: () => Promise<Pieces>): Promise<void> {
  const file = textFlag(flags, 'output')
  if (file === undefined) return toStdout(await make())
  const path = flags['force'] === true ? `${file}.${process.pid}.partial` : file // renamed when it is whole, so that a failure leaves the old one
  const handle = await openNew(path)
  try {
    for await (const piece of await make()) await handle.writeFile(piece)
    await handle.close()
    if (path !== file) await rename(path, file)
  } catch (error) {
    await handle.close().catch(() => {})
    await unlink(path).catch(() => {})
    throw error
  }
}

async function openNew(path: string): Promise<FileHandle> {
  return open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new UsageError(`${path} exists: choose another name, or say --force`)
    throw error
  })
}

async function toStdout(pieces: Pieces): Promise<void> {
  for await (const piece of pieces) if (!process.stdout.write(piece)) await new Promise((resolve) => { process.stdout.once('drain', resolve) })
}

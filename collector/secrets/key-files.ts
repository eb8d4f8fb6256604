// Files that hold a secret: made whole or not at all, read in full, and destroyed by writing over them before they go.

import { hkdfSync, randomBytes } from 'node:crypto'
import { open, readFile, readdir, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory, writeDurable } from '../durable.ts'

/** What is done with files here, in one place so that a test can let each of it fail. */
export interface KeyFiles {
  /** Undefined when there is none. */
  readonly read: (path: string) => Promise<string | undefined>
  readonly write: (path: string, content: string) => Promise<void>
  readonly shred: (path: string) => Promise<void>
}

export const keyFiles: KeyFiles = {
  read: (path) => readFile(path, 'utf8').then((text) => text.trim()).catch(missing),
  write: (path, content) => writeDurable(path, `${content}\n`),
  shred,
}

/**
 * Overwritten, synced, removed, and the removal synced. A disk that writes elsewhere (flash, snapshots, copy on write) may
 * keep the old blocks, and a backup keeps its copy: what can be done from here is done. Doing it again does nothing.
 */
async function shred(path: string): Promise<void> {
  const found = await stat(path).catch(missing)
  if (found === undefined) return
  const file = await open(path, 'r+')
  try {
    await file.write(randomBytes(found.size), 0, found.size, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await rm(path, { force: true })
  await syncDirectory(dirname(path))
}

export function newSecret(): string {
  return randomBytes(32).toString('base64')
}

/** The key for one purpose: whoever has it learns nothing of the secret or of other purposes' keys. */
export function derive(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `blotter/v1|${purpose}`, 32))
}

/** `file`: its name below the data directory, for the error. */
export function decodeSecret(text: string, file: string): Buffer {
  const secret = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (secret.length !== 32) throw new Error(`${file} must hold 32 bytes in base64: restore it from its backup`)
  return secret
}

/** A crash between making and using a secret leaves it made: the next start uses it. */
export async function readOrMake(path: string, make: () => string, files = keyFiles): Promise<string> {
  const found = await files.read(path)
  if (found !== undefined) return found
  const made = make()
  await files.write(path, made)
  return made
}

export async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(missing)) ?? []
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}

// The file operations that durability rests on. They are an interface so that tests can fail, tear or lose each one.

import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises'

export interface FileOperations {
  /** The bytes of a file, null when there is none. */
  read(path: string): Promise<Uint8Array | null>
  /** The names in a directory, none when there is no such directory. */
  list(path: string): Promise<readonly string[]>
  /** Creates or replaces a file; on return its bytes are on the disk, its name perhaps not. */
  write(path: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Creates a directory below an existing one; there already is fine. */
  makeDirectory(path: string): Promise<void>
  /** On return the names in the directory are on the disk. */
  syncDirectory(path: string): Promise<void>
  /** Removes a directory and what is in it; not there is fine. */
  removeDirectory(path: string): Promise<void>
}

export const nodeOperations: FileOperations = {
  read: (path) => readFile(path).catch((error: unknown) => ignore('ENOENT', error, null)),
  list: (path) => readdir(path).catch((error: unknown) => ignore('ENOENT', error, [])),
  write: async (path, bytes) => {
    await using file = await open(path, 'w')
    await file.writeFile(bytes)
    await file.sync()
  },
  rename,
  makeDirectory: (path) => mkdir(path).catch((error: unknown) => ignore('EEXIST', error, undefined)),
  syncDirectory: async (path) => {
    await using directory = await open(path, 'r')
    await directory.sync()
  },
  removeDirectory: (path) => rm(path, { recursive: true, force: true }),
}

function ignore<T>(code: string, error: unknown, instead: T): T {
  if ((error as NodeJS.ErrnoException).code === code) return instead
  throw error
}

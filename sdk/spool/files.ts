// What the spool does to a disk, in one place: tests put files here that fail on demand. Files are plain numbers, so
// that the end of a process can go on synchronously with what was opened before.

import fs from 'node:fs'
import { promisify } from 'node:util'

export interface FileFacts { readonly dev: number; readonly ino: number; readonly size: number; readonly mtimeMs: number }

/** Paths lead to files themselves: what is a symbolic link is not followed. */
export interface SpoolFiles {
  /** A new file, open for appending. Fails when anything is there already. */
  create(path: string): Promise<number>
  openToRead(path: string): Promise<number>
  /** Appends; may write less than all. */
  write(file: number, bytes: Uint8Array): Promise<number>
  read(file: number, into: Uint8Array, position: number): Promise<number>
  datasync(file: number): Promise<void>
  truncate(file: number, bytes: number): Promise<void>
  close(file: number): Promise<void>
  /** Undefined: nothing is there. */
  stat(path: string): Promise<FileFacts | undefined>
  /** Of regular files only. */
  list(directory: string): Promise<string[]>
  rename(from: string, to: string): Promise<void>
  /** Not there is as good as removed. */
  unlink(path: string): Promise<void>
  /** Sets the time of the last change to now. */
  touch(path: string): Promise<void>
  syncDirectory(path: string): Promise<void>
  readonly sync: SyncFiles
}

/** For the end of a process, where nothing can be waited for. */
export interface SyncFiles {
  create(path: string): number
  write(file: number, bytes: Uint8Array): number
  datasync(file: number): void
  close(file: number): void
  exists(path: string): boolean
  rename(from: string, to: string): void
  unlink(path: string): void
  syncDirectory(path: string): void
}

const { constants } = fs
/** Windows knows neither of them. */
const noFollow = constants.O_NOFOLLOW ?? 0
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | noFollow
const readFlags = constants.O_RDONLY | noFollow | (constants.O_NONBLOCK ?? 0)
const mode = 0o600

const open = promisify(fs.open)
const write = promisify(fs.write) as (file: number, bytes: Uint8Array) => Promise<{ bytesWritten: number }>
const read = promisify(fs.read) as (file: number, into: Uint8Array, offset: number, length: number, position: number) => Promise<{ bytesRead: number }>
const datasync = promisify(fs.fdatasync)
const close = promisify(fs.close)

export const diskFiles: SpoolFiles = {
  create: (path) => open(path, createFlags, mode),
  openToRead: (path) => open(path, readFlags),
  write: async (file, bytes) => (await write(file, bytes)).bytesWritten,
  read: async (file, into, position) => (await read(file, into, 0, into.length, position)).bytesRead,
  datasync: (file) => datasync(file),
  truncate: promisify(fs.ftruncate),
  close: (file) => close(file),
  stat: (path) => fs.promises.lstat(path).catch(ignoring('ENOENT', undefined)),
  list: async (directory) => (await fs.promises.readdir(directory, { withFileTypes: true })).filter((found) => found.isFile()).map(({ name }) => name),
  rename: (from, to) => fs.promises.rename(from, to),
  unlink: (path) => fs.promises.unlink(path).catch(ignoring('ENOENT', undefined)),
  touch: (path) => { const now = new Date(); return fs.promises.utimes(path, now, now) },
  syncDirectory,
  sync: {
    create: (path) => fs.openSync(path, createFlags, mode),
    write: (file, bytes) => fs.writeSync(file, bytes),
    datasync: (file) => fs.fdatasyncSync(file),
    close: (file) => fs.closeSync(file),
    exists: (path) => fs.existsSync(path),
    rename: (from, to) => fs.renameSync(from, to),
    unlink: (path) => fs.rmSync(path, { force: true }),
    syncDirectory: syncDirectoryNow,
  },
}

/** A new name is not durable until its directory is. Windows cannot open one, and needs no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const file = await open(path, constants.O_RDONLY)
  try {
    await promisify(fs.fsync)(file)
  } finally {
    await close(file)
  }
}

function syncDirectoryNow(path: string): void {
  if (process.platform === 'win32') return
  const file = fs.openSync(path, constants.O_RDONLY)
  try {
    fs.fsyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

function ignoring<T>(code: string, instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === code) return instead
    throw error
  }
}

/** The system's code, such as ENOSPC. Never the message: paths are in it. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : 'UNKNOWN'
}

export async function writeFully(files: SpoolFiles, file: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await files.write(file, done === 0 ? bytes : bytes.subarray(done))
}

export function writeFullySync(files: SyncFiles, file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += files.write(file, done === 0 ? bytes : bytes.subarray(done))
}

/** May come short when the file does. */
export async function readFully(files: SpoolFiles, file: number, position: number, bytes: number): Promise<Buffer> {
  const into = Buffer.allocUnsafeSlow(bytes)
  let filled = 0
  while (filled < bytes) {
    const count = await files.read(file, into.subarray(filled), position + filled)
    if (count === 0) break
    filled += count
  }
  return into.subarray(0, filled)
}

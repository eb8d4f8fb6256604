// The stream that this spool writes: made when something is first written, and replaced when another process took it
// over, or when the directory was emptied under us.

import { prepareDirectory } from './directory.ts'
import type { SpoolFiles } from './files.ts'
import { leasePath, newId, sortNames, writerPath } from './names.ts'
import type { OwnStream } from './appender.ts'
import { announce } from './presence.ts'

export interface OwnOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly writer: string
  /** Its segments and what is durable in them are somebody else's now; `wiped`: nobody's, they are gone. */
  readonly onLost: (stream: OwnStream, wiped: boolean) => void
}

export interface Own {
  /** Where to write. */
  readonly stream: () => Promise<OwnStream>
  readonly streamSync: () => OwnStream
  readonly current: OwnStream | undefined
  readonly isOurs: (stream: OwnStream) => Promise<boolean>
  /** Gives up a stream that is not ours any more. To be asked at each heartbeat. */
  readonly check: () => Promise<void>
  /** Nothing is in it: it goes. */
  readonly end: () => Promise<void>
}

export function createOwn({ files, directory, writer, onLost }: OwnOptions): Own {
  let current: OwnStream | undefined
  let isSuspect = false
  const leaseOf = ({ id }: OwnStream): string => leasePath(directory, id, writer)

  async function isOurs(stream: OwnStream): Promise<boolean> {
    const isThere = await files.stat(leaseOf(stream)) !== undefined
    if (!isThere && stream === current) isSuspect = true
    return isThere
  }

  async function check(): Promise<void> {
    if (current === undefined || await isOurs(current)) return
    const lost = current
    isSuspect = false
    const wiped = await isWiped(lost)
    if (current !== lost) return
    current = undefined
    onLost(lost, wiped)
  }

  /** Whoever takes a stream over leaves our own file alone; whoever empties the directory does not. */
  async function isWiped({ id }: OwnStream): Promise<boolean> {
    if (await files.stat(writerPath(directory, writer)) !== undefined) return false
    const listing = sortNames(await files.list(directory).catch(() => []))
    return !listing.segments.has(id) && !listing.leases.has(id)
  }

  async function make(): Promise<OwnStream> {
    prepareDirectory(directory, files)
    announce(files, directory, writer)
    await files.touch(writerPath(directory, writer)) // first: whoever took us for dead would take the new stream as well
    const made: OwnStream = { id: newId(), segments: [] }
    await files.close(await files.create(leaseOf(made)))
    return made
  }

  return {
    isOurs,
    check,
    get current() { return current },
    async stream() {
      if (isSuspect) await check()
      if (current !== undefined) return current
      const made = await make()
      return current ??= made
    },
    streamSync() {
      if (current !== undefined && files.sync.exists(leaseOf(current))) return current
      if (current !== undefined) onLost(current, false)
      const made: OwnStream = { id: newId(), segments: [] }
      files.sync.close(files.sync.create(leaseOf(made)))
      return current = made
    },
    async end() {
      const ended = current
      current = undefined
      if (ended !== undefined) await files.unlink(leaseOf(ended))
    },
  }
}

// The streams that this spool took over from dead writers, the oldest first.

import { createBatching } from './batch.ts'
import type { Batching } from './batch.ts'
import { claimStreams } from './claim.ts'
import type { SpoolFiles } from './files.ts'
import { inherit } from './inherited.ts'
import type { InheritedStream } from './inherited.ts'
import { leasePath } from './names.ts'
import type { Judge } from './presence.ts'
import type { BatchLimits } from './spool.ts'
import type { Tally } from './tally.ts'
import type { Usage } from './usage.ts'

export interface InheritanceOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly writer: string
  readonly judge: Judge
  readonly tally: Tally
  readonly usage: Usage
}

export interface Inheritance {
  readonly records: number
  readonly oldestAtMs: number | undefined
  /** Undefined: there is nothing left. */
  readonly batch: (limits: BatchLimits) => Promise<{ readonly stream: InheritedStream; readonly batching: Batching } | undefined>
  /** The first `count` of the entries that were handed out are done; all that was appended before `sequence` is. */
  readonly settle: (stream: InheritedStream, count: number, sequence: number) => Promise<void>
  /** Takes over what others left behind, gives up what others took from us, and writes cursors. */
  readonly beat: () => Promise<void>
  readonly save: () => Promise<void>
  readonly saveSync: () => void
}

export function createInheritance(options: InheritanceOptions): Inheritance {
  const { files, directory, writer, tally } = options
  let streams: InheritedStream[] = []
  /** Ours, but the disk did not let us read them. */
  const unread = new Set<string>()
  /** Settled, but the disk did not let us remove them. */
  const finished = new Set<InheritedStream>()

  async function batch(limits: BatchLimits): Promise<{ stream: InheritedStream; batching: Batching } | undefined> {
    for (;;) {
      const [stream] = streams
      if (stream === undefined) return undefined
      const batching = createBatching(limits)
      await stream.read(batching.visit)
      if (batching.entries.length === 0) await finish(stream)
      else if (streams.includes(stream)) {
        stream.next = batching.sequences.at(-1)! + 1
        stream.oldestAtMs = batching.atMs
        return { stream, batching }
      }
    }
  }

  async function finish(stream: InheritedStream): Promise<void> {
    streams = streams.filter((other) => other !== stream)
    finished.add(stream)
    await removeFinished()
  }

  async function removeFinished(): Promise<void> {
    for (const stream of finished) {
      await stream.remove().then(() => finished.delete(stream), () => {}) // the next heartbeat tries again
    }
  }

  async function read(): Promise<void> {
    for (const id of unread) {
      const stream = await inherit({ ...options, id })
      unread.delete(id)
      tally.adoptedStreams += 1
      streams = [...streams, stream].sort((a, b) => a.createdMs - b.createdMs)
      tally.tell({ kind: 'adopted', stream: id, records: stream.records })
    }
  }

  /** We were suspended, and another process took what we had taken. */
  async function giveUpLost(): Promise<void> {
    const lost = new Set<InheritedStream>()
    for (const stream of streams) if (await files.stat(leasePath(directory, stream.id, writer)) === undefined) lost.add(stream)
    streams = streams.filter((stream) => !lost.has(stream))
  }

  async function save(): Promise<void> {
    for (const stream of streams) await stream.saveCursor()
  }

  return {
    get records() { return streams.reduce((sum, { records }) => sum + records, 0) },
    get oldestAtMs() { return streams.find(({ records }) => records > 0)?.oldestAtMs },
    batch,
    save,
    async settle(stream, count, sequence) {
      stream.records -= count
      stream.next = sequence
      await stream.settle(sequence)
      if (stream.records === 0 && streams.includes(stream)) await save() // it may be the last thing that happens for long
    },
    async beat() {
      await giveUpLost()
      await removeFinished()
      for (const id of await claimStreams(options)) unread.add(id)
      await read()
      await save()
    },
    saveSync() {
      for (const stream of streams) stream.saveCursorSync()
    },
  }
}

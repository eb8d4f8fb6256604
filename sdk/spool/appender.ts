// Writes what is appended, one file at a time: all that waits goes into one write and one sync. After a failed write or
// sync nothing is written to that file any more, since a second sync may succeed without having written the pages whose
// first one failed; the same entries go to a new segment, once, before their appends fail.

import { codeOf, writeFully, writeFullySync } from './files.ts'
import type { SpoolFiles } from './files.ts'
import { seedOf, writeFrame } from './frame.ts'
import { endOf } from './group.ts'
import type { Group } from './group.ts'
import { encodeHeader } from './header.ts'
import { segmentPath } from './names.ts'
import type { Segment } from './segment.ts'

/** Where this writer writes: replaced by a new one when another process takes it over. */
export interface OwnStream {
  readonly id: string
  readonly segments: Segment[]
}

export interface AppenderOptions {
  readonly files: SpoolFiles
  readonly directory: string
  readonly resource: string
  readonly segmentBytes: number
  /** Throws when there is none and none can be made. */
  readonly stream: () => Promise<OwnStream>
  readonly streamSync: () => OwnStream
  /** Whether the stream is still ours, so that what was written before this call will be seen by whoever takes it over. */
  readonly isOurs: (stream: OwnStream) => Promise<boolean>
  readonly wallMs: () => number
  /** Each group, in order. `failure`: the code of the system. */
  readonly onDone: (group: Group, failure: string | undefined) => void
  /** Bytes that came to the disk or went from it, other than those of groups. */
  readonly onBytes: (bytes: number) => void
}

export interface Appender {
  append(group: Group): void
  appendSync(group: Group | undefined): void
  /** Sequence number below which everything that did not fail is durable. */
  readonly durableEnd: number
  /** Whether more may be written to the last segment. */
  readonly isOpen: boolean
  /** When nothing waits. */
  idle(): Promise<void>
  /** The open segment is of no use any more: the next append begins another. Nothing when something is being written. */
  retire(): Promise<void>
  /** Closes the open file. Nothing may wait. */
  leave(): Promise<void>
}

interface Active {
  readonly stream: OwnStream
  readonly segment: Segment
  readonly file: number
  readonly dev: number
  readonly ino: number
}

/** One write takes at most this much, so that the first of many waiting appends is not held up by the last. */
const maxWriteBytes = 4 * 1024 * 1024

export function createAppender(options: AppenderOptions): Appender {
  const { files, directory, resource, segmentBytes, wallMs, onDone, onBytes } = options
  let waiting: Group[] = []
  let inFlight: Group[] = []
  let active: Active | undefined
  let running: Promise<void> | undefined
  let durableEnd = 0
  let lastNumber = 0
  /** Changes when what is in flight was taken out of the hands of the running write. */
  let epoch = 0
  let buffer = Buffer.alloc(0)

  function append(group: Group): void {
    waiting.push(group)
    running ??= run()
  }

  async function run(): Promise<void> {
    await Promise.resolve() // what is appended in the same turn goes along
    while (waiting.length > 0) {
      inFlight = take()
      const mine = epoch
      const failure = await commitTwice(inFlight, mine)
      if (epoch !== mine) continue
      const groups = inFlight
      inFlight = []
      for (const group of groups) done(group, failure)
    }
    running = undefined
  }

  function take(): Group[] {
    let count = 0
    for (let bytes = 0; count < waiting.length; count += 1) {
      bytes += waiting[count]!.bytes
      if (count > 0 && bytes > maxWriteBytes) break
    }
    return waiting.splice(0, count)
  }

  function done(group: Group, failure: string | undefined): void {
    if (failure === undefined) {
      group.state = 'durable'
      durableEnd = endOf(group)
    }
    onDone(group, failure)
  }

  /** The code of the second failure. */
  async function commitTwice(groups: readonly Group[], mine: number): Promise<string | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      let target: Active | undefined
      try {
        target = await activeFor(groups, mine)
        if (target === undefined) return undefined
        const bytes = await commit(groups, target)
        if (epoch === mine) target.segment.bytes += bytes
        else await abandon(target)
        return undefined
      } catch (error) {
        if (target !== undefined) await abandon(target)
        if (epoch !== mine) return undefined
        await leave() // the sequence numbers of these groups may be missing within no segment
        if (attempt === 2) return codeOf(error)
      }
    }
  }

  async function commit(groups: readonly Group[], { stream, segment, file, dev, ino }: Active): Promise<number> {
    const bytes = encode(groups, segment)
    await writeFully(files, file, bytes)
    await files.datasync(file)
    const [isOurs, found] = await Promise.all([options.isOurs(stream), files.stat(segment.path)])
    if (!isOurs || found?.dev !== dev || found.ino !== ino) throw new Moved()
    return bytes.length
  }

  /** A view of memory that the next call uses again. */
  function encode(groups: readonly Group[], { seed, bytes: offset }: Pick<Segment, 'seed' | 'bytes'>): Buffer {
    const size = groups.reduce((sum, { bytes }) => sum + bytes, 0)
    if (buffer.length < size || buffer.length > 2 * maxWriteBytes) buffer = Buffer.allocUnsafeSlow(Math.max(size, 256 * 1024))
    let at = 0
    for (const { entries, first, atMs } of groups) {
      for (let index = 0; index < entries.length; index += 1) at = writeFrame(buffer, at, entries[index]!, first + index, atMs, { seed, offset: offset + at })
    }
    return buffer.subarray(0, at)
  }

  /** Undefined: what is to be written was written already. */
  async function activeFor(groups: readonly Group[], mine: number): Promise<Active | undefined> {
    const stream = await options.stream()
    if (epoch !== mine) return undefined
    const size = groups.reduce((sum, { bytes }) => sum + bytes, 0)
    if (active !== undefined) {
      const { segment } = active
      if (active.stream === stream && (segment.bytes + size <= segmentBytes || segment.bytes === segment.startOffset)) return active
      await leave()
      if (epoch !== mine) return undefined
    }
    const opened = await open(stream, groups[0]!.first)
    if (epoch === mine) {
      stream.segments.push(opened.segment)
      return active = opened
    }
    await abandon(opened)
    return undefined
  }

  async function open(stream: OwnStream, first: number): Promise<Active> {
    const { segment, head } = newSegment(stream, first)
    const file = await files.create(segment.path)
    try {
      await writeFully(files, file, head)
      await files.syncDirectory(directory)
      const facts = await files.stat(segment.path)
      if (facts === undefined) throw new Moved()
      onBytes(head.length)
      return { stream, segment, file, dev: facts.dev, ino: facts.ino }
    } catch (error) {
      await files.close(file).catch(() => {})
      await files.unlink(segment.path).catch(() => {})
      throw error
    }
  }

  function newSegment(stream: OwnStream, first: number): { segment: Segment; head: Buffer } {
    lastNumber += 1
    const seed = seedOf(stream.id, lastNumber)
    const header = { resource, firstSequence: first, previousEnd: Math.min(durableEnd, first), createdMs: wallMs() }
    const head = encodeHeader(header, seed)
    return { head, segment: { number: lastNumber, path: segmentPath(directory, stream.id, lastNumber), seed, header, startOffset: head.length, bytes: head.length, known: true } }
  }

  /** Nothing is written to it any more. Cutting it back is for tidiness: the next segment says what of it counts. */
  async function abandon(target: Active): Promise<void> {
    const { segment, stream, file } = target
    if (active === target) active = undefined
    await files.truncate(file, segment.bytes).catch(() => {})
    await files.close(file).catch(() => {})
    if (segment.bytes > segment.startOffset) return
    const index = stream.segments.indexOf(segment)
    if (index >= 0) stream.segments.splice(index, 1)
    await files.unlink(segment.path).then(() => onBytes(-segment.startOffset), () => {})
  }

  /** Its content is durable; what closing it says changes nothing. */
  async function leave(): Promise<void> {
    const left = active
    active = undefined
    if (left !== undefined) await files.close(left.file).catch(() => {})
  }

  async function retire(): Promise<void> {
    if (running !== undefined || active === undefined) return
    await leave()
  }

  /** Everything that is not durable yet goes into a segment of its own, whatever a write that is under way will say. */
  function appendSync(group: Group | undefined): void {
    const groups = [...inFlight, ...waiting, ...(group === undefined ? [] : [group])]
    if (groups.length === 0) return
    epoch += 1
    if (running === undefined && active !== undefined) files.sync.close(active.file) // else the write that is under way closes it
    active = undefined
    try {
      writeSync(groups)
    } catch (error) {
      waiting = [...inFlight, ...waiting] // the next segment overrules the one that was left unfinished
      inFlight = []
      throw error
    }
    inFlight = []
    waiting = []
    for (const each of groups) done(each, undefined)
  }

  function writeSync(groups: readonly Group[]): void {
    const stream = options.streamSync()
    const { segment, head } = newSegment(stream, groups[0]!.first)
    const bytes = encodeAlone(groups, segment)
    const { sync } = files
    const file = sync.create(segment.path)
    try {
      writeFullySync(sync, file, head)
      writeFullySync(sync, file, bytes)
      sync.datasync(file)
      sync.syncDirectory(directory)
    } catch (error) {
      sync.unlink(segment.path)
      throw error
    } finally {
      sync.close(file)
    }
    segment.bytes += bytes.length
    stream.segments.push(segment)
    onBytes(head.length)
  }

  /** In memory of its own: that of `encode` may be on its way to the disk. */
  function encodeAlone(groups: readonly Group[], segment: Segment): Buffer {
    const kept = buffer
    buffer = Buffer.alloc(0)
    const bytes = encode(groups, segment)
    buffer = kept
    return bytes
  }

  return {
    append,
    appendSync,
    get durableEnd() { return durableEnd },
    get isOpen() { return running !== undefined || active !== undefined },
    async idle() { while (running !== undefined) await running },
    retire,
    leave,
  }
}

/** The file or the stream is not ours any more. */
class Moved extends Error {
  readonly code = 'MOVED'
}

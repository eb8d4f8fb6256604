// The names of files in a spool directory. Whatever has another name is not ours, and is left alone.
//
//   <stream>-<number>.spool            a segment: the entries of one writer, in order
//   <stream>.<writer>.lease            whose stream it is; a stream is taken over by renaming this
//   <stream>.cursor                    how far it is settled
//   <writer>.writer                    who that is: process, machine; touched as long as it lives
//   <writer>-<number>.refused          what the collector refused, as lines of JSON
//   <stream>-<number>-<byte>.damaged   bytes of a segment that could not be read

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'

/** Streams and writers have names of this form. */
export function newId(): string {
  return randomBytes(8).toString('hex')
}

const numbered = (number: number): string => String(number).padStart(8, '0')

export const segmentPath = (directory: string, stream: string, number: number): string => join(directory, `${stream}-${numbered(number)}.spool`)
export const leasePath = (directory: string, stream: string, writer: string): string => join(directory, `${stream}.${writer}.lease`)
export const cursorPath = (directory: string, stream: string): string => join(directory, `${stream}.cursor`)
export const writerPath = (directory: string, writer: string): string => join(directory, `${writer}.writer`)
export const refusedPath = (directory: string, writer: string, number: number): string => join(directory, `${writer}-${numbered(number)}.refused`)
export const damagedPath = (directory: string, stream: string, number: number, offset: number): string => join(directory, `${stream}-${numbered(number)}-${offset}.damaged`)

/** What lies in a spool directory, by kind. */
export interface Listing {
  /** Numbers of the segments of each stream, in order. */
  readonly segments: ReadonlyMap<string, readonly number[]>
  /** Writers that hold a lease of a stream: one, unless two took over a stream without a lease at once. */
  readonly leases: ReadonlyMap<string, readonly string[]>
  readonly writers: readonly string[]
  readonly refused: readonly string[]
  readonly damaged: readonly string[]
  readonly cursors: readonly string[]
  /** What an interrupted write of a small file left behind. */
  readonly temporary: readonly string[]
}

const patterns = {
  segment: /^([0-9a-f]{16})-([0-9]{8})\.spool$/,
  lease: /^([0-9a-f]{16})\.([0-9a-f]{16})\.lease$/,
  writer: /^([0-9a-f]{16})\.writer$/,
  cursor: /^([0-9a-f]{16})\.cursor$/,
  refused: /^[0-9a-f]{16}-[0-9]{8}\.refused$/,
  damaged: /^[0-9a-f]{16}-[0-9]{8}-[0-9]{1,12}\.damaged$/,
  temporary: /^[0-9a-f]{16}\.(?:cursor|writer)\.[0-9a-f]{16}\.tmp$/,
}

export function sortNames(names: readonly string[]): Listing {
  const segments = new Map<string, number[]>()
  const leases = new Map<string, string[]>()
  const ids = (pattern: RegExp): string[] => names.flatMap((name) => pattern.exec(name)?.[1] ?? [])
  for (const name of names.toSorted()) {
    const [, stream, number] = patterns.segment.exec(name) ?? []
    if (stream !== undefined) push(segments, stream, Number(number))
    const [, leased, writer] = patterns.lease.exec(name) ?? []
    if (leased !== undefined) push(leases, leased, writer!)
  }
  return {
    segments, leases, writers: ids(patterns.writer), cursors: ids(patterns.cursor),
    refused: names.filter((name) => patterns.refused.test(name)), damaged: names.filter((name) => patterns.damaged.test(name)), temporary: names.filter((name) => patterns.temporary.test(name)),
  }
}

export function isOurs(name: string): boolean {
  return Object.values(patterns).some((pattern) => pattern.test(name))
}

function push<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

// One tail: the newest entries that match, then every one that comes, until the client goes, its key ends, or the service
// stops.

import { evaluateLog } from '../logql/evaluate.ts'
import { compilePipeline, matchLabels } from '../logql/pipeline.ts'
import { encodeTail } from './encode.ts'
import { followRecords } from './follow.ts'
import { groupEntries, textOf } from './group.ts'
import { createTailQueue } from './tail-queue.ts'
import type { AuditRecord } from '@blotter/processors'
import type { Entry, EntrySource } from '../logql/entry.ts'
import type { LogQuery } from '../logql/ast.ts'
import type { Processed } from '../logql/pipeline.ts'
import type { FollowOptions } from './follow.ts'
import type { TailQueue } from './tail-queue.ts'

export interface TailQuestion {
  readonly query: LogQuery
  readonly startNano: bigint
  /** Of entries that were there before. */
  readonly limit: number
  readonly delayMs: number
  readonly categorized: boolean
}

export interface TailParts extends Omit<FollowOptions, 'fromIndex'> {
  readonly source: EntrySource
  /** Waits a moment for the store; below the index that it answers everything is in it. */
  readonly catchUp: () => Promise<number>
  /** As the caller sees it. */
  readonly entryOf: (record: AuditRecord) => Entry
  /** Bytes that were sent and not taken yet. */
  readonly unread: () => number
  readonly send: (message: string) => void
  readonly shown: (entries: number) => Promise<void>
}

/** How often what has come is sent. */
const sendEveryMs = 200
/** Beyond this the client reads too slowly, and is sent nothing more until it has. */
const mostUnreadBytes = 4 * 1024 * 1024
/** A little later than now, for senders whose clocks run ahead. */
const aheadNano = 3_600_000_000_000n

export async function runTail(question: TailQuestion, parts: TailParts): Promise<void> {
  const { signal } = parts
  const queue = createTailQueue({ delayMs: question.delayMs })
  const fromIndex = await parts.catchUp()
  const before = await history(question, parts)
  const isNew = unlessShown(before)
  await send({ entries: before, dropped: [] }, question, parts)
  const timer = setInterval(() => { void flush(queue, question, parts) }, sendEveryMs)
  try {
    const pipeline = compilePipeline(question.query.stages)
    const matches = matchLabels(question.query.matchers)
    for await (const records of followRecords({ ...parts, fromIndex })) {
      for (const record of records) {
        const entry = parts.entryOf(record)
        const processed = entry.timeNano >= question.startNano && matches(entry.stream) ? pipeline.process(entry) : undefined
        if (processed !== undefined && isNew(processed)) queue.add(processed, performance.now())
      }
      if (signal.aborted) return
    }
  } finally {
    clearInterval(timer)
  }
}

/** The newest entries, oldest first. */
async function history({ query, startNano, limit }: TailQuestion, { source, signal }: TailParts): Promise<readonly Processed[]> {
  const toNano = BigInt(Date.now()) * 1_000_000n + aheadNano
  const entries = await evaluateLog(query, source, { window: { fromNano: startNano, toNano }, direction: 'backward', limit, signal })
  return entries.toReversed()
}

/** What stood in the store already comes from the journal once more when the store was ahead of what it was known to have. */
function unlessShown(before: readonly Processed[]): (entry: Processed) => boolean {
  const shown = new Map<string, number>()
  const keyOf = ({ timeNano, line, stream, metadata }: Processed): string => `${timeNano} ${textOf(stream)} ${textOf(metadata)} ${line}`
  for (const entry of before) shown.set(keyOf(entry), (shown.get(keyOf(entry)) ?? 0) + 1)
  return (entry) => {
    if (shown.size === 0) return true
    const key = keyOf(entry)
    const times = shown.get(key)
    if (times === undefined) return true
    if (times === 1) shown.delete(key)
    else shown.set(key, times - 1)
    return false
  }
}

async function flush(queue: TailQueue, question: TailQuestion, parts: TailParts): Promise<void> {
  if (parts.signal.aborted || parts.unread() > mostUnreadBytes) return
  await send(queue.take(performance.now()), question, parts)
}

async function send({ entries, dropped }: ReturnType<TailQueue['take']>, { categorized }: TailQuestion, { send: write, shown, signal }: TailParts): Promise<void> {
  if (entries.length === 0 && dropped.length === 0) return
  if (entries.length > 0) await shown(entries.length).catch(() => {}) // recorded with the next ones
  const streams = await groupEntries(entries, categorized, 'forward')
  if (!signal.aborted) write(encodeTail(streams, categorized, dropped))
}

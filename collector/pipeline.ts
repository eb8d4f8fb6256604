// The order of the flow, in two functions: `ingest`, from a request's body to its acknowledgement, and `drain`, from the
// journal to everything else. Only here, and in prepare.ts for what can be done in another thread, does one step meet
// another.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { createCommit } from './commit.ts'
import { endOf, entriesOf, entryBytes, recordsFrom, storedRecord } from './entries.ts'
import { asBlotterError } from './errors.ts'
import { refusalOf } from './prepare.ts'
import { createSlices } from './slices.ts'
import { startStep } from './step.ts'
import type { IngestPath, Rejected } from './admit.ts'
import type { Principal } from './authenticate/authenticate.ts'
import type { Clock } from './clock.ts'
import type { Receipt } from './commit.ts'
import type { Forward } from './forward/forward.ts'
import type { Cursor } from './journal/cursor.ts'
import type { Journal } from './journal/journal.ts'
import type { Recent } from './journal/recent.ts'
import type { Metrics } from './metrics.ts'
import type { PrepareInput } from './prepare.ts'
import type { Preparer } from './preparer.ts'
import type { Encoding } from './receive/answer.ts'
import type { Sealer } from './sealer.ts'
import type { Step } from './step.ts'
import type { Store } from './store/store.ts'
import type { Watch } from './watch/watch.ts'

export interface IngestParts {
  readonly journal: Journal
  readonly recent: Recent
  readonly preparer: Preparer
  /** Whether a record that claims another environment or workspace is refused. */
  readonly refuseClaims: boolean
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface Ingested {
  /** One for each record that was taken, in order. */
  readonly receipts: readonly Receipt[]
  /** On the logs path only: records that no retry would make acceptable. */
  readonly rejected: readonly Rejected[]
}

/** `source`: a body as it came, inflated, or records that are made here. */
export type Ingest = (source: PrepareInput['source'], principal: Principal, path: IngestPath, encoding?: Encoding) => Promise<Ingested>

/** received = kept + duplicate + rejected + failed: each record is counted once, whatever happens to it. */
export function createIngest({ journal, recent, preparer, refuseClaims, clock, metrics }: IngestParts): Ingest {
  const commit = createCommit(journal, recent)
  const answers = createSlices(answerSliceMs)

  return async function ingest(source, principal, path, encoding = 'json') {
    const endTimer = metrics.ackSeconds.startTimer({ path })
    const owner = { workspace: principal.workspace, environment: principal.environment }
    const storedAtNano = clock()
    // Without keys there is nothing that a claim could contradict.
    const prepared = await preparer.prepare({ source, encoding, path, owner, refuseClaims: refuseClaims && principal.keyId !== 'open', storedAtNano })
    metrics.received.inc({ path }, prepared.received)
    try {
      if (prepared.kind === 'refused') throw refusalOf(prepared)
      const { entries, recordIds, rejected: unfit, redacted, observed } = prepared
      const { receipts, durable, kept, rejected: conflicting } = commit({ entries, recordIds, owner, path, storedAtNano })
      await durable // a crash before this line leaves a record that may be there and was not acknowledged
      metrics.kept.inc({ path }, kept)
      const rejected = [...unfit, ...conflicting]
      metrics.duplicate.inc({ path }, recordIds.length - kept - conflicting.length)
      for (const { reason } of rejected) metrics.rejected.inc({ path, reason })
      for (const [rule, count] of redacted) metrics.redacted.inc({ rule }, count)
      for (const [rule, count] of observed) metrics.observed.inc({ rule }, count)
      endTimer()
      return { receipts: path === 'logs' ? [] : await answers.run(receipts), rejected }
    } catch (error) {
      const { code, kind } = asBlotterError(error)
      metrics[kind.retryable ? 'failed' : 'rejected'].inc({ path, reason: code }, prepared.received)
      throw error
    }
  }
}

/** Receipts made in one turn of the event loop, in milliseconds: one sync makes many large requests durable at once. */
const answerSliceMs = 4

export interface DrainParts {
  readonly journal: Journal
  readonly origin: string
  readonly sealer: Sealer
  readonly store: Store
  readonly storeCursor: Cursor
  readonly forwards: readonly Forward[]
  readonly watch: Watch
  /** Held while records enter the store or leave it. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly metrics: Metrics
  readonly onError: (step: string, error: unknown, attempt: number) => void
}

export interface Drain {
  readonly seal: Step
  readonly store: Step
  readonly watch: Step
  readonly steps: readonly Step[]
  /** Whether the store holds nothing beyond its cursor: what a crash or a failure left there would be inserted again after an erasure. */
  readonly storeSettled: () => boolean
}

/** Each step follows the journal at its own pace and from its own place; all of them can be replayed. */
export function drain(parts: DrainParts): Drain {
  const seal = startSeal(parts)
  const { step: store, settled: storeSettled } = startStore(parts)
  const forward = parts.forwards.map((destination) => startForward(parts, destination))
  const watch = startWatch(parts)
  return { seal, store, watch, steps: [seal, store, ...forward, watch], storeSettled }
}

/** One leaf for each entry, in the order of the journal; a checkpoint within a second. Its place is the size of the log: there is no other cursor. */
function startSeal({ journal, sealer, ...parts }: DrainParts): Step {
  return startStep({
    name: 'seal', journal, startIndex: sealer.size, maxBytes: 8 * 1024 * 1024, lingerMs: 800, onError: counted(parts),
    async work(frames) {
      const entries: { readonly index: number; readonly entry: Buffer }[] = []
      for (const { entry, index } of entriesOf(frames)) {
        if (entries.length % sliceEntries === sliceEntries - 1) await nextTurn()
        entries.push({ index, entry: entryBytes(entry) })
      }
      await sealer.seal(entries)
    },
  })
}

/** Hashed in one turn of the event loop: requests that this thread answers wait no longer than these take. */
const sliceEntries = 256

/**
 * Exactly once: after a start and after a failure the store is asked what it already has. It waits a second for more,
 * because a store wants few large blocks; whoever asks a question does not wait for that.
 */
function startStore({ journal, origin, store, storeCursor: cursor, exclusive, metrics, ...parts }: DrainParts): { readonly step: Step; readonly settled: () => boolean } {
  let reconciled = false
  let doubtEnd = journal.durableIndex // up to here a process before this one may have inserted what its cursor does not say
  const step = startStep({
    name: 'store', journal, startIndex: cursor.next, maxBytes: 32 * 1024 * 1024, lingerMs: 1000, onError: counted({ metrics, ...parts }),
    async prepare(frames) {
      const records = await recordsFrom(frames, cursor.next, (entry) => storedRecord(entry, origin))
      return { records, rows: await store.prepare(records) }
    },
    work: (frames, attempt, { records, rows }) => exclusive(async () => {
      try {
        if (!reconciled || attempt > 0) await store.reconcile(origin, cursor.next)
        reconciled = true
        await store.insert(records, rows)
        await cursor.advance(endOf(frames))
        metrics.stored.inc(records.length)
      } catch (error) {
        doubtEnd = endOf(frames)
        throw error
      }
    }),
  })
  return { step, settled: () => cursor.next >= doubtEnd }
}

/** At least once: the destination's place moves on after it has taken a batch, or never will and the batch is kept elsewhere. */
function startForward({ journal, ...parts }: DrainParts, destination: Forward): Step {
  return startStep({
    name: `forward:${destination.name}`, journal, startIndex: destination.next, maxBytes: 4 * 1024 * 1024, lingerMs: 500, onError: counted(parts),
    work: async (frames) => destination.work(await recordsFrom(frames, destination.next, ({ entry: { scope, text: canonical }, index, storedAtNano }) => ({ index, storedAtNano, scope, text: canonical })), endOf(frames)),
  })
}

/** What it knows is written after each look: seldom is enough, since nothing is reported before it has been missing for a while. */
function startWatch({ journal, watch, ...parts }: DrainParts): Step {
  return startStep({
    name: 'watch', journal, startIndex: watch.next, maxBytes: 8 * 1024 * 1024, lingerMs: 5000, onError: counted(parts),
    work: async (frames) => watch.observe(await recordsFrom(frames, watch.next, ({ entry, storedAtNano }) => ({ textBytes: entry.textBytes ?? Buffer.from(entry.text), storedAtNano })), endOf(frames)),
  })
}

function counted({ metrics, onError }: Pick<DrainParts, 'metrics' | 'onError'>): DrainParts['onError'] {
  return (step, error, attempt) => {
    metrics.stepErrors.inc({ step })
    onError(step, error, attempt)
  }
}

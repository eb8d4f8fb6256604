// The order of the flow, in two functions: `ingest`, from a decoded request to its acknowledgement, and `drain`, from
// the journal to everything else. Only here does one step meet another.

import { canonicalRecord, chain, createFingerprint, createRedact, createRetain, fields, parseRecord, periodOf, strings, text, withValues } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { createAdmit } from './admit.ts'
import { createCommit } from './commit.ts'
import { endOf, entriesOf, entryBytes, recordsFrom, storedRecord } from './entries.ts'
import { asBlotterError } from './errors.ts'
import { commitment, leafHash, recordEntry } from './seal/index.ts'
import { startStep } from './step.ts'
import type { AuditRecord, RedactOptions, RetentionPolicy } from '@blotter/processors'
import type { IngestPath, Rejected } from './admit.ts'
import type { Principal } from './authenticate/authenticate.ts'
import type { Clock } from './clock.ts'
import type { MakeEntry, Receipt } from './commit.ts'
import type { Forwarder } from './forward/forwarder.ts'
import type { Cursor } from './journal/cursor.ts'
import type { Journal } from './journal/journal.ts'
import type { Recent } from './journal/recent.ts'
import type { Metrics } from './metrics.ts'
import type { Sealer } from './sealer.ts'
import type { Secrets } from './secrets.ts'
import type { Step } from './step.ts'
import type { Store } from './store/store.ts'

export interface IngestParts {
  readonly journal: Journal
  readonly recent: Recent
  readonly secrets: Secrets
  readonly policy: RetentionPolicy
  readonly redact: RedactOptions
  readonly clock: Clock
  readonly metrics: Metrics
}

export interface Ingested {
  /** One for each record that was taken, in order. */
  readonly receipts: readonly Receipt[]
  /** On the logs path only: records that no retry would make acceptable. */
  readonly rejected: readonly Rejected[]
}

export type Ingest = (received: readonly AuditRecord[], principal: Principal, path: IngestPath) => Promise<Ingested>

/** received = kept + duplicate + rejected + failed: each record is counted once, whatever happens to it. */
export function createIngest(parts: IngestParts): Ingest {
  const { journal, recent, secrets, clock, metrics } = parts
  const admit = createAdmit(secrets, clock)
  const commit = createCommit(journal, recent, clock, createMakeEntry(parts))

  return async function ingest(received, principal, path) {
    const endTimer = metrics.ackSeconds.startTimer({ path })
    metrics.received.inc({ path }, received.length)
    try {
      const { admitted, rejected: unfit } = admit(received, principal.workspace, path)
      const { receipts, durable, kept, rejected: conflicting } = commit(admitted, principal, path)
      await durable // a crash before this line leaves a record that may be there and was not acknowledged
      metrics.kept.inc({ path }, kept)
      const rejected = [...unfit, ...conflicting]
      metrics.duplicate.inc({ path }, admitted.length - kept - conflicting.length)
      for (const { reason } of rejected) metrics.rejected.inc({ path, reason })
      endTimer()
      return { receipts: receipts(), rejected }
    } catch (error) {
      const { code, kind } = asBlotterError(error)
      metrics[kind.retryable ? 'failed' : 'rejected'].inc({ path, reason: code }, received.length)
      throw error
    }
  }
}

/** Redact, fingerprint, retain; then the one text that is journaled, stored and committed to. */
function createMakeEntry({ secrets, policy, redact: options, metrics }: IngestParts): MakeEntry {
  const redact = createRedact(options)
  const process = chain([
    redact,
    createFingerprint({ keyOf: (record) => secrets.fingerprintKey(text(record.attributes, fields.workspace.key)) }),
    createRetain(policy),
  ])
  const classes = new Map(policy.classes.map((retentionClass) => [retentionClass.name, retentionClass]))

  return function makeEntry(record, { workspace, environment }, receivedDigest, storedAtNano) {
    const owned = { ...record, attributes: withValues(record.attributes, {
      [fields.workspace.key]: workspace, [fields.environment.key]: environment, [fields.redactionPolicy.key]: redact.version, [fields.storedAt.key]: storedAtNano,
    }) }
    const processed = process(owned)
    countRedactions(metrics, owned, processed)
    const retentionClass = classes.get(text(processed.attributes, fields.retentionClass.key))!
    const period = periodOf(retentionClass, Number(record.timeUnixNano / 1_000_000n), Number(storedAtNano / 1_000_000n))
    const canonical = canonicalRecord(processed)
    const salt = randomBytes(32)
    const entry = recordEntry({ commitment: commitment(salt, canonical), retentionClass: retentionClass.name, retentionPeriod: period })
    return { kind: 'record', receivedDigest, salt, leafHash: leafHash(entry), scope: `${retentionClass.name} ${period}`, text: canonical }
  }
}

/** What the collector redacted itself; what an SDK did before is not counted again. */
function countRedactions(metrics: Metrics, before: AuditRecord, after: AuditRecord): void {
  const { key } = fields.redactionRules
  if (before.attributes[key] === after.attributes[key]) return
  const counts = ({ attributes }: AuditRecord): Map<string, number> => new Map(strings(attributes, key).map((entry) => { const [rule = '', count] = entry.split(':'); return [rule, Number(count)] }))
  const earlier = counts(before)
  for (const [rule, count] of counts(after)) metrics.redacted.inc({ rule }, Math.max(0, count - (earlier.get(rule) ?? 0)))
}

export interface DrainParts {
  readonly journal: Journal
  readonly origin: string
  readonly sealer: Sealer
  readonly store: Store
  readonly storeCursor: Cursor
  readonly forwarders: readonly { readonly forwarder: Forwarder; readonly cursor: Cursor }[]
  /** Held while records enter the store or leave it. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
  readonly metrics: Metrics
  readonly onError: (step: string, error: unknown, attempt: number) => void
  readonly signal: AbortSignal
}

export interface Drain {
  readonly seal: Step
  readonly store: Step
  readonly steps: readonly Step[]
}

/** Each step follows the journal at its own pace and from its own place; all of them can be replayed. */
export function drain(parts: DrainParts): Drain {
  const seal = startSeal(parts)
  const store = startStore(parts)
  const forward = parts.forwarders.map((destination) => startForward(parts, destination))
  return { seal, store, steps: [seal, store, ...forward] }
}

/** One leaf for each entry, in the order of the journal; a checkpoint within a second. Its place is the size of the log: there is no other cursor. */
function startSeal({ journal, sealer, ...parts }: DrainParts): Step {
  return startStep({
    name: 'seal', journal, startIndex: sealer.size, maxBytes: 32 * 1024 * 1024, lingerMs: 800, onError: counted(parts),
    work: (frames) => sealer.seal(entriesOf(frames).map(({ entry, index }) => ({ index, entry: entryBytes(entry) }))),
  })
}

/**
 * Exactly once: after a start and after a failure the store is asked what it already has. It waits a second for more,
 * because a store wants few large blocks; whoever asks a question does not wait for that.
 */
function startStore({ journal, origin, store, storeCursor: cursor, exclusive, metrics, ...parts }: DrainParts): Step {
  let reconciled = false
  return startStep({
    name: 'store', journal, startIndex: cursor.next, maxBytes: 16 * 1024 * 1024, lingerMs: 1000, onError: counted({ metrics, ...parts }),
    work: (frames, attempt) => exclusive(async () => {
      if (!reconciled || attempt > 0) await store.reconcile(origin, cursor.next)
      reconciled = true
      const records = recordsFrom(frames, cursor.next).map((entry) => storedRecord(entry, origin))
      await store.insert(records)
      await cursor.advance(endOf(frames))
      metrics.stored.inc(records.length)
    }),
  })
}

/** At least once: the place is noted after the destination has taken the batch. */
function startForward({ journal, metrics, signal, ...parts }: DrainParts, { forwarder, cursor }: DrainParts['forwarders'][number]): Step {
  return startStep({
    name: `forward:${forwarder.name}`, journal, startIndex: cursor.next, maxBytes: 1024 * 1024, lingerMs: 500, onError: counted({ metrics, ...parts }),
    work: async (frames) => {
      const records = recordsFrom(frames, cursor.next).map(({ entry }) => parseRecord(entry.text))
      const delivery = records.length === 0 ? { kind: 'delivered' as const } : await forwarder.deliver(records, signal)
      if (delivery.kind === 'retry') throw new DeliveryFailed(forwarder.name, delivery)
      await cursor.advance(endOf(frames))
      metrics.forwarded.inc({ destination: forwarder.name }, records.length)
    },
  })
}

function counted({ metrics, onError }: Pick<DrainParts, 'metrics' | 'onError'>): DrainParts['onError'] {
  return (step, error, attempt) => {
    metrics.stepErrors.inc({ step })
    onError(step, error, attempt)
  }
}

/** A destination did not take a batch. `code`: why, from a fixed list. */
export class DeliveryFailed extends Error {
  readonly code: string
  /** When the destination wants to be asked again. */
  readonly afterMs: number | undefined
  constructor(destination: string, { reason, afterMs }: { readonly reason: string; readonly afterMs?: number }) {
    super(`${destination} did not take the batch: ${reason}`)
    this.name = 'DeliveryFailed'
    this.code = reason
    this.afterMs = afterMs
  }
}

// The order of the flow, in two functions: `ingest`, from a decoded request to its acknowledgement, and `drain`, from
// the journal to everything else. Only this file knows more than one step.

import { canonicalRecord, chain, createFingerprint, createRedact, createRetain, emptyRecord, excess, fields, missing, normalise, parseRecord, periodOf, strings, text, withValues } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { BlotterError } from './errors.ts'
import { recentKey } from './journal/recent.ts'
import { startStep } from './step.ts'
import { commitment, erasureDigest, leafHash, recordEntry, tombstoneEntry } from './seal/index.ts'
import type { AuditRecord, RedactOptions, RetentionPolicy } from '@blotter/processors'
import type { Principal } from './authenticate/authenticate.ts'
import type { Clock } from './clock.ts'
import type { Violation } from './errors.ts'
import type { Forwarder } from './forward/forwarder.ts'
import type { Cursor } from './journal/cursor.ts'
import type { Frame, JournalEntry } from './journal/frame.ts'
import type { Journal } from './journal/journal.ts'
import type { Recent, RecentReceipt } from './journal/recent.ts'
import type { Metrics } from './metrics.ts'
import type { ErasedPartition } from './retain/apply.ts'
import type { Sealer } from './sealer.ts'
import type { Secrets } from './secrets.ts'
import type { Step } from './step.ts'
import type { Store, StoredRecord } from './store/store.ts'

export interface Receipt {
  readonly recordId: string
  /** RFC 6962 leaf hash in base64. */
  readonly integrityHash: string
  readonly leafIndex: number
  /** Nanoseconds since 1970, decimal. */
  readonly sinkTimestamp: string
}

export interface Ingested {
  readonly receipts: readonly Receipt[]
  /** On `logs` only: records that no retry would make acceptable. */
  readonly rejected: readonly { readonly reason: string; readonly violations: readonly Violation[] }[]
}

/** `audit` is all-or-nothing and wants whole records; `logs` takes what stock clients send and fills the gaps. */
export type IngestPath = 'audit' | 'logs'

export interface IngestParts {
  readonly journal: Journal
  readonly recent: Recent
  readonly secrets: Secrets
  readonly policy: RetentionPolicy
  readonly redact: RedactOptions
  readonly clock: Clock
  readonly metrics: Metrics
}

export type Ingest = (received: readonly AuditRecord[], principal: Principal, path: IngestPath) => Promise<Ingested>

export function createIngest({ journal, recent, secrets, policy, redact: redactOptions, clock, metrics }: IngestParts): Ingest {
  const redact = createRedact(redactOptions)
  const process = chain([
    redact,
    createFingerprint({ keyOf: (record) => secrets.fingerprintKey(text(record.attributes, fields.workspace.key)) }),
    createRetain(policy),
  ])
  const classes = new Map(policy.classes.map((retentionClass) => [retentionClass.name, retentionClass]))

  return async function ingest(received, principal, path) {
    const endTimer = metrics.ackSeconds.startTimer({ path })
    metrics.received.inc({ path }, received.length)
    try {
      const digests = received.map((record) => secrets.receivedDigest(principal.workspace, canonicalRecord(record)))
      const { admitted, rejected } = admit(received, digests, principal, path)
      const { receipts, durable, kept } = commit(admitted, principal)
      await durable
      metrics.kept.inc({ path }, kept)
      metrics.duplicate.inc({ path }, receipts.length - kept)
      for (const { reason } of rejected) metrics.rejected.inc({ path, reason })
      endTimer()
      return { receipts: receipts.map(({ recordId, receipt }) => receiptOf(recordId, receipt)), rejected }
    } catch (error) {
      const { code, kind } = error instanceof BlotterError ? error : new BlotterError('INTERNAL')
      metrics[kind.retryable ? 'failed' : 'rejected'].inc({ path, reason: code }, received.length)
      throw error
    }
  }

  /** What may go on, with its id. The audit path names all that is wrong and keeps nothing of the request. */
  function admit(received: readonly AuditRecord[], digests: readonly Buffer[], principal: Principal, path: IngestPath): { admitted: Admitted[]; rejected: Ingested['rejected'] } {
    const now = clock()
    const admitted: Admitted[] = []
    const rejected: { reason: string; violations: Violation[] }[] = []
    received.forEach((record, i) => {
      const tooMuch = excess(record)
      const lacks = path === 'audit' ? missing(record) : []
      if (tooMuch.length > 0 || lacks.length > 0) {
        rejected.push({ reason: lacks.length > 0 ? 'MISSING_ATTRIBUTE' : 'OVER_LIMIT', violations: [...lacks, ...tooMuch].map(({ field, message }) => ({ field: `records[${i}].${field}`, description: message })) })
        return
      }
      const whole = normalise(record, derivedId(record, digests, i, principal.workspace), now)
      admitted.push({ record: whole, recordId: text(whole.attributes, fields.recordId.key), receivedDigest: digests[i]! })
    })
    if (path === 'audit' && rejected.length > 0) {
      const lacking = rejected.some(({ reason }) => reason === 'MISSING_ATTRIBUTE')
      throw new BlotterError(lacking ? 'MISSING_ATTRIBUTE' : 'OVER_LIMIT', { violations: rejected.flatMap(({ violations }) => violations).slice(0, 100) })
    }
    return { admitted, rejected }
  }

  /**
   * The id of a record that came without one. A stock client that retries sends the same request again: the id is
   * derived from the whole request and the place in it, so that the retry is recognised, while two equal records in one
   * request stay two. A record without any time says nothing that could tell a retry from a repetition: it gets a new id.
   */
  function derivedId(record: AuditRecord, digests: readonly Buffer[], index: number, workspace: string): string {
    if (text(record.attributes, fields.recordId.key) !== '') return ''
    const timeless = record.timeUnixNano === 0n && record.observedTimeUnixNano === 0n
    const bytes = timeless ? randomBytes(16) : secrets.receivedDigest(workspace, `${index}\n${digests.map((digest) => digest.toString('base64')).join()}`)
    bytes[6] = (bytes[6]! & 0x0f) | 0x80 // UUID version 8: made by a rule of our own
    bytes[8] = (bytes[8]! & 0x3f) | 0x80
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }

  /**
   * Synchronous from the look-up of known ids to the append, so that two requests cannot both believe to be the first
   * with an id. Nothing is given out before `durable` resolves.
   */
  function commit(admitted: readonly Admitted[], principal: Principal): Committed {
    const storedAtNano = clock()
    const fresh = new Map<string, RecentReceipt>()
    const entries: JournalEntry[] = []
    const receipts = admitted.map(({ record, recordId, receivedDigest }, i) => {
      const key = recentKey(principal.workspace, principal.environment, recordId)
      const before = recent.get(key) ?? fresh.get(key)
      if (before !== undefined && !equal(before.receivedDigest, receivedDigest)) throw conflict(i)
      if (before !== undefined) return { recordId, receipt: before }
      const entry = sealable(record, principal, receivedDigest, storedAtNano)
      const receipt: RecentReceipt = { receivedDigest, leafHash: entry.leafHash, leafIndex: Number.NaN, storedAtNano, durable: undefined }
      entries.push(entry)
      fresh.set(key, receipt)
      return { recordId, receipt }
    })
    if (entries.length > 0) remember(fresh, journal.append(entries, storedAtNano))
    const durable = Promise.all(new Set(receipts.flatMap(({ receipt }) => receipt.durable ?? [])))
    return { receipts, durable, kept: entries.length }
  }

  /** A retry that comes before the record is durable waits for it as well; one that was not to be is forgotten. */
  function remember(fresh: ReadonlyMap<string, RecentReceipt>, { firstIndex, durable }: ReturnType<Journal['append']>): void {
    let index = firstIndex
    const settled = durable.then(
      () => { for (const receipt of fresh.values()) receipt.durable = undefined },
      (error: unknown) => { for (const key of fresh.keys()) recent.remove(key); throw error },
    )
    for (const [key, receipt] of fresh) {
      receipt.leafIndex = index++
      receipt.durable = settled
      recent.add(key, receipt)
    }
  }

  /** Redact, fingerprint, retain; then the one text that is journaled, stored and committed to. */
  function sealable(record: AuditRecord, { workspace, environment }: Principal, receivedDigest: Uint8Array, storedAtNano: bigint): JournalEntry {
    const owned = { ...record, attributes: withValues(record.attributes, {
      [fields.workspace.key]: workspace, [fields.environment.key]: environment, [fields.redactionPolicy.key]: redact.version, [fields.storedAt.key]: storedAtNano,
    }) }
    const processed = process(owned)
    countRedactions(owned, processed)
    const retentionClass = classes.get(text(processed.attributes, fields.retentionClass.key))!
    const period = periodOf(retentionClass, Number(record.timeUnixNano / 1_000_000n), Number(storedAtNano / 1_000_000n))
    const canonical = canonicalRecord(processed)
    const salt = randomBytes(32)
    const entry = recordEntry({ commitment: commitment(salt, canonical), retentionClass: retentionClass.name, retentionPeriod: period })
    return { kind: 'record', receivedDigest, salt, leafHash: leafHash(entry), scope: `${retentionClass.name} ${period}`, text: canonical }
  }

  function countRedactions(before: AuditRecord, after: AuditRecord): void {
    if (before.attributes[fields.redactionRules.key] === after.attributes[fields.redactionRules.key]) return
    const known = new Map(strings(before.attributes, fields.redactionRules.key).map((entry) => entry.split(':') as [string, string]))
    for (const [rule, count] of strings(after.attributes, fields.redactionRules.key).map((entry) => entry.split(':') as [string, string])) {
      const added = Number(count) - Number(known.get(rule) ?? 0)
      if (added > 0) metrics.redacted.inc({ rule }, added)
    }
  }
}

interface Admitted { readonly record: AuditRecord; readonly recordId: string; readonly receivedDigest: Uint8Array }
interface Committed { readonly receipts: readonly { readonly recordId: string; readonly receipt: RecentReceipt }[]; readonly durable: Promise<unknown>; readonly kept: number }

function conflict(index: number): BlotterError {
  return new BlotterError('RECORD_CONFLICT', { violations: [{ field: `records[${index}].${fields.recordId.key}`, description: 'used before for another record' }] })
}

function receiptOf(recordId: string, { leafHash: hash, leafIndex, storedAtNano }: RecentReceipt): Receipt {
  return { recordId, integrityHash: Buffer.from(hash).toString('base64'), leafIndex, sinkTimestamp: storedAtNano.toString() }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
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
  readonly forward: readonly Step[]
  readonly steps: readonly Step[]
}

/** Each step follows the journal at its own pace and from its own place; all of them can be replayed. */
export function drain({ journal, origin, sealer, store, storeCursor, forwarders, exclusive, metrics, onError: tell, signal }: DrainParts): Drain {
  const onError = (step: string, error: unknown, attempt: number): void => {
    metrics.stepErrors.inc({ step })
    tell(step, error, attempt)
  }

  const seal = startStep({
    name: 'seal', journal, startIndex: sealer.size, maxBytes: 32 * 1024 * 1024, lingerMs: 500, onError,
    work: (frames) => sealer.seal(entriesOf(frames).map(({ entry, index }) => ({ index, entry: entryBytes(entry) }))),
  })

  let reconciled = false
  const storeStep = startStep({
    name: 'store', journal, startIndex: storeCursor.next, maxBytes: 16 * 1024 * 1024, lingerMs: 200, onError,
    work: (frames, attempt) => exclusive(async () => {
      if (!reconciled || attempt > 0) await store.reconcile(origin, storeCursor.next)
      reconciled = true
      const records = storedRecords(frames, origin, storeCursor.next)
      await store.insert(records)
      await storeCursor.advance(endOf(frames))
      metrics.stored.inc(records.length)
    }),
  })

  const forward = forwarders.map(({ forwarder, cursor }) => startStep({
    name: `forward:${forwarder.name}`, journal, startIndex: cursor.next, maxBytes: 1024 * 1024, lingerMs: 200, onError,
    work: async (frames) => {
      const records = entriesOf(frames).filter(({ entry, index }) => entry.kind === 'record' && index >= cursor.next).map(({ entry }) => parseRecord(entry.text))
      const delivery = records.length === 0 ? { kind: 'delivered' as const } : await forwarder.deliver(records, signal)
      if (delivery.kind === 'retry') throw new DeliveryFailed(forwarder.name, delivery)
      await cursor.advance(endOf(frames))
      metrics.forwarded.inc({ destination: forwarder.name }, records.length)
    },
  }))

  return { seal, store: storeStep, forward, steps: [seal, storeStep, ...forward] }
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

function endOf(frames: readonly Frame[]): number {
  const last = frames.at(-1)!
  return last.firstIndex + last.entries.length
}

function entriesOf(frames: readonly Frame[]): { readonly entry: JournalEntry; readonly index: number; readonly storedAtNano: bigint }[] {
  return frames.flatMap(({ firstIndex, storedAtNano, entries }) => entries.map((entry, i) => ({ entry, index: firstIndex + i, storedAtNano })))
}

/** The bytes of the log entry, made again from what was journaled: the same hash as before the write, or we stop. */
function entryBytes({ kind, scope, salt, text: journaled, leafHash: expected }: JournalEntry): Buffer {
  const [retentionClass = '', retentionPeriod = ''] = scope.split(' ')
  const entry = kind === 'tombstone' ? tombstoneEntry(JSON.parse(journaled) as Parameters<typeof tombstoneEntry>[0]) : recordEntry({ commitment: commitment(salt, journaled), retentionClass, retentionPeriod })
  if (!equal(leafHash(entry), expected)) throw new Error('BUG: leaf hash of a journaled entry differs from the one before the write')
  return entry
}

function storedRecords(frames: readonly Frame[], origin: string, fromIndex: number): StoredRecord[] {
  return entriesOf(frames).filter(({ entry, index }) => entry.kind === 'record' && index >= fromIndex).map(({ entry, index, storedAtNano }) => {
    const [retentionClass = '', period = ''] = entry.scope.split(' ')
    return { origin, leafIndex: index, leafHash: entry.leafHash, salt: entry.salt, receivedDigest: entry.receivedDigest, storedAtNano, retentionClass, period, canonical: entry.text }
  })
}

/** Makes what an erasure leaves to say the next entry of the log, and waits until it is durable. */
export async function appendTombstone(journal: Journal, { retentionClass, period, leaves }: ErasedPartition, policy: string, nowNano: bigint): Promise<number> {
  const tombstone = {
    class: retentionClass, period, count: leaves.length, first: leaves[0]!.leafIndex, last: leaves.at(-1)!.leafIndex,
    digest: erasureDigest(leaves.map(({ leafHash: hash }) => Buffer.from(hash))), policy, reason: 'retention', time: Number(nowNano / 1_000_000_000n),
  }
  const entry: JournalEntry = { kind: 'tombstone', receivedDigest: new Uint8Array(16), salt: new Uint8Array(32), leafHash: leafHash(tombstoneEntry(tombstone)), scope: '', text: JSON.stringify(tombstone) }
  const { firstIndex, durable } = journal.append([entry], nowNano)
  await durable
  return firstIndex
}

/** What the collector says about itself, as a record like any other. */
export function selfRecord(eventName: string, nowNano: bigint, attributes: AuditRecord['attributes']): AuditRecord {
  return { ...emptyRecord, eventName, timeUnixNano: nowNano, observedTimeUnixNano: nowNano, attributes, resource: withValues({}, { 'service.name': 'blotter' }) }
}

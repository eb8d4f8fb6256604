// The contract of the store: where records live after the journal. One implementation speaks ClickHouse SQL, embedded
// or remote; everything above this file is the same for both.

import type { AuditRecord } from '@blotter/processors'
import type { LogRows } from './log-rows.ts'

/** A record with its place in the log. `canonical` is what its leaf commits to. */
export interface StoredRecord {
  readonly origin: string
  readonly leafIndex: number
  /** 32 bytes. */
  readonly leafHash: Uint8Array
  /** 32 bytes. */
  readonly salt: Uint8Array
  /** 16 bytes. */
  readonly receivedDigest: Uint8Array
  readonly storedAtNano: bigint
  readonly retentionClass: string
  readonly period: string
  readonly canonical: string
  /** The same as UTF-8, when it is there already. */
  readonly canonicalBytes?: Uint8Array
}

export interface Partition {
  readonly retentionClass: string
  readonly period: string
  readonly rows: number
  readonly bytes: number
  readonly firstOccurred: string
  readonly lastOccurred: string
}

/** What ties records together. The kinds are the links that a timeline follows or starts from. */
export type LinkKind = 'request_id' | 'trace_id' | 'session_id' | 'delivery_id' | 'idempotency_key' | 'actor' | 'target' | 'fingerprint' | 'record_id'

export interface Link { readonly kind: LinkKind; readonly id: string }

export interface Scope { readonly workspace: string; readonly environment: string }

/** Conditions that all must hold. Times in nanoseconds since 1970, `to` exclusive. */
export interface RecordFilter {
  /** The record carries each of these. */
  readonly all: readonly Link[]
  /** And at least one of these, when there are any. */
  readonly any: readonly Link[]
  readonly integration?: string
  readonly outcome?: string
  readonly decision?: string
  readonly action?: string
  /** Names of events; one that ends in `*` stands for all that begin so. Any of them. */
  readonly events?: readonly string[]
  /** A part, in any letter case, of the event name, the body or the value of an attribute, its own or its resource's. */
  readonly text?: string
  readonly fromNano?: bigint
  readonly toNano?: bigint
  /** Older than this place, in order of occurrence, then of the log. */
  readonly before?: RecordPlace
  /** What was in the store then, and nothing that came later. */
  readonly asOf?: Snapshot
}

export interface RecordPlace { readonly timeNano: bigint; readonly leafIndex: number; readonly origin: string }

/** A moment of the store: of one log what lies below a leaf index, of others what had been stored by then. */
export interface Snapshot { readonly origin: string; readonly leafIndex: number; readonly storedAtNano: bigint }

/** Records by integration in steps of equal length, as far as there are any: how often each of them speaks. */
export interface RhythmQuestion { readonly fromNano: bigint; readonly toNano: bigint; readonly stepNano: bigint; readonly integrations?: readonly string[]; readonly asOf?: Snapshot }

/** One step of one integration: how many records, and when the first and the last of them occurred. */
export interface Beat { readonly integration: string; readonly records: number; readonly firstNano: bigint; readonly lastNano: bigint }

export interface KnownRecord extends Scope, Pick<StoredRecord, 'receivedDigest' | 'leafIndex' | 'leafHash' | 'storedAtNano'> { readonly recordId: string }

export interface FoundRecord { readonly record: AuditRecord; readonly leafIndex: number; readonly leafHash: Uint8Array; readonly origin: string; readonly storedAtNano: bigint }

/** Rows in the form in which they are inserted, table by table: the store's own affair. */
export type PreparedRows = readonly Readonly<Record<string, Uint8Array>>[]

export interface Store {
  /** Makes the rows of records that `insert` will take, while it has others in hand. Optional: it makes them itself. */
  prepare(records: readonly StoredRecord[]): Promise<PreparedRows>
  /** Inserts in order and durably. Rows that are already there, by leaf index, are left alone: see `reconcile`. */
  insert(records: readonly StoredRecord[], prepared?: PreparedRows): Promise<void>
  /** Must precede the first insert, and the first after a failed one: finds out what of it was applied. */
  reconcile(origin: string, fromIndex: number): Promise<void>
  /** The newest records that match, at most `limit`, in order of occurrence. */
  find(scope: Scope, filter: RecordFilter, limit: number): Promise<FoundRecord[]>
  /** How many records each link has, in the order of `links`. */
  count(scope: Scope, links: readonly Link[], asOf?: Snapshot): Promise<number[]>
  /** In order of time within each integration. */
  rhythm(scope: Scope, question: RhythmQuestion): Promise<Beat[]>
  /** What log queries read. */
  readonly logRows: LogRows
  /** What a retry of the newest records must hear, oldest first. */
  newest(origin: string, limit: number): AsyncIterable<KnownRecord>
  partitions(): Promise<Partition[]>
  /** Leaf indices and hashes of one partition of one log, in index order. */
  leaves(origin: string, partition: Pick<Partition, 'retentionClass' | 'period'>): Promise<{ readonly leafIndex: number; readonly leafHash: Uint8Array }[]>
  /** Physically drops the partition: rows, identifiers and salts. Dropping one that is gone does nothing. */
  drop(partition: Pick<Partition, 'retentionClass' | 'period'>): Promise<void>
  /** All rows of a log in index order, for verification. `scope`: only that tenant's. */
  rows(origin: string, fromIndex: number, toIndex: number, scope?: Scope): AsyncIterable<StoredRow>
  ping(): Promise<boolean>
  close(): Promise<void>
}

/** A row as it stands in the store, all columns, for comparison with what its canonical text implies. */
export interface StoredRow { readonly leafIndex: number; readonly leafHash: string; readonly salt: string; readonly canonical: string; readonly columns: Readonly<Record<string, unknown>> }

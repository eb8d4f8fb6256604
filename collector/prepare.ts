// From the bytes of a request to entries that are ready for the journal: decode, separate, admit, redact, fingerprint,
// retain. No clock, no file, no state but caches, so that it runs the same in this thread or in another one.

import { builtinPolicy, canonicalBytes, createFingerprint, createRedaction, createRetain, epochOf, fields, parsePolicy, parseRedactionPolicy, periodOf, text, withValues } from '@blotter/processors'
import { randomBytes } from 'node:crypto'
import { createAdmit } from './admit.ts'
import { BlotterError, asBlotterError } from './errors.ts'
import { EntryPacker } from './journal/frame.ts'
import { decodeJsonRequest } from './receive/json.ts'
import { decodeProtobufRequest } from './receive/protobuf.ts'
import { commitment, leafHash, recordEntry } from './seal/index.ts'
import type { AuditRecord, Found, RetentionPolicy } from '@blotter/processors'
import type { IngestPath, Rejected } from './admit.ts'
import type { Owner } from './authenticate/claims.ts'
import type { ErrorCode, Violation } from './errors.ts'
import type { NewEntry, PackedEntries } from './journal/frame.ts'
import type { Encoding } from './receive/answer.ts'
import type { Secrets } from './secrets.ts'

export interface PrepareOptions {
  readonly secrets: Pick<Secrets, 'fingerprintKey' | 'acceptsEpoch' | 'receivedDigest'>
  /** The retention policy as it was written: parsed here, because what is parsed cannot go to another thread. */
  readonly policy: unknown
  /** The redaction policy as it was written, for the same reason. Default: the built-in one. */
  readonly redaction?: unknown
  /** What is removed besides, whatever the policy says. */
  readonly redact: { readonly paths: readonly string[]; readonly keys: readonly string[] }
}

export interface PrepareInput {
  /** A body as it came, inflated, or records that are made here. */
  readonly source: Uint8Array | readonly AuditRecord[]
  readonly encoding: Encoding
  readonly path: IngestPath
  readonly owner: Owner
  /** Whether a claim to another environment or workspace is refused. */
  readonly refuseClaims: boolean
  /** When the collector takes the records in, in nanoseconds since 1970. */
  readonly storedAtNano: bigint
}

/** What can be sent to another thread and back: plain values and bytes. */
export type Prepared =
  | {
    readonly kind: 'prepared'
    /** Records that arrived. */
    readonly received: number
    /** One for each record that may be kept, with its id in the same place. */
    readonly entries: PackedEntries
    readonly recordIds: readonly string[]
    /** On the logs path only: records that no retry would make acceptable. */
    readonly rejected: readonly Rejected[]
    /** How often which rule redacted something here. */
    readonly redacted: ReadonlyMap<string, number>
    /** How often a rule in observe mode would have. */
    readonly observed: ReadonlyMap<string, number>
    /** Records that brought a fingerprint of an epoch that is not the current one. */
    readonly oldFingerprints: number
  }
  /** Nothing of the request may be kept. `cause`: of an error that is ours, for the log. */
  | { readonly kind: 'refused'; readonly received: number; readonly code: ErrorCode; readonly violations: readonly Violation[]; readonly cause?: unknown }

export type Prepare = (input: PrepareInput) => Prepared

export function createPrepare(options: PrepareOptions): Prepare {
  const admit = createAdmit(options.secrets)
  const makeEntry = createMakeEntry(options)

  return function prepare({ source, encoding, path, owner, refuseClaims, storedAtNano }) {
    let received = 0
    try {
      const records = source instanceof Uint8Array ? decode(source, encoding, path !== 'logs') : source
      received = records.length
      const { admitted, rejected } = admit(records, owner, { path, refuseClaims, nowNano: storedAtNano })
      const packer = new EntryPacker(admitted.length * guessedEntryBytes)
      const [redacted, observed] = [new Map<string, number>(), new Map<string, number>()]
      const found: Found = (ruleId, outcome) => {
        const counts = outcome === undefined ? redacted : observed
        counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1)
      }
      const { epoch } = options.secrets.fingerprintKey(owner.workspace)
      for (const { record, receivedDigest } of admitted) packer.add(makeEntry(record, owner, receivedDigest, storedAtNano, found))
      return { kind: 'prepared', received, entries: packer.finish(), recordIds: admitted.map(({ recordId }) => recordId), rejected, redacted, observed, oldFingerprints: admitted.filter(({ record }) => isOldFingerprint(record, epoch)).length }
    } catch (error) {
      const { code, violations, cause } = asBlotterError(error)
      return { kind: 'refused', received, code, violations, ...(cause === undefined ? {} : { cause }) }
    }
  }
}

/** Epochs that are a sender's own are neither old nor new. */
function isOldFingerprint({ attributes }: AuditRecord, current: string): boolean {
  const own = attributes[fields.fingerprint.key]
  const epoch = typeof own === 'string' ? epochOf(own) : undefined
  return epoch !== undefined && epoch !== current && /^e[0-9]+$/.test(epoch)
}

/** Room for an average record: more is made when it is not enough. */
const guessedEntryBytes = 2600

function decode(body: Uint8Array, encoding: Encoding, strict: boolean): AuditRecord[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return encoding === 'json' ? decodeJsonRequest(bytes, strict) : decodeProtobufRequest(bytes, strict)
}

type MakeEntry = (record: AuditRecord, owner: Owner, receivedDigest: Uint8Array, storedAtNano: bigint, found: Found) => NewEntry

/** Redact, fingerprint, retain; then the one text that is journaled, stored and committed to. The entry's text is good until the next one. */
function createMakeEntry({ secrets, policy: source, redaction: redactionSource = builtinPolicy, redact: more }: PrepareOptions): MakeEntry {
  const policy: RetentionPolicy = parsePolicy(source)
  const redaction = createRedaction(parseRedactionPolicy(redactionSource), { ...more, keyOf: (workspace) => secrets.fingerprintKey(workspace) })
  const fingerprint = createFingerprint({
    keyOf: (record) => secrets.fingerprintKey(text(record.attributes, fields.workspace.key)),
    redactorOf: (record) => redaction.of(text(record.attributes, fields.workspace.key)).payload,
    accepts: (epoch) => secrets.acceptsEpoch(epoch),
  })
  const retain = createRetain(policy)
  const classes = new Map(policy.classes.map((retentionClass) => [retentionClass.name, retentionClass]))
  const nextSalt = createSalts()

  return function makeEntry(record, { workspace, environment }, receivedDigest, storedAtNano, found) {
    const owned = { ...record, attributes: withValues(record.attributes, {
      [fields.workspace.key]: workspace, [fields.environment.key]: environment, [fields.redactionPolicy.key]: redaction.version, [fields.storedAt.key]: storedAtNano,
    }) }
    const processed = retain.process(fingerprint.process(redaction.of(workspace).process(owned, found), owned))
    const retentionClass = classes.get(text(processed.attributes, fields.retentionClass.key))!
    const period = periodOf(retentionClass, Number(record.timeUnixNano / 1_000_000n), Number(storedAtNano / 1_000_000n))
    const canonical = canonicalBytes(processed)
    const salt = nextSalt()
    const entry = recordEntry({ commitment: commitment(salt, canonical), retentionClass: retentionClass.name, retentionPeriod: period })
    return { kind: 'record', receivedDigest, salt, leafHash: leafHash(entry), scope: `${retentionClass.name} ${period}`, text: canonical }
  }
}

/** 32 random bytes at a time, asked of the system for many records at once. */
function createSalts(): () => Buffer {
  const saltBytes = 32
  let pool = Buffer.alloc(0)
  return function nextSalt() {
    if (pool.length === 0) pool = randomBytes(256 * saltBytes)
    const salt = pool.subarray(0, saltBytes)
    pool = pool.subarray(saltBytes)
    return salt
  }
}

/** The error behind a refusal, as the caller hears it. */
export function refusalOf({ code, violations, cause }: Extract<Prepared, { kind: 'refused' }>): BlotterError {
  return new BlotterError(code, { violations, ...(cause === undefined ? {} : { cause }) })
}

// Watches over what does not arrive: numbers missing in a stream, sources that fell silent. What it finds becomes a
// record like any other, in the workspace that it concerns. It follows the journal from a place of its own; what it
// knows and how far it has read are one file, so that neither is ever ahead of the other.

import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createPeek, fields } from '@blotter/processors'
import { createSequences } from './sequences.ts'
import { createSources } from './sources.ts'
import type { Value } from '@blotter/processors'
import type { Gap, SequenceState, Sequences } from './sequences.ts'
import type { Silence, Source, SourceState, Sources } from './sources.ts'

export interface WatchOptions {
  /** The file of what it knows. */
  readonly path: string
  /** Where to begin when there is no file. */
  readonly startIndex: number
  /** How long a number may be late, in milliseconds. */
  readonly graceMs: number
  /** How long every source may be silent, in milliseconds; false: nobody is told. */
  readonly silentMs: number | false
  readonly nowNano: () => bigint
  readonly writeFile: (path: string, text: string) => Promise<void>
  /** Keeps a finding. May fail: it is tried again, under the same record id. */
  readonly emit: (finding: Finding) => Promise<void>
}

export interface Finding {
  readonly event: 'blotter.sequence.gap' | 'blotter.sequence.violation' | 'blotter.source.silent' | 'blotter.source.resumed'
  readonly workspace: string
  readonly environment: string
  readonly attributes: { readonly [key: string]: Value }
}

export interface Watched { readonly textBytes: Uint8Array; readonly storedAtNano: bigint }

export interface Watch {
  /** Index of the first entry that was not looked at. */
  readonly next: number
  /** Looks at these records and notes durably that it did, up to `endIndex`. */
  observe(records: readonly Watched[], endIndex: number): Promise<void>
  /** Keeps what is due. To be called only when everything durable has been looked at: what was not yet read is not missing. */
  report(): Promise<void>
  readonly streams: number
  readonly sources: number
  /** Whether the source is one that fell silent, and has not been heard of since. */
  isSilent(source: Source): boolean
}

interface State { readonly next: number; readonly fromStart: boolean; readonly sequences: SequenceState; readonly sources: SourceState; readonly findings: readonly Finding[] }

const { key: workspaceKey } = fields.workspace
const peek = createPeek([workspaceKey, fields.environment.key, fields.integration.key, fields.sequenceStream.key, fields.sequenceNumber.key, fields.sequenceEnd.key, 'blotter.watch.finding'])

/** Looked at in one turn of the event loop: requests that this thread answers wait no longer than these take. */
const sliceRecords = 128

export async function openWatch({ path, startIndex, graceMs, silentMs, nowNano, writeFile, emit }: WatchOptions): Promise<Watch> {
  const before = await read(path) ?? { next: startIndex, fromStart: startIndex === 0, sequences: [], sources: [], findings: [] }
  const sequences = createSequences(before.sequences, { graceNano: BigInt(graceMs) * 1_000_000n, fromStart: before.fromStart })
  const sources = createSources(before.sources, { leastMs: silentMs === false ? Number.POSITIVE_INFINITY : silentMs, sinceNano: nowNano() })
  let { next } = before
  const findings: Finding[] = [...before.findings]

  /** The step looks and the upkeep reports: one at a time, since both write the file. */
  let last: Promise<void> = Promise.resolve()
  const exclusive = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  const save = (endIndex: number): Promise<void> =>
    writeFile(path, `${JSON.stringify({ next: endIndex, fromStart: before.fromStart, sequences: sequences.state(), sources: sources.state(), findings }, (_, value: unknown) => (typeof value === 'bigint' ? { int: String(value) } : value))}\n`)

  return {
    get next() { return next },
    get streams() { return sequences.size },
    get sources() { return sources.size },
    isSilent: (source) => sources.isSilent(source),
    observe: (records, endIndex) => exclusive(async () => {
      if (endIndex <= next) return
      for (const [i, record] of records.entries()) {
        if (i % sliceRecords === sliceRecords - 1) await nextTurn()
        observeOne(record, sequences, sources, findings)
      }
      await save(endIndex) // a crash before this looks at the same records again, from the same knowledge
      next = endIndex
    }),
    report: () => exclusive(async () => {
      findings.push(...sequences.due(nowNano()).map(gapFinding), ...sources.due(nowNano()).map(silenceFinding))
      if (findings.length === 0) return
      await save(next)
      while (findings.length > 0) { // each has its id from what it says: one that was kept before a crash is recognised
        await emit(findings[0]!)
        findings.shift()
      }
      await save(next)
    }),
  }
}

function observeOne({ textBytes, storedAtNano }: Watched, sequences: Sequences, sources: Sources, findings: Finding[]): void {
  const [workspace, environment, integration, stream, number, end, finding] = peek(Buffer.from(textBytes.buffer, textBytes.byteOffset, textBytes.byteLength)) ?? []
  if (typeof workspace !== 'string' || typeof environment !== 'string' || typeof integration !== 'string' || finding !== undefined) return
  const silence = integration === 'blotter' ? undefined : sources.observe({ workspace, environment, integration }, storedAtNano)
  if (silence !== undefined) findings.push(silenceFinding(silence))
  if (typeof stream === 'string' && typeof number === 'number' && number >= 1) sequences.observe({ workspace, environment, integration, stream, number, end: end === true, storedAtNano })
}

function gapFinding({ workspace, environment, integration, stream, kind, first, last, sinceNano }: Gap): Finding {
  const event = kind === 'missing' ? 'blotter.sequence.gap' : 'blotter.sequence.violation'
  const reason = kind === 'missing' ? 'records of a numbered stream did not arrive' : 'a record arrived after the end of its stream'
  return {
    event, workspace, environment,
    attributes: {
      ...common(`${event}\n${workspace}\n${environment}\n${stream}\n${first}\n${last}`, integration, reason), [fields.targetId.key]: stream, [fields.targetType.key]: 'audit.stream', [fields.outcome.key]: 'failure',
      'blotter.sequence.first': BigInt(first), 'blotter.sequence.last': BigInt(last), 'blotter.sequence.missing': BigInt(kind === 'missing' ? last - first + 1 : 0), 'blotter.watch.since_unix_nano': sinceNano,
    },
  }
}

function silenceFinding({ workspace, environment, integration, kind, sinceNano, usualMs }: Silence): Finding {
  const event = kind === 'silent' ? 'blotter.source.silent' : 'blotter.source.resumed'
  return {
    event, workspace, environment,
    attributes: {
      ...common(`${event}\n${workspace}\n${environment}\n${integration}\n${sinceNano}`, integration, kind === 'silent' ? 'no record for much longer than usual' : 'records arrive again'),
      [fields.targetId.key]: integration, [fields.targetType.key]: 'integration', [fields.outcome.key]: kind === 'silent' ? 'failure' : 'success',
      'blotter.source.usual_pause_ms': BigInt(Math.round(usualMs)), 'blotter.watch.since_unix_nano': sinceNano,
    },
  }
}

function common(identity: string, integration: string, reason: string): { readonly [key: string]: Value } {
  const digest = createHash('sha256').update(identity).digest('hex')
  return {
    [fields.recordId.key]: `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-8${digest.slice(17, 20)}-${digest.slice(20, 32)}`, // UUID version 8
    [fields.actorId.key]: 'blotter', [fields.actorType.key]: 'system', [fields.action.key]: 'DETECT', [fields.integration.key]: integration, [fields.reason.key]: reason, 'blotter.watch.finding': true,
  }
}

async function read(path: string): Promise<State | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return text === undefined ? undefined : JSON.parse(text, (_, value: unknown) => (typeof value === 'object' && value !== null && 'int' in value ? BigInt(value.int as string) : value)) as State
}

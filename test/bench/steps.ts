// What each step costs for one record, on one core, with nothing around it. Where the time of ingest.ts goes, and what a
// change of one step can win. See README.md.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  canonicalBytes, createFingerprint, createRedact, createRetain, encodeRequest, excess, fields, fingerprintKey, missing, normalise, parseRecord, withValues,
} from '@blotter/processors'
import { encodeFrame, decodeFrame, headerBytes, readHeader } from '../../collector/journal/frame.ts'
import { decodeJsonRequest } from '../../collector/receive/json.ts'
import { decodeProtobufRequest } from '../../collector/receive/protobuf.ts'
import { loadPolicy } from '../../collector/retain/load.ts'
import { commitment, leafHash, recordEntry } from '../../collector/seal/index.ts'
import { openSecrets } from '../../collector/secrets.ts'
import { encodeBlocks } from '../../collector/store/row-encoder.ts'
import { bodyOf, recordOf } from './support/encode.ts'
import { events } from './support/events.ts'
import { readOptions } from './support/options.ts'
import { figure, machine, machineLine, median, progress, quantile, table } from './support/report.ts'
import { createSeal } from './support/seal.ts'
import type { JournalEntry } from '../../collector/journal/frame.ts'

const help = `Microseconds for one record, step by step, on one core.

  node --conditions=@blotter/source test/bench/steps.ts

  --records N  different records that go through each step. Default 2000
  --batch N    records in a request or a frame, where a step takes many at once. Default 100
  --rounds N   times that each step is measured, a tenth of a second or more; the median counts. Default 9
  --json       figures for a program
`

const options = readOptions(help, ['records', 'batch', 'rounds'])
const count = options.number('records', 2000)
const batch = options.number('batch', 100)
const rounds = options.number('rounds', 9)

const source = events({ seed: 7, startMs: Date.UTC(2026, 10, 24), gapMs: 50 })
const taken = Array.from({ length: count }, () => source.next().value)
const received = taken.map(recordOf)
const batches = <T>(list: readonly T[]): T[][] => Array.from({ length: Math.ceil(list.length / batch) }, (_, i) => list.slice(i * batch, (i + 1) * batch))

const directory = await mkdtemp(join(tmpdir(), 'blotter-bench-'))
const secrets = await openSecrets(directory)
await rm(directory, { recursive: true })
const { policy } = await loadPolicy([], false, () => undefined)
const nowNano = BigInt(Date.UTC(2026, 10, 25)) * 1_000_000n
const seal = createSeal({ policy, origin: secrets.origin })

// Each step's input is the step before's output, made ahead: only the step itself is on the clock.
const senders = batches(received).map((records) => records.map((record) => ({ ...record, resource: records[0]!.resource })))
const jsonBodies = senders.map((records) => bodyOf(records, 'json'))
const protobufBodies = senders.map((records) => bodyOf(records, 'protobuf'))
const normal = received.map((record) => normalise(record, '', nowNano))
const owned = normal.map((record, i) => ({ ...record, attributes: withValues(record.attributes, {
  [fields.workspace.key]: taken[i]!.workspace, [fields.environment.key]: taken[i]!.environment, [fields.redactionPolicy.key]: 'builtin-1', [fields.storedAt.key]: nowNano,
}) }))
const redact = createRedact()
const key = fingerprintKey('e1', randomBytes(32))
const fingerprint = createFingerprint({ keyOf: () => key })
const retain = createRetain(policy)
const redacted = owned.map((record) => redact.process(record))
const fingerprinted = redacted.map((record) => fingerprint.process(record))
const retained = fingerprinted.map((record) => retain.process(record))
const stored = received.map((record, i) => seal(record, taken[i]!, i, nowNano))
const entries = batches(stored.map(({ receivedDigest, salt, leafHash: hash, retentionClass, period, canonical }): JournalEntry =>
  ({ kind: 'record', receivedDigest, salt, leafHash: hash, scope: `${retentionClass} ${period}`, text: canonical })))
const frames = entries.map((list, i) => encodeFrame({ firstIndex: i * batch, storedAtNano: nowNano, entries: list }))
const parsed = stored.map(({ canonical }) => parseRecord(canonical))

interface Step {
  readonly name: string
  /** `request`: before the acknowledgement. `background`: after it, for the step that is named. */
  readonly when: 'request' | 'seal' | 'store' | 'forward'
  readonly run: () => unknown
}

const steps: readonly Step[] = [
  { name: 'decode JSON', when: 'request', run: () => jsonBodies.map((body) => decodeJsonRequest(body, true)) },
  { name: 'decode protobuf', when: 'request', run: () => protobufBodies.map((body) => decodeProtobufRequest(body)) },
  { name: 'received digest (canonical, HMAC)', when: 'request', run: () => received.map((record) => secrets.receivedDigest('shop', canonicalBytes(record))) },
  { name: 'check and normalise', when: 'request', run: () => received.map((record) => [excess(record), missing(record), normalise(record, '', nowNano)]) },
  { name: 'redact', when: 'request', run: () => owned.map((record) => redact.process(record)) },
  { name: 'fingerprint', when: 'request', run: () => redacted.map((record) => fingerprint.process(record)) },
  { name: 'retain', when: 'request', run: () => fingerprinted.map((record) => retain.process(record)) },
  { name: 'canonical', when: 'request', run: () => { for (const record of retained) canonicalBytes(record) } },
  { name: 'salt, commitment, leaf hash', when: 'request', run: () => stored.map(({ canonical, retentionClass, period }) => leafHash(recordEntry({ commitment: commitment(randomBytes(32), canonical), retentionClass, retentionPeriod: period }))) },
  { name: 'encode frame', when: 'request', run: () => entries.map((list, i) => encodeFrame({ firstIndex: i * batch, storedAtNano: nowNano, entries: list })) },
  { name: 'decode frame', when: 'seal', run: () => frames.map((frame) => decodeFrame(frame.subarray(headerBytes), readHeader(frame)!.checksum)) },
  { name: 'commitment and leaf hash again', when: 'seal', run: () => stored.map(({ salt, canonical, retentionClass, period }) => leafHash(recordEntry({ commitment: commitment(salt, canonical), retentionClass, retentionPeriod: period }))) },
  { name: 'parse, rows of all tables', when: 'store', run: () => encodeBlocks(stored) },
  { name: 'encode OTLP request', when: 'forward', run: () => encodeRequest(parsed) },
]

/** The system counts a thread's time in ticks of up to 10 ms: what is shorter than this is repeated. */
const leastMicros = 100_000

/** This thread's time alone: what other processes do meanwhile does not count, nor do this one's helper threads. */
function microseconds(run: () => unknown): number {
  const before = process.threadCpuUsage()
  for (let repeats = 1; ; repeats += 1) {
    run()
    const { user, system } = process.threadCpuUsage(before)
    if (user + system >= leastMicros) return (user + system) / count / repeats
  }
}

/** So many rounds before the first that counts: by then everything hot is compiled. */
const warmUpRounds = 3

const samples = steps.map((): number[] => [])
for (let round = -warmUpRounds; round < rounds; round += 1) {
  progress(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`)
  steps.forEach(({ run }, i) => { // all steps in each round: they meet the same caches and the same garbage as in the collector
    const sample = microseconds(run)
    if (round >= 0) samples[i]!.push(sample)
  })
}
progress('')

const results = steps.map(({ name, when }, i) => ({ name, when, medianMicros: median(samples[i]!), bestMicros: quantile(samples[i]!, 0), worstMicros: quantile(samples[i]!, 1) }))
const sum = (when: string, without: string): number => results.filter((step) => step.when === when && step.name !== without).reduce((total, step) => total + step.medianMicros, 0)
const size = (list: readonly { readonly length: number }[]): number => list.reduce((total, { length }) => total + length, 0) / count
const bytes = { json: size(jsonBodies), protobuf: size(protobufBodies), canonical: size(stored.map(({ canonical }) => Buffer.from(canonical))), frame: size(frames) }
if (options.json) {
  process.stdout.write(`${JSON.stringify({ machine: machine(), batch, bytes, steps: results }, null, 2)}\n`)
} else {
  process.stdout.write(`${machineLine()}One record: ${figure(bytes.json)} bytes as JSON, ${figure(bytes.protobuf)} as protobuf, ${figure(bytes.canonical)} canonical, ${figure(bytes.frame)} in the journal\n\n`)
  process.stdout.write(table(['step', 'for', 'µs/record', 'best', 'worst'], results.map(({ name, when, medianMicros, bestMicros, worstMicros }) => [name, when, figure(medianMicros), figure(bestMicros), figure(worstMicros)]), 2))
  process.stdout.write(`\nTogether before the acknowledgement: ${figure(sum('request', 'decode protobuf'))} µs from JSON, ${figure(sum('request', 'decode JSON'))} µs from protobuf\n`)
}

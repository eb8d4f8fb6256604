import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeRequest, valueMap } from '@blotter/processors'
import { sampleRecord } from '../test/support/arbitrary.ts'
import { eventually } from '../test/support/eventually.ts'
import { decodeFrame, headerBytes, readHeader, sealFrame } from './journal/frame.ts'
import { startPreparer } from './preparer.ts'
import { loadPolicy } from './retain/load.ts'
import { rotateEpoch } from './secrets/epochs.ts'
import { openSecrets } from './secrets.ts'
import type { PrepareInput, Prepared } from './prepare.ts'
import type { Preparer } from './preparer.ts'
import type { Secrets } from './secrets.ts'

let directory: string
let secrets: Secrets
let threaded: Preparer
let inline: Preparer
let single: Preparer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blotter-test-'))
  secrets = await openSecrets(directory)
  const { definition } = await loadPolicy([], false, () => undefined)
  const options = { dataDirectory: directory, policy: definition, redact: { paths: ['body.hidden'], keys: ['badge'] } }
  threaded = await startPreparer({ ...options, threads: 2, inlineBytes: 0 }, secrets)
  single = await startPreparer({ ...options, threads: 1, inlineBytes: 0 }, secrets)
  inline = await startPreparer({ ...options, threads: 1, inlineBytes: Number.MAX_SAFE_INTEGER }, secrets)
})
afterAll(async () => {
  await threaded.close()
  await single.close()
  await inline.close()
  await rm(directory, { recursive: true })
})

const records = (count: number): string => encodeRequest(Array.from({ length: count }, (_, i) =>
  sampleRecord({ body: 'card 4242 4242 4242 4242' }, { 'audit.record.id': `id-${i}`, badge: '17', 'http.header.authorization': 'Bearer abcdef0123456789' })))

function input(body: string): PrepareInput {
  return { source: Buffer.from(body), encoding: 'json', path: 'audit', owner: { workspace: 'shop', environment: 'production' }, refuseClaims: true, storedAtNano: 1_800_000_000_000_000_000n }
}

/** What becomes of it in the journal, without what is random. */
function seen(prepared: Prepared): unknown {
  if (prepared.kind === 'refused') return prepared
  const bytes = sealFrame(prepared.entries, 0, 1n)
  const { entries } = decodeFrame(bytes.subarray(headerBytes), readHeader(bytes)!.checksum)!
  const { received, recordIds, rejected, redacted } = prepared
  return { received, recordIds, rejected, redacted, entries: entries.map(({ kind, scope, text, receivedDigest }) => ({ kind, scope, text, receivedDigest: Buffer.from(receivedDigest).toString('hex') })) }
}

test('a request is prepared in a thread as it is here', async () => {
  for (const count of [0, 1, 7, 300]) expect(seen(await threaded.prepare(input(records(count))))).toEqual(seen(await inline.prepare(input(records(count)))))
})

test('what is wrong is told with its place, wherever it was found', async () => {
  for (const body of ['{', '{"resourceLogs":1}', encodeRequest([sampleRecord({}, { 'audit.action': '' })]), encodeRequest([sampleRecord({}, { 'blotter.environment': 'sandbox' })])]) {
    const prepared = await threaded.prepare(input(body))
    expect(prepared).toMatchObject({ kind: 'refused', violations: [expect.anything()] })
    expect(prepared).toEqual(await inline.prepare(input(body)))
  }
})

test('many requests at once are told apart', async () => {
  const counts = Array.from({ length: 60 }, (_, i) => i % 13)
  const prepared = await Promise.all(counts.map((count) => threaded.prepare(input(records(count)))))
  expect(prepared.map((one) => one.kind === 'prepared' && one.recordIds.length)).toEqual(counts)
})

test('a workspace with many large requests does not hold up another one’s', async () => {
  const done: string[] = []
  const prepare = async (workspace: string): Promise<void> => {
    const prepared = await single.prepare({ ...input(records(200)), owner: { workspace, environment: 'production' } })
    expect(prepared.kind).toBe('prepared')
    done.push(workspace)
  }
  await Promise.all([...Array.from({ length: 30 }, () => prepare('flood')), prepare('shop')])
  expect(done.indexOf('shop')).toBe(3) // behind the two that the thread had already and the one whose turn it was, not behind all thirty
})

test('a fingerprint key that is rotated is used by the threads that are told, without a restart', async () => {
  const body = encodeRequest([sampleRecord({ body: valueMap([['amount', 4200n]]) })])
  const epochBy = async (preparer: Preparer): Promise<string | undefined> => /hmac-sha256:(e[0-9]+):/.exec(JSON.stringify(seen(await preparer.prepare(input(body)))))?.[1]
  expect([await epochBy(threaded), await epochBy(inline)]).toEqual(['e1', 'e1'])
  await rotateEpoch(join(directory, 'keys'), { overlapMs: 0, by: 'test' }, new Date())
  await secrets.reload()
  expect([await epochBy(threaded), await epochBy(inline)]).toEqual(['e1', 'e2'])
  threaded.renew()
  await eventually('both threads have it', async () => (await Promise.all([1, 2, 3, 4].map(() => epochBy(threaded)))).every((epoch) => epoch === 'e2'))
})

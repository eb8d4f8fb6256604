import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { canonicalBytes, fields } from '@blotter/processors'
import { sampleRecord } from '../../test/support/arbitrary.ts'
import { openWatch } from './watch.ts'
import type { Value } from '@blotter/processors'
import type { Finding, Watch, Watched } from './watch.ts'

const second = 1_000_000_000n
let directory: string
let nowNano: bigint
let told: Finding[]
let failing: boolean

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'blotter-test-'))
  nowNano = 0n
  told = []
  failing = false
})
afterEach(() => rm(directory, { recursive: true }))

const open = (startIndex = 0): Promise<Watch> => openWatch({
  path: join(directory, 'watch.json'), startIndex, graceMs: 60_000, silentMs: 900_000, nowNano: () => nowNano, writeFile: (path, text) => writeFile(path, text),
  emit: (finding) => {
    if (failing) return Promise.reject(new Error('not now'))
    told.push(finding)
    return Promise.resolve()
  },
})

function watched(seconds: number, more: Record<string, Value> = {}): Watched {
  const record = sampleRecord({}, { 'blotter.workspace': 'shop', 'blotter.environment': 'production', 'blotter.integration': 'stripe', ...more })
  return { textBytes: Buffer.from(canonicalBytes(record)), storedAtNano: BigInt(seconds) * second }
}
const numbered = (number: number, seconds: number): Watched => watched(seconds, { 'audit.sequence.stream_id': 'st', 'audit.sequence.number': BigInt(number) })

test('a gap is kept as a record of the workspace that lost something', async () => {
  const watch = await open()
  await watch.observe([numbered(1, 1), numbered(4, 1)], 2)
  nowNano = 100n * second
  await watch.report()
  expect(told).toMatchObject([{ event: 'blotter.sequence.gap', workspace: 'shop', environment: 'production', attributes: { 'audit.target.id': 'st', 'blotter.sequence.first': 2n, 'blotter.sequence.last': 3n, 'blotter.sequence.missing': 2n, 'blotter.integration': 'stripe' } }])
  await watch.report()
  expect(told).toHaveLength(1)
})

test('after a crash it goes on from its file, and looks at nothing twice', async () => {
  const first = await open()
  await first.observe([numbered(1, 1), numbered(3, 1)], 2)
  const second_ = await open(99)
  expect(second_.next).toBe(2)
  await second_.observe([numbered(1, 1), numbered(3, 1)], 2) // read again: not looked at
  await second_.observe([numbered(2, 2)], 3)
  nowNano = 1000n * second
  await second_.report()
  expect(told).toEqual([])
})

test('a finding that could not be kept is kept later, under the same id, across a restart', async () => {
  const watch = await open()
  await watch.observe([numbered(2, 1)], 1)
  nowNano = 100n * second
  failing = true
  await expect(watch.report()).rejects.toThrow('not now')
  failing = false
  await (await open()).report()
  await watch.report()
  expect(told).toHaveLength(2)
  expect(told[0]!.attributes[fields.recordId.key]).toBe(told[1]!.attributes[fields.recordId.key])
  expect(told[0]!.attributes[fields.recordId.key]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(JSON.parse(await readFile(join(directory, 'watch.json'), 'utf8'))).toMatchObject({ findings: [] })
})

test('a source that falls silent is told, and what is told about it does not wake it', async () => {
  const watch = await open()
  await watch.observe(Array.from({ length: 40 }, (_, i) => watched(i)), 40)
  nowNano = 1000n * second
  await watch.report()
  expect(told).toMatchObject([{ event: 'blotter.source.silent', attributes: { 'audit.target.id': 'stripe' } }])
  await watch.observe([watched(1001, { 'blotter.watch.finding': true })], 41)
  await watch.report()
  expect(told).toHaveLength(1)
  await watch.observe([watched(1100)], 42)
  await watch.report()
  expect(told[1]).toMatchObject({ event: 'blotter.source.resumed' })
})
